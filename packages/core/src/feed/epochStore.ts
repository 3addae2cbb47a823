/** The stored envelopes of a feed's epochs, so that any reader can hand them on (spec §9.5). */
import { concat, equalBytes, readU64, u32, u64 } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStoredList } from '../codec/stored.ts'
import type { DeviceId, FeedId } from '../id.ts'
import type { RecordSeries, Store } from '../ports/store.ts'
import { envelopeOf, envelopeTag, envelopeValue, type Envelope } from './epoch.ts'
import { ENVELOPE_TAG_BYTES } from './spec.ts'

export interface StoredEpoch {
  readonly epoch: number
  /** Sequence number of the epoch's first entry. */
  readonly seq: number
}

export class EpochStore {
  /** Sub-key: sequence number of the start. Value: epoch (u64) and the tags of those sealed to, in one run. */
  private readonly starts: RecordSeries
  /** Sub-key: epoch. Value: the envelopes. */
  private readonly bundles: RecordSeries

  constructor(store: Store, feed: FeedId) {
    this.starts = store.series(`feed/${feed}/epochs`)
    this.bundles = store.series(`feed/${feed}/envelopes`)
  }

  add(start: StoredEpoch, envelopes: readonly Envelope[]): void {
    const tags = concat(...envelopes.map((envelope) => envelope.tag))
    this.starts.set(u32(start.seq), concat(u64(start.epoch), tags))
    this.bundles.set(u32(start.epoch), encodeValue(envelopes.map(envelopeValue)))
  }

  /** The first epoch that starts at `fromSeq` or later and was sealed to `device`. */
  firstFor(device: DeviceId, fromSeq: number): StoredEpoch | undefined {
    const tag = envelopeTag(device)
    for (const { sub, value } of this.starts.range({ from: u32(fromSeq) })) {
      if (tagsOf(value).some((other) => equalBytes(other, tag))) {
        return { epoch: readU64(value), seq: seqOf(sub) }
      }
    }
    return undefined
  }

  /** Where the last epoch started that was sealed to a device, for those of `devices` that one was sealed to. */
  lastStarts(devices: readonly DeviceId[]): Map<DeviceId, number> {
    const found = new Map<DeviceId, number>()
    const waiting = new Map(devices.map((device) => [tagKey(envelopeTag(device)), device]))
    let to: Uint8Array | undefined
    while (waiting.size > 0) {
      const [start] = this.starts.range({ reverse: true, limit: 1, ...(to !== undefined && { to }) })
      if (start === undefined) break
      for (const tag of tagsOf(start.value)) {
        const device = waiting.get(tagKey(tag))
        if (device === undefined) continue
        found.set(device, seqOf(start.sub))
        waiting.delete(tagKey(tag))
      }
      to = start.sub
    }
    return found
  }

  /** Epochs that start at `fromSeq` or later, and whom each was sealed to. */
  startsFrom(fromSeq: number): { seq: number; tags: string[] }[] {
    return Array.from(this.starts.range({ from: u32(fromSeq) }), ({ sub, value }) => ({
      seq: seqOf(sub),
      tags: tagsOf(value).map(tagKey),
    }))
  }

  envelopes(epoch: number): Envelope[] {
    const bytes = this.bundles.get(u32(epoch))
    return decodeStoredList(bytes, envelopeOf)
  }
}

/** What stands for a device in `startsFrom`. */
export function readerTag(device: DeviceId): string {
  return tagKey(envelopeTag(device))
}

function seqOf(sub: Uint8Array): number {
  return new DataView(sub.buffer, sub.byteOffset).getUint32(0)
}

function tagsOf(start: Uint8Array): Uint8Array[] {
  const tags: Uint8Array[] = []
  for (let at = 8; at < start.length; at += ENVELOPE_TAG_BYTES)
    tags.push(start.subarray(at, at + ENVELOPE_TAG_BYTES))
  return tags
}

function tagKey(tag: Uint8Array): string {
  return tag.toHex()
}
