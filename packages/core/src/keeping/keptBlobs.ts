/**
 * Which sealed chunks a keeper holds (spec §16.6): blobs that go with drops, as their authors told of them. A keeper knows a blob by
 * the root of its tree and its padded length, and so takes nothing for it that does not match. The chunks themselves lie elsewhere.
 */
import { base32, fromBase32 } from '../base32.ts'
import { u64 } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStoredList } from '../codec/stored.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { chunkShapeOf } from '../file/chunkShape.ts'
import type { BlobId, ConversationId, DeviceId, DropTag, MemberId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { FILES_SHARE, MAX_BLOBS_PER_DROP, MAX_BLOBS_PER_MEMBER, MAX_KEPT_BLOB_BYTES } from './spec.ts'
import type { KeeperTerms } from './terms.ts'

/** A blob as a keeper is told of it: neither its id nor its size, and nothing of what it is. */
export interface BlobToKeep {
  /** Bytes, padded. */
  readonly length: number
  readonly root: Uint8Array
}

export interface KeptBlob extends BlobToKeep {
  /** When it was first left there: see KeptTime. */
  readonly at: number
}

export const BLOB_STANDING = {
  /** There is no room for it, or it is larger than is taken. */
  refused: 0,
  /** Some of it is not there yet. */
  partial: 1,
  whole: 2,
} as const
export type BlobStanding = (typeof BLOB_STANDING)[keyof typeof BLOB_STANDING]

/** How a blob stands at a keeper, as its author knows: what the keeper said, or what follows from its terms. */
export const AT_KEEPER = {
  whole: 'whole',
  /** Some of it is not there yet. */
  partial: 'partial',
  noRoom: 'no-room',
  /** Larger than the keeper takes files. */
  tooLarge: 'too-large',
  /** The keeper takes no files. */
  noFiles: 'no-files',
} as const
export type AtKeeperStanding = (typeof AT_KEEPER)[keyof typeof AT_KEEPER]

/** What keepers, and those who ask them, call a blob: whoever says the same name means the same bytes. */
export function keptBlobId(suite: Suite, { length, root }: BlobToKeep): BlobId {
  return base32(suite.hash(labelled(LABEL.keptBlob, u64(length), root)).subarray(0, 16)) as BlobId
}

export interface KeptBlobsContext {
  readonly suite: Suite
  readonly store: Store
  readonly control: ConversationId
  readonly terms: KeeperTerms
  readonly now: () => number
  readonly memberOf: (device: DeviceId) => MemberId | undefined
  readonly authorOf: (tag: DropTag) => DeviceId | undefined
  /** Bytes of what is held beside files: of all, and of a member. */
  readonly besides: (member: MemberId) => { readonly total: number; readonly ofMember: number }
  /** What is to be held changed. */
  readonly changed: () => void
}

interface Used {
  total: number
  readonly of: Map<MemberId, UsedByOne>
}

interface UsedByOne {
  bytes: number
  /** Places in the lists of its drops. */
  count: number
  /** In how many of these each is. */
  readonly blobs: Map<BlobId, number>
}

export class KeptBlobs {
  private readonly context: KeptBlobsContext
  private loaded: Map<DropTag, Map<BlobId, KeptBlob>> | undefined
  private index: Map<BlobId, Set<DropTag>> | undefined
  private used: Used | undefined
  private readonly whole = new Set<BlobId>()

  constructor(context: KeptBlobsContext) {
    this.context = context
  }

  /** Replaces what is held with a drop, as far as there is room. @returns how each of them stands */
  attach(tag: DropTag, wanted: readonly BlobToKeep[]): readonly (readonly [BlobId, BlobStanding])[] {
    const { suite, now } = this.context
    const before = this.byTag.get(tag) ?? new Map<BlobId, KeptBlob>()
    const named = wanted.map((one) => [keptBlobId(suite, one), one] as const)
    const asked = new Set(named.map(([id]) => id))
    // What goes first makes room for what comes.
    this.keepOnly(tag, new Map([...before].filter(([id]) => asked.has(id))))
    for (const [id, one] of named)
      if (!this.of(tag).has(id) && this.mayTake(tag, id, one)) this.add(tag, id, { ...one, at: now() })
    this.write(tag)
    this.context.changed()
    return named.map(([id]) => [id, this.standing(tag, id)])
  }

  standing(tag: DropTag, id: BlobId): BlobStanding {
    if (this.byTag.get(tag)?.has(id) !== true) return BLOB_STANDING.refused
    return this.whole.has(id) ? BLOB_STANDING.whole : BLOB_STANDING.partial
  }

  /** What is held with a drop. */
  of(tag: DropTag): ReadonlyMap<BlobId, KeptBlob> {
    return this.byTag.get(tag) ?? NOTHING
  }

  /** Each blob that is to be held. */
  all(): ReadonlyMap<BlobId, ReadonlySet<DropTag>> {
    return this.byId
  }

  get(id: BlobId): BlobToKeep | undefined {
    for (const tag of this.byId.get(id) ?? []) return this.byTag.get(tag)?.get(id)
    return undefined
  }

  /** Devices that left it, and so have its chunks. */
  authorsOf(id: BlobId): readonly DeviceId[] {
    const tags = [...(this.byId.get(id) ?? [])]
    return [...new Set(tags.flatMap((tag) => this.context.authorOf(tag) ?? []))]
  }

  /** All of its chunks are here, or not any more. @returns whether that is news */
  setWhole(id: BlobId, isWhole: boolean): boolean {
    if (!this.byId.has(id) || this.whole.has(id) === isWhole) return false
    if (isWhole) this.whole.add(id)
    else this.whole.delete(id)
    return true
  }

  isWhole(id: BlobId): boolean {
    return this.whole.has(id)
  }

  /** Bytes that are, or will be, taken up by chunks: of all, and of a member. */
  bytes(member?: MemberId): number {
    const { total, of } = this.usage
    return member === undefined ? total : (of.get(member)?.bytes ?? 0)
  }

  /** Forgets what is held with a drop. */
  detach(tag: DropTag): void {
    if (!this.byTag.has(tag)) return
    this.keepOnly(tag, new Map())
    this.context.changed()
  }

  /** Forgets what came at `until` or before. */
  sweep(until: number): void {
    for (const [tag, blobs] of [...this.byTag]) {
      const left = new Map([...blobs].filter(([, { at }]) => at > until))
      if (left.size === blobs.size) continue
      this.keepOnly(tag, left)
      this.context.changed()
    }
  }

  /** The store has the truth. */
  forget(): void {
    this.loaded = undefined
    this.index = undefined
    this.used = undefined
  }

  // ---- inside

  private mayTake(tag: DropTag, id: BlobId, blob: BlobToKeep): boolean {
    const { terms, authorOf, memberOf, besides } = this.context
    const author = authorOf(tag)
    const member = author && memberOf(author)
    if (member === undefined || blob.length > terms.fileBytes) return false
    if (this.of(tag).size >= MAX_BLOBS_PER_DROP) return false
    const { total, of } = this.usage
    const mine = of.get(member) ?? { bytes: 0, count: 0, blobs: new Map() }
    if (mine.count >= MAX_BLOBS_PER_MEMBER) return false
    const bytes = chunkShapeOf(blob.length).sealedBytes
    const [more, moreOfMine] = [this.byId.has(id) ? 0 : bytes, mine.blobs.has(id) ? 0 : bytes]
    const other = besides(member)
    const fits = (used: number, beside: number, limit: number): boolean =>
      used <= FILES_SHARE * limit && used + beside <= limit
    return (
      fits(total + more, other.total, terms.capacityBytes) &&
      fits(mine.bytes + moreOfMine, other.ofMember, terms.memberBytes)
    )
  }

  private add(tag: DropTag, id: BlobId, blob: KeptBlob): void {
    const blobs = this.byTag.get(tag) ?? new Map<BlobId, KeptBlob>()
    const bytes = chunkShapeOf(blob.length).sealedBytes
    if (!this.byId.has(id)) this.usage.total += bytes
    this.charge(this.usage, tag, id, bytes)
    this.byTag.set(tag, blobs.set(id, blob))
    this.byId.set(id, (this.byId.get(id) ?? new Set()).add(tag))
  }

  private charge(used: Used, tag: DropTag, id: BlobId, bytes: number): void {
    const author = this.context.authorOf(tag)
    const member = author && this.context.memberOf(author)
    if (member === undefined) return
    const mine = used.of.get(member) ?? { bytes: 0, count: 0, blobs: new Map<BlobId, number>() }
    used.of.set(member, mine)
    mine.count++
    if (!mine.blobs.has(id)) mine.bytes += bytes
    mine.blobs.set(id, (mine.blobs.get(id) ?? 0) + 1)
  }

  /** Told again and again, it must not cost a look at all that is held. @param isGone no drop has it any more */
  private discharge(tag: DropTag, id: BlobId, length: number, isGone: boolean): void {
    const { used } = this
    if (used === undefined) return
    const author = this.context.authorOf(tag)
    const mine = used.of.get((author && this.context.memberOf(author)) ?? ('' as MemberId))
    const drops = mine?.blobs.get(id)
    if (mine === undefined || drops === undefined) {
      // It is known now whose it is, or not any more: all is counted anew.
      this.used = undefined
      return
    }
    const bytes = chunkShapeOf(length).sealedBytes
    if (isGone) used.total -= bytes
    mine.count--
    if (drops > 1) {
      mine.blobs.set(id, drops - 1)
      return
    }
    mine.blobs.delete(id)
    mine.bytes -= bytes
  }

  /** @param left some of what is held with the drop */
  private keepOnly(tag: DropTag, left: Map<BlobId, KeptBlob>): void {
    const { byTag, byId } = this
    for (const [id, { length }] of byTag.get(tag) ?? NOTHING) {
      if (left.has(id)) continue
      const tags = byId.get(id)
      tags?.delete(tag)
      const isGone = tags?.size === 0
      this.discharge(tag, id, length, isGone)
      if (!isGone) continue
      byId.delete(id)
      this.whole.delete(id)
    }
    if (left.size > 0) byTag.set(tag, left)
    else byTag.delete(tag)
    this.write(tag)
  }

  private write(tag: DropTag): void {
    const blobs = this.byTag.get(tag)
    if (blobs === undefined) this.records.delete(tag)
    else
      this.records.set(
        tag,
        encodeValue([...blobs].map(([id, { length, root, at }]) => [fromBase32(id), length, root, at])),
      )
  }

  private get byTag(): Map<DropTag, Map<BlobId, KeptBlob>> {
    if (this.loaded !== undefined) return this.loaded
    const { suite } = this.context
    const loaded = new Map<DropTag, Map<BlobId, KeptBlob>>()
    for (const [tag, bytes] of this.records.entries())
      loaded.set(tag as DropTag, new Map(decodeKept(bytes, suite.hashBytes)))
    return (this.loaded = loaded)
  }

  private get byId(): Map<BlobId, Set<DropTag>> {
    if (this.index !== undefined) return this.index
    const index = new Map<BlobId, Set<DropTag>>()
    for (const [tag, blobs] of this.byTag)
      for (const id of blobs.keys()) index.set(id, (index.get(id) ?? new Set()).add(tag))
    return (this.index = index)
  }

  /** What several drops hold is there once; each member pays for what it left. */
  private get usage(): Used {
    if (this.used !== undefined) return this.used
    const used: Used = { total: 0, of: new Map() }
    const counted = new Set<BlobId>()
    for (const [tag, blobs] of this.byTag) {
      for (const [id, { length }] of blobs) {
        const bytes = chunkShapeOf(length).sealedBytes
        this.charge(used, tag, id, bytes)
        if (!counted.has(id)) used.total += bytes
        counted.add(id)
      }
    }
    return (this.used = used)
  }

  private get records(): RecordMap {
    return this.context.store.map(`conversation/${this.context.control}/kept-blobs`)
  }
}

const NOTHING: ReadonlyMap<BlobId, KeptBlob> = new Map()

function decodeKept(bytes: Uint8Array, hashBytes: number): (readonly [BlobId, KeptBlob])[] {
  return decodeStoredList(bytes, (reader) => {
    const id = base32(reader.bytes(16)) as BlobId
    const length = reader.int(0, MAX_KEPT_BLOB_BYTES)
    return [id, { length, root: reader.bytes(hashBytes), at: reader.int() }] as const
  })
}
