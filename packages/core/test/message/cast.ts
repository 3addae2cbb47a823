/** Alice, Bob and Carol, their devices and the entries they write; and a device that reads them. */
import {
  Timeline,
  base32,
  createSimulationSuite,
  encodeContent,
  messageId,
  type Body,
  type Change,
  type ConversationId,
  type DeviceId,
  type FeedId,
  type MemberId,
  type MessageId,
  type OpenedEntry,
  type SearchIndex,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { VIRTUAL_START_MS, createMemoryStore, createSeededRandom, type MemoryStore } from '@triode/testkit'

export const NOW = VIRTUAL_START_MS
export const CONVERSATION = name('conversation', 16) as ConversationId
export const suite = createSimulationSuite(nodePrimitives())
export const orderKey = createSeededRandom('order key').bytes(32)

function name(of: string, bytes: number): string {
  return base32(createSeededRandom(of).bytes(bytes))
}

export function memberNamed(who: string): MemberId {
  return name(`member ${who}`, 32) as MemberId
}

/** Writes the feed of one device: who holds it decides on the Lamport counters. */
export class Pen {
  readonly member: MemberId
  readonly device: DeviceId
  readonly feed: FeedId
  seq = 0

  constructor(who: string, device = 'phone') {
    this.member = memberNamed(who)
    this.device = name(`device ${who} ${device}`, 32) as DeviceId
    this.feed = name(`feed ${who} ${device}`, 16) as FeedId
  }

  write(lamport: number, body: Body, at = NOW): OpenedEntry {
    return this.writeBytes(encodeContent({ lamport, at, body }))
  }

  writeBytes(plaintext: Uint8Array): OpenedEntry {
    this.seq++
    const { feed, device, member, seq } = this
    return { feed, seq, device, member, plaintext, receivedAt: NOW }
  }

  text(lamport: number, text: string, more: Partial<Extract<Body, { kind: 'text' }>> = {}): OpenedEntry {
    return this.write(lamport, { kind: 'text', text, mentions: [], ...more })
  }
}

export function idOf(entry: OpenedEntry): MessageId {
  return messageId(entry.feed, entry.seq)
}

export interface Reader {
  store: MemoryStore
  timeline: Timeline
  /** Applies in one transaction, as the feed layer does. */
  take(...entries: OpenedEntry[]): Change[]
  /** Starts again from what is on disk. */
  reopen(): void
  texts(): string[]
}

export function openReader(who = 'alice', search?: SearchIndex): Reader {
  const open = (store: MemoryStore): Timeline =>
    new Timeline({
      store,
      conversation: CONVERSATION,
      me: memberNamed(who),
      suite,
      orderKey,
      ...(search !== undefined && { search }),
    })
  const store = createMemoryStore()
  const reader: Reader = {
    store,
    timeline: open(store),
    take(...entries) {
      return reader.store.transaction(() => {
        const changes = entries.flatMap((entry) => reader.timeline.apply(entry))
        reader.timeline.flush()
        return changes
      })
    },
    reopen() {
      reader.store = reader.store.crash()
      reader.timeline = open(reader.store)
    },
    texts: () => reader.timeline.page({ limit: 1_000 }).messages.map(({ text }) => text),
  }
  return reader
}
