/** What whoever gets hold of a device's state can open with it: every key in it, tried on what was recorded. */
import {
  decodeFeed,
  decodeStored,
  entryAad,
  equalBytes,
  openEpoch,
  openWithMessageKey,
  type ConversationId,
  type FeedId,
  type SealingKey,
  type Suite,
} from '@triode/core'
import { KeyLine } from './keyLine.ts'
import type { SentEntry, SentEpoch } from './sentEntry.ts'

/** A record of a store that holds keys. */
export interface KeyRecord {
  /** Of the map. */
  readonly name: string
  readonly value: Uint8Array
}

const FEEDS = /^conversation\/([a-z2-7]+)\/feeds$/
const SEALING_KEYS = /^circle\/[a-z2-7]+\/sealing-keys$/
/** The one record among the feeds that is none, and holds no key. */
const OWN = 'OWN'
/** Longest private key of a suite, with room. */
const MAX_SECRET_BYTES = 256

/** Whether a map of a device's store, and the record `key` of it, hold keys that open entries. */
export function holdsKeys(name: string, key: string): boolean {
  return SEALING_KEYS.test(name) || (FEEDS.test(name) && key !== OWN)
}

export class Loot {
  private readonly suite: Suite
  private readonly sealing = new Map<number, SealingKey[]>()
  private readonly lines = new Map<FeedId, KeyLine[]>()

  constructor(suite: Suite, records: Iterable<KeyRecord> = []) {
    this.suite = suite
    for (const record of records) this.add(record)
  }

  /** Takes in one record more. @returns what can be opened now that could not before: entries of a feed, or of any; undefined: nothing */
  add({ name, value }: KeyRecord): FeedId | 'any' | undefined {
    const conversation = FEEDS.exec(name)?.[1]
    if (conversation !== undefined) return this.takeFeed(conversation as ConversationId, value)
    return this.takeSealingKey(value) ? 'any' : undefined
  }

  /** Whether a chain key in it leads to that of `entry`. */
  opensByChain(entry: SentEntry): boolean {
    const lines = this.lines.get(entry.feed.id) ?? []
    return lines.some((line) => line.seq <= entry.seq && this.opens(entry, line))
  }

  /** Whether a sealing key in it opens the envelope of the epoch of `entry`. */
  opensByEnvelope(entry: SentEntry, epoch: SentEpoch): boolean {
    const { suite } = this
    const keysOf = (generation: number): readonly SealingKey[] => this.sealing.get(generation) ?? []
    const most = Math.max(1, ...[...this.sealing.values()].map((keys) => keys.length))
    for (let nth = 0; nth < most; nth++) {
      const keyOf = (generation: number): SealingKey | undefined => keysOf(generation)[nth]
      const opened = openEpoch(suite, entry.feed.id, epoch.start, epoch.envelopes, entry.victim, keyOf)
      if (opened?.chainKey === undefined) continue
      if (this.opens(entry, new KeyLine(suite, epoch.seq + 1, opened.chainKey))) return true
    }
    return false
  }

  /** @returns whether it is a new one */
  private takeSealingKey(value: Uint8Array): boolean {
    const { generation, secret } = decodeStored(value, (reader) => {
      const record = { generation: reader.int(), secret: reader.bytes(1, MAX_SECRET_BYTES) }
      reader.int()
      reader.optional((field) => field.int())
      return record
    })
    const known = this.sealing.get(generation) ?? []
    const key = this.suite.sealing.fromSecret(secret)
    if (known.some(({ publicKey }) => equalBytes(publicKey, key.publicKey))) return false
    this.sealing.set(generation, [...known, key])
    return true
  }

  /** @returns the feed, if its key follows from none that is here */
  private takeFeed(conversation: ConversationId, value: Uint8Array): FeedId | undefined {
    const { id, head, chainKey } = decodeFeed(this.suite, conversation, value)
    const seq = head.seq + 1
    const lines = this.lines.get(id) ?? []
    if (chainKey === undefined) return undefined
    if (lines.some((line) => line.seq <= seq && line.leadsTo(seq, chainKey))) return undefined
    this.lines.set(id, [...lines, new KeyLine(this.suite, seq, chainKey)])
    return id
  }

  private opens({ feed, seq, epoch, body }: SentEntry, line: KeyLine): boolean {
    const aad = entryAad(feed)(seq, epoch)
    for (const messageKey of line.upTo(seq))
      if (openWithMessageKey(this.suite, messageKey, aad, body) !== undefined) return true
    return false
  }
}
