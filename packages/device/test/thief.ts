/** A thief with everything that a device holds at one moment, who tries every key on everything that was ever sent. */
import { cpSync } from 'node:fs'
import {
  createSuite,
  decodeEpochStart,
  decodeFrame,
  decodeValue,
  emptyFeed,
  entryAad,
  epochAfter,
  nextKeys,
  openEpoch,
  openWithMessageKey,
  SealingKeys,
  type CircleId,
  type DeviceId,
  type Envelope,
  type Feed,
  type Frame,
  type Store,
  type Value,
} from '@triode/core'
import { systemClock, systemRandom } from '@triode/crypto'
import { openVault } from '@triode/vault'
import { SealedStore } from '../../vault/src/sealedStore.ts'
import { primitives } from '../src/vault/deviceState.ts'
import { PASSPHRASE, type TestDevice } from './devices.ts'
import { messagesIn, type Wiretap } from './wiretap.ts'

export const suite = createSuite('hybrid', primitives)
const KEY_BYTES = 32
/** Entries of one epoch that a chain key is followed through: here there are fewer. */
const MAX_STEPS = 12

/** One entry as it was sent. */
interface Recorded {
  readonly feed: Feed
  readonly seq: number
  readonly epoch: number
  readonly body: Uint8Array
  readonly isStart: boolean
}

/** Every entry and every envelope that passed, by place. */
export interface Recording {
  readonly entries: readonly Recorded[]
  /** With those that were sent again, or otherwise, for the same place. */
  readonly versions: readonly Recorded[]
  readonly envelopes: ReadonlyMap<string, readonly Envelope[]>
}

export function recordingOf(tap: Wiretap): Recording {
  const versions: Recorded[] = []
  const envelopes = new Map<string, readonly Envelope[]>()
  for (const said of tap.said.filter(({ path }) => path === '/sync')) {
    for (const message of messagesIn(said)) {
      const frame = decodeFrame(message, suite.hashBytes)
      if (frame.type === 'envelopes') envelopes.set(`${frame.feed}/${String(frame.epoch)}`, frame.envelopes)
      if (frame.type !== 'block') continue
      versions.push(...entriesOf(frame))
    }
  }
  const entries = new Map(versions.map((one) => [`${one.feed.id}/${String(one.seq)}`, one]))
  return { entries: [...entries.values()], versions, envelopes }
}

function* entriesOf({
  conversation,
  device,
  incarnation,
  block,
}: Extract<Frame, { type: 'block' }>): Iterable<Recorded> {
  const feed = emptyFeed(suite, conversation, device, incarnation)
  let { epoch } = block
  for (const [at, item] of block.items.entries()) {
    epoch = epochAfter(epoch, item)
    if (item.kind === 'erased') continue
    yield { feed, seq: block.from + at, epoch, body: item.body, isStart: item.kind === 'epoch' }
  }
}

/** The names of all records that devices of this process use from now on: a copy of a store lists none. */
export function noteStoreNames(): Set<string> {
  const names = new Set<string>()
  const { prototype } = SealedStore
  const map = Reflect.get<object, string>(prototype, 'map') as Store['map']
  const series = Reflect.get<object, string>(prototype, 'series') as Store['series']
  prototype.map = function (name) {
    names.add(name)
    return map.call(this, name)
  }
  prototype.series = function (name) {
    names.add(name)
    return series.call(this, name)
  }
  return names
}

/** What was taken: the store of an unlocked device, on a machine of the thief's. */
export interface Stolen {
  readonly store: Store
  readonly names: ReadonlySet<string>
}

/** Copies everything in the home of `from` to folder `to`, and knows the passphrase. The device goes on. */
export async function steal(from: TestDevice, to: string, names: ReadonlySet<string>): Promise<Stolen> {
  await from.device.lock()
  cpSync(from.home, to, { recursive: true })
  await from.device.unlock(PASSPHRASE)
  const options = { primitives, random: systemRandom, clock: systemClock }
  return { store: openVault(to, options).unlock(PASSPHRASE).store, names: new Set(names) }
}

/** Everything of the length of a key in everything stored. */
export function keysIn({ store, names }: Stolen): Uint8Array[] {
  const found = new Map<string, Uint8Array>()
  const look = (value: Value): void => {
    if (value instanceof Uint8Array) {
      if (value.length === KEY_BYTES) found.set(value.toHex(), value)
      else lookInside(value)
    } else if (Array.isArray(value)) for (const one of value as Value[]) look(one)
  }
  const lookInside = (bytes: Uint8Array): void => {
    try {
      const value = decodeValue(bytes, 1 << 24)
      if (Array.isArray(value)) look(value)
    } catch {
      // No list: nothing in it.
    }
  }
  for (const name of names) {
    for (const [, bytes] of store.map(name).entries()) look(bytes)
    for (const { value } of store.series(name).range()) look(value)
  }
  return [...found.values()]
}

/** Plaintexts of entries that any of `keys` opens, as message key or as chain key, of any place. */
export function openedByKeys(keys: readonly Uint8Array[], { entries }: Recording): string {
  const messageKeys = keys.flatMap((key) => [key, ...chainFrom(key)])
  const opened = entries.flatMap(({ feed, seq, epoch, body, isStart }) => {
    if (isStart) return []
    const aad = entryAad(feed)(seq, epoch)
    return messageKeys.flatMap((key) => openWithMessageKey(suite, key, aad, body) ?? [])
  })
  return textOf(opened)
}

/** Plaintexts of entries in epochs whose envelope for the device `of` one of its sealing keys opens. */
export function openedByEnvelopes(
  { store }: Stolen,
  circle: CircleId,
  of: DeviceId,
  recording: Recording,
): string {
  const sealing = new SealingKeys({ suite, store, circle, random: systemRandom })
  const starts = recording.entries.filter(({ isStart }) => isStart)
  const opened = starts.flatMap(({ feed, epoch, body }) => {
    const envelopes = recording.envelopes.get(`${feed.id}/${String(epoch)}`) ?? []
    const start = decodeEpochStart(body)
    const key = openEpoch(suite, feed.id, start, envelopes, of, (at) => sealing.find(at))?.chainKey
    if (key === undefined) return []
    const messageKeys = chainFrom(key)
    const inside = recording.entries.filter((one) => one.feed.id === feed.id && one.epoch === epoch)
    return inside.flatMap(({ seq, body: sealed }) => {
      const aad = entryAad(feed)(seq, epoch)
      return messageKeys.flatMap((one) => openWithMessageKey(suite, one, aad, sealed) ?? [])
    })
  })
  return textOf(opened)
}

function chainFrom(start: Uint8Array): Uint8Array[] {
  const messageKeys: Uint8Array[] = []
  for (let chainKey = start; messageKeys.length < MAX_STEPS;) {
    const keys = nextKeys(suite, chainKey)
    messageKeys.push(keys.messageKey)
    chainKey = keys.nextChainKey
  }
  return messageKeys
}

function textOf(plaintexts: readonly Uint8Array[]): string {
  return plaintexts.map((one) => Buffer.from(one).toString('latin1')).join('\n')
}
