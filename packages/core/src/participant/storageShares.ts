/**
 * How much of this device's disk other members may fill with entries (spec §10.6): a share that is used up by what is taken
 * from them, and comes back with time, by this device's own clock.
 */
import { fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Block } from '../feed/block.ts'
import type { Envelope } from '../feed/epoch.ts'
import type { Item } from '../feed/item.ts'
import type { ConversationId, MemberId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'

export interface Share {
  /** What may be taken at once. */
  readonly burstBytes: number
  /** What comes back in a day. */
  readonly bytesPerDay: number
}

/** 2 GiB: some four million messages of 300 bytes, padded; and 64 MiB, some 130,000, each day for ever. */
export const MEMBER_SHARE: Share = { burstBytes: 2_147_483_648, bytesPerDay: 67_108_864 }
/** Of the hidden conversation, on top: nobody writes much there, and it must go on when the other share is used up. */
export const CONTROL_SHARE: Share = { burstBytes: 67_108_864, bytesPerDay: 1_048_576 }

/** What a record costs beside its bytes: keys, nonces and the index. */
const RECORD_OVERHEAD_BYTES = 256
const ITEM_OVERHEAD_BYTES = 8
const DAY_MS = 86_400_000

interface Used {
  readonly bytes: number
  /** Milliseconds since 1970, by this device's clock. */
  readonly at: number
}

const NOTHING: Used = { bytes: 0, at: 0 }

export class StorageShares {
  private readonly records: RecordMap
  private readonly share: Share
  private readonly now: () => number
  private known = new Map<MemberId, Used>()
  private readonly changed = new Set<MemberId>()

  /** @param conversation under whose name the record is kept; it is one of the circle's own */
  constructor(
    store: Store,
    conversation: ConversationId,
    kind: 'messages' | 'control',
    share: Share,
    now: () => number,
  ) {
    this.records = store.map(`conversation/${conversation}/share-${kind}`)
    this.share = share
    this.now = now
  }

  /** Whether anything more is taken from `member` now. What is taken then may go beyond the share by one block. */
  hasRoom(member: MemberId): boolean {
    return this.used(member).bytes < this.share.burstBytes
  }

  /** Written at flush(). */
  take(member: MemberId, bytes: number): void {
    const { bytes: before, at } = this.used(member)
    this.known.set(member, { bytes: before + bytes, at })
    this.changed.add(member)
  }

  /** To be called before the transaction ends. */
  flush(): void {
    for (const member of this.changed) {
      const { bytes, at } = this.used(member)
      this.records.set(member, encodeValue([Math.ceil(bytes), at]))
    }
    this.changed.clear()
  }

  /** The store has the truth. */
  forget(): void {
    this.known.clear()
    this.changed.clear()
  }

  /** As of now. A clock that was set back gives nothing back, until it has come as far again from there. */
  private used(member: MemberId): Used {
    const { bytes, at } = this.known.get(member) ?? this.stored(member)
    const now = this.now()
    const back = (Math.max(0, now - at) / DAY_MS) * this.share.bytesPerDay
    const used = { bytes: Math.max(0, bytes - back), at: now }
    this.known.set(member, used)
    return used
  }

  private stored(member: MemberId): Used {
    const record = this.records.get(member)
    if (record === undefined) return NOTHING
    return decodeStored(record, (reader) => ({ bytes: reader.int(), at: reader.int() }))
  }
}

/** About what a block and the envelopes of its epochs take on disk. */
export function storedBytes(block: Block, envelopes: readonly Envelope[]): number {
  const items = block.items.reduce((sum, item) => sum + ITEM_OVERHEAD_BYTES + bytesOf(item), 0)
  const sealed = envelopes.reduce((sum, { enc, ciphertext }) => sum + enc.length + ciphertext.length + 24, 0)
  return RECORD_OVERHEAD_BYTES + block.signature.length + items + sealed
}

function bytesOf(item: Item): number {
  if (item.kind !== 'erased') return item.body.length
  const { bodyHash, proof } = item
  return (
    bodyHash.length + (proof === undefined ? 0 : fromBase32(proof.device).length + proof.signature.length)
  )
}
