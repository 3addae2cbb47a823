/** What whoever gets hold of a device's state can open with it: every key in it, tried on what was recorded. */
import {
  decodeFeed,
  decodeStored,
  entryAad,
  nextKeys,
  openEpoch,
  openWithMessageKey,
  type ConversationId,
  type FeedId,
  type SealingKey,
  type Suite,
} from '@triode/core'
import type { SentEntry, SentEpoch } from './sentEntry.ts'

/** A record of a store that holds keys. */
export interface KeyRecord {
  /** Of the map. */
  readonly name: string
  readonly value: Uint8Array
}

interface ChainKey {
  /** Of the entry that it is the key of. */
  readonly seq: number
  readonly key: Uint8Array
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
  private readonly chains = new Map<FeedId, ChainKey[]>()

  constructor(suite: Suite, records: Iterable<KeyRecord>) {
    this.suite = suite
    for (const { name, value } of records) {
      const conversation = FEEDS.exec(name)?.[1]
      if (conversation === undefined) this.takeSealingKey(value)
      else this.takeFeed(conversation as ConversationId, value)
    }
  }

  /** Whether a chain key in it leads to that of `entry`. */
  opensByChain(entry: SentEntry): boolean {
    const chains = this.chains.get(entry.feed.id) ?? []
    return chains.some(({ seq, key }) => seq <= entry.seq && this.leadsTo(entry, seq, key))
  }

  /** Whether a sealing key in it opens the envelope of the epoch of `entry`. */
  opensByEnvelope(entry: SentEntry, epoch: SentEpoch): boolean {
    const { suite } = this
    const keysOf = (generation: number): readonly SealingKey[] => this.sealing.get(generation) ?? []
    const most = Math.max(1, ...[...this.sealing.values()].map((keys) => keys.length))
    for (let nth = 0; nth < most; nth++) {
      const keyOf = (generation: number): SealingKey | undefined => keysOf(generation)[nth]
      const opened = openEpoch(suite, entry.feed.id, epoch.start, epoch.envelopes, entry.victim, keyOf)
      if (opened?.chainKey !== undefined && this.leadsTo(entry, epoch.seq + 1, opened.chainKey)) return true
    }
    return false
  }

  private takeSealingKey(value: Uint8Array): void {
    const { generation, secret } = decodeStored(value, (reader) => {
      const record = { generation: reader.int(), secret: reader.bytes(1, MAX_SECRET_BYTES) }
      reader.int()
      reader.optional((field) => field.int())
      return record
    })
    const known = this.sealing.get(generation) ?? []
    this.sealing.set(generation, [...known, this.suite.sealing.fromSecret(secret)])
  }

  private takeFeed(conversation: ConversationId, value: Uint8Array): void {
    const { id, head, chainKey } = decodeFeed(this.suite, conversation, value)
    if (chainKey === undefined) return
    const chains = this.chains.get(id) ?? []
    chains.push({ seq: head.seq + 1, key: chainKey })
    this.chains.set(id, chains)
  }

  /** Every key on the way is tried: not every entry moves the chain on. */
  private leadsTo({ feed, seq, epoch, body }: SentEntry, from: number, first: Uint8Array): boolean {
    const aad = entryAad(feed)(seq, epoch)
    let chainKey = first
    for (let at = from; at <= seq; at++) {
      const { messageKey, nextChainKey } = nextKeys(this.suite, chainKey)
      if (openWithMessageKey(this.suite, messageKey, aad, body) !== undefined) return true
      chainKey = nextChainKey
    }
    return false
  }
}
