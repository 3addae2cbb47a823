/** The one small record of a conversation: its counters, read mark and settings. Written once a transaction. */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes } from '../bytes.ts'
import { encodeValue, type Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import type { FeedId } from '../id.ts'
import type { RecordMap } from '../ports/store.ts'
import { POSITION_BYTES, type Position } from './order.ts'
import { NEVER_UNREAD } from './row.ts'
import { MAX_LAMPORT_JUMP, MAX_LAMPORT, MAX_ROOM_NAME_UNITS } from './spec.ts'
import { decodeStored } from '../codec/stored.ts'

/** A setting, and where the entry stands that made it: the last one counts. */
interface Setting<T> {
  readonly value: T
  readonly position: Position
}

export interface CounterState {
  /** Highest Lamport counter seen, within the bounds of spec §11.3. */
  lamport: number
  /** Everything up to here was read. */
  mark: Position | undefined
  /** Others' texts after the mark… */
  unreadAfter: number
  /** …and those that came too late to be placed after it. */
  unreadLate: number
  /** Counts the moves of the mark, from 1: late messages of the present generation are unread. */
  generation: number
  /** Per feed with unread messages, the highest of their sequence numbers. */
  unreadFeeds: Map<FeedId, number>
  timer: Setting<number | null> | undefined
  roomName: Setting<string> | undefined
}

const KEY = 'counters'
const FEED_BYTES = 16

export class Counters {
  private readonly map: RecordMap
  private loaded: CounterState | undefined
  private dirty = false

  constructor(map: RecordMap) {
    this.map = map
  }

  /** For reading. */
  get state(): Readonly<CounterState> {
    return this.mutable()
  }

  /** For writing: the record is written at the next flush. */
  change(): CounterState {
    this.dirty = true
    return this.mutable()
  }

  /** Takes an entry's counter into account. @returns false if it was too far ahead to be followed at once */
  witness(lamport: number): boolean {
    const seen = this.state.lamport
    if (lamport > seen) this.change().lamport = Math.min(lamport, seen + MAX_LAMPORT_JUMP)
    return lamport <= seen + MAX_LAMPORT_JUMP
  }

  /** The counter for the next entry of this device. */
  next(): number {
    return Math.min(this.state.lamport + 1, MAX_LAMPORT)
  }

  /** Whether a text of someone else, stored with `late`, is unread. */
  isUnread(position: Position, late: number): boolean {
    const { mark, generation } = this.state
    if (late === NEVER_UNREAD) return false
    return late === generation || mark === undefined || compareBytes(position, mark) > 0
  }

  /** Counts a text of someone else. @returns the `late` to store with it */
  countUnread(position: Position, feed: FeedId, seq: number): number {
    const state = this.change()
    if (seq > (state.unreadFeeds.get(feed) ?? -1)) state.unreadFeeds.set(feed, seq)
    if (state.mark === undefined || compareBytes(position, state.mark) > 0) {
      state.unreadAfter++
      return 0
    }
    state.unreadLate++
    return state.generation
  }

  /** Everything in `feed` up to `seq` was read. */
  readFeed(feed: FeedId, seq: number): void {
    const { unreadFeeds } = this.state
    if ((unreadFeeds.get(feed) ?? Infinity) <= seq) this.change().unreadFeeds.delete(feed)
  }

  /** An unread one is gone. */
  uncountUnread(late: number): void {
    const state = this.change()
    if (late === 0) state.unreadAfter--
    else state.unreadLate--
  }

  flush(): void {
    if (!this.dirty) return
    this.map.set(KEY, encode(this.mutable()))
    this.dirty = false
  }

  discard(): void {
    this.loaded = undefined
    this.dirty = false
  }

  private mutable(): CounterState {
    this.loaded ??= decode(this.map.get(KEY))
    return this.loaded
  }
}

function encode(state: CounterState): Uint8Array {
  const { timer, roomName } = state
  return encodeValue([
    state.lamport,
    state.mark ?? null,
    state.unreadAfter,
    state.unreadLate,
    state.generation,
    Array.from(state.unreadFeeds, ([feed, seq]): Value => [fromBase32(feed), seq]),
    timer === undefined ? null : [timer.value, timer.position],
    roomName === undefined ? null : [roomName.value, roomName.position],
  ])
}

function decode(bytes: Uint8Array | undefined): CounterState {
  if (bytes === undefined) return fresh()
  return decodeStored(bytes, (reader) => ({
    lamport: reader.int(),
    mark: reader.optional((field) => field.bytes(POSITION_BYTES)),
    unreadAfter: reader.int(),
    unreadLate: reader.int(),
    generation: reader.int(),
    unreadFeeds: new Map(reader.record(readUnreadFeeds)),
    timer: reader.optional((field) =>
      field.record((r) => readSetting(r, () => r.optional((f) => f.int()) ?? null)),
    ),
    roomName: reader.optional((field) =>
      field.record((r) => readSetting(r, () => r.text(MAX_ROOM_NAME_UNITS))),
    ),
  }))
}

function readUnreadFeeds(reader: Reader): [FeedId, number][] {
  const feeds: [FeedId, number][] = []
  while (reader.more) {
    feeds.push(reader.record((feed) => [base32(feed.bytes(FEED_BYTES)) as FeedId, feed.int()]))
  }
  return feeds
}

function readSetting<T>(reader: Reader, value: () => T): Setting<T> {
  return { value: value(), position: reader.bytes(POSITION_BYTES) }
}

function fresh(): CounterState {
  return {
    lamport: 0,
    mark: undefined,
    unreadAfter: 0,
    unreadLate: 0,
    generation: 1,
    unreadFeeds: new Map(),
    timer: undefined,
    roomName: undefined,
  }
}
