/** Whose feed it is: one record a feed, written when its first entry comes. */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import type { DeviceId, FeedId, MemberId } from '../id.ts'
import type { RecordMap } from '../ports/store.ts'
import { INCARNATION_BYTES } from '../feed/spec.ts'
import { MEMBER_ID_BYTES } from './spec.ts'
import { damagedRecord, decodeStored } from '../codec/stored.ts'

export interface Author {
  readonly feedBytes: Uint8Array
  readonly device: DeviceId
  readonly member: MemberId
  /** Of a feed of which messages were handed over (spec §10.7); else empty. */
  readonly incarnation: Uint8Array
}

export class Authors {
  private readonly map: RecordMap
  private readonly known = new Map<FeedId, Author>()

  constructor(map: RecordMap) {
    this.map = map
  }

  /** The author of an entry of `feed`, remembered if new. */
  note(feed: FeedId, device: DeviceId, member: MemberId, incarnation: Uint8Array = NO_BYTES): Author {
    let author = this.find(feed)
    if (author === undefined || incarnation.length > author.incarnation.length) {
      author = { feedBytes: fromBase32(feed), device, member, incarnation }
      this.map.set(keyOf(feed), encodeValue([fromBase32(device), fromBase32(member), incarnation]))
      this.known.set(feed, author)
    }
    return author
  }

  /** @throws IntegrityFault 'record-damaged' if nothing of `feed` was noted */
  of(feed: FeedId): Author {
    const author = this.find(feed)
    if (author === undefined) throw damagedRecord()
    return author
  }

  find(feed: FeedId): Author | undefined {
    return this.known.get(feed) ?? this.load(feed)
  }

  has(feed: FeedId): boolean {
    return this.find(feed) !== undefined
  }

  discard(): void {
    this.known.clear()
  }

  private load(feed: FeedId): Author | undefined {
    const bytes = this.map.get(keyOf(feed))
    if (bytes === undefined) return undefined
    const author = decodeStored(bytes, (reader) => ({
      feedBytes: fromBase32(feed),
      device: base32(reader.bytes(MEMBER_ID_BYTES)) as DeviceId,
      member: base32(reader.bytes(MEMBER_ID_BYTES)) as MemberId,
      incarnation: reader.bytes(0, INCARNATION_BYTES),
    }))
    this.known.set(feed, author)
    return author
  }
}

const NO_BYTES = new Uint8Array(0)

function keyOf(feed: FeedId): string {
  return `authors/${feed}`
}
