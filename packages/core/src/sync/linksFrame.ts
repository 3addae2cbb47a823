/** The frame by which devices of a circle tell each other of the links that they have now (spec §10.8): see frame.ts for the others. */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import { readRecord, type Reader } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import type { DeviceId } from '../id.ts'
import { MAX_CHANNEL_LENGTH, MAX_TOLD_LINKS, MAX_TRIP_STEP } from './spec.ts'

/** A link that the sender has to another device of the circle. */
export interface ToldLink {
  readonly device: DeviceId
  /** Name of the channel, in small letters, digits and hyphens. */
  readonly channel: string
  /** The device that hands the link on, if one does. */
  readonly via: DeviceId | undefined
  /** There and back takes at most 2 to the power of this, in milliseconds; undefined: not measured yet. */
  readonly tripStep: number | undefined
}

export interface LinksFrame {
  readonly type: 'links'
  /** All that the sender tells of: what is not named any more is gone. */
  readonly links: readonly ToldLink[]
}

export const LINKS_CODEC = {
  code: 26,
  fields: (frame: LinksFrame): readonly Value[] => [frame.links.map(linkValue)],
  read: (reader: Reader): Omit<LinksFrame, 'type'> => {
    const links = reader.list(MAX_TOLD_LINKS, (value) => readRecord(value, linkOf))
    if (new Set(links.map(({ device }) => device)).size < links.length) throw new PeerFault('malformed')
    return { links }
  },
}

const CHANNEL = /^[a-z][a-z0-9-]*$/

function linkValue({ device, channel, via, tripStep }: ToldLink): Value {
  return [fromBase32(device), channel, via === undefined ? null : fromBase32(via), tripStep ?? null]
}

function linkOf(reader: Reader): ToldLink {
  const device = deviceOf(reader)
  const channel = reader.text(MAX_CHANNEL_LENGTH)
  if (!CHANNEL.test(channel)) throw new PeerFault('malformed')
  const via = reader.optional(deviceOf)
  return { device, channel, via, tripStep: reader.optional((field) => field.int(0, MAX_TRIP_STEP)) }
}

function deviceOf(reader: Reader): DeviceId {
  return base32(reader.bytes(32)) as DeviceId
}
