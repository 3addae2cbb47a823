/**
 * Reactions, edits and deletions whose target has not come yet, by target. Bounded per member and in all; beyond that the
 * oldest (by Lamport counter) of the member with the most go. In memory while there are any, and one record a target.
 */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import type { DeviceId, FeedId, MemberId, MessageId } from '../id.ts'
import type { RecordMap } from '../ports/store.ts'
import { MAX_CONTENT_BYTES, MAX_LAMPORT, MEMBER_ID_BYTES } from './spec.ts'
import { decodeStoredList } from '../codec/stored.ts'
import { MAX_PENDING_BYTES, MAX_PENDING_BYTES_PER_MEMBER, PENDING_OVERHEAD_BYTES } from './tuning.ts'

export interface PendingEntry {
  readonly feed: FeedId
  readonly seq: number
  readonly device: DeviceId
  readonly member: MemberId
  readonly lamport: number
  readonly plaintext: Uint8Array
}

interface Limits {
  readonly perMember: number
  readonly total: number
}

const FEED_BYTES = 16
/** After an overflow so much of the limit is free again, so that not every entry has to look for the oldest. */
const FREED_SHARE = 1 / 8

export class Pending {
  private readonly map: RecordMap
  private readonly limits: Limits
  private loaded: Map<MessageId, PendingEntry[]> | undefined
  private readonly bytes = new Map<MemberId, number>()
  private total = 0
  private readonly dirty = new Set<MessageId>()

  constructor(
    map: RecordMap,
    limits: Limits = { perMember: MAX_PENDING_BYTES_PER_MEMBER, total: MAX_PENDING_BYTES },
  ) {
    this.map = map
    this.limits = limits
  }

  /** @returns what had to go to keep the bounds */
  add(target: MessageId, entry: PendingEntry): PendingEntry[] {
    const entries = this.entries()
    const waiting = entries.get(target)
    if (waiting === undefined) entries.set(target, [entry])
    else waiting.push(entry)
    this.count(entry, 1)
    this.dirty.add(target)
    if ((this.bytes.get(entry.member) ?? 0) > this.limits.perMember) return this.evict(entry.member)
    return this.total > this.limits.total ? this.evict(this.heaviest()) : []
  }

  /** Takes out what waited for `target`. */
  take(target: MessageId): readonly PendingEntry[] {
    // Mostly nothing waits, and this is asked once a message in a catch-up.
    const waiting = this.entries().size === 0 ? undefined : this.entries().get(target)
    if (waiting === undefined) return []
    this.entries().delete(target)
    this.dirty.add(target)
    for (const entry of waiting) this.count(entry, -1)
    return waiting
  }

  flush(): void {
    for (const target of this.dirty) {
      const waiting = this.entries().get(target)
      if (waiting === undefined) this.map.delete(target)
      else this.map.set(target, encode(waiting))
    }
    this.dirty.clear()
  }

  discard(): void {
    this.loaded = undefined
    this.dirty.clear()
    this.bytes.clear()
    this.total = 0
  }

  private entries(): Map<MessageId, PendingEntry[]> {
    if (this.loaded !== undefined) return this.loaded
    this.loaded = new Map()
    for (const [target, bytes] of this.map.entries()) {
      const waiting = decode(bytes)
      this.loaded.set(target as MessageId, waiting)
      for (const entry of waiting) this.count(entry, 1)
    }
    return this.loaded
  }

  private count({ member, plaintext }: PendingEntry, sign: 1 | -1): void {
    const size = sign * (plaintext.length + PENDING_OVERHEAD_BYTES)
    const held = (this.bytes.get(member) ?? 0) + size
    if (held > 0) this.bytes.set(member, held)
    else this.bytes.delete(member)
    this.total += size
  }

  private heaviest(): MemberId {
    let [found, most]: [MemberId, number] = ['' as MemberId, 0]
    for (const [member, bytes] of this.bytes) if (bytes > most) [found, most] = [member, bytes]
    return found
  }

  private evict(member: MemberId): PendingEntry[] {
    const own = [...this.entries()].flatMap(([target, waiting]) =>
      waiting.filter((entry) => entry.member === member).map((entry) => ({ target, entry })),
    )
    own.sort((a, b) => a.entry.lamport - b.entry.lamport)
    const keep = (this.bytes.get(member) ?? 0) * (1 - FREED_SHARE)
    const gone: PendingEntry[] = []
    for (const { target, entry } of own) {
      if ((this.bytes.get(member) ?? 0) <= keep) break
      this.remove(target, entry)
      gone.push(entry)
    }
    return gone
  }

  private remove(target: MessageId, entry: PendingEntry): void {
    const rest = (this.entries().get(target) ?? []).filter((other) => other !== entry)
    if (rest.length > 0) this.entries().set(target, rest)
    else this.entries().delete(target)
    this.count(entry, -1)
    this.dirty.add(target)
  }
}

function encode(waiting: readonly PendingEntry[]): Uint8Array {
  return encodeValue(
    waiting.map(({ feed, seq, device, member, lamport, plaintext }) => [
      fromBase32(feed),
      seq,
      fromBase32(device),
      fromBase32(member),
      lamport,
      plaintext,
    ]),
  )
}

function decode(bytes: Uint8Array): PendingEntry[] {
  return decodeStoredList(bytes, (reader) => ({
    feed: base32(reader.bytes(FEED_BYTES)) as FeedId,
    seq: reader.int(),
    device: base32(reader.bytes(MEMBER_ID_BYTES)) as DeviceId,
    member: base32(reader.bytes(MEMBER_ID_BYTES)) as MemberId,
    lamport: reader.int(1, MAX_LAMPORT),
    plaintext: reader.bytes(1, MAX_CONTENT_BYTES),
  }))
}
