/**
 * What a keeper holds (spec §16.4): boxes by drop and place, and the notices of each drop by the device that each is for. It
 * opens none of it. All of it inside the caller's transaction.
 */
import { concat, u32 } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import { MAX_SEQ } from '../feed/spec.ts'
import type { BlobId, ConversationId, DeviceId, DropTag, MemberId } from '../id.ts'
import type { RecordMap, RecordSeries, Store } from '../ports/store.ts'
import { Addressees } from './addressees.ts'
import { decodeDrop, encodeDrop, type KeptDrop } from './keptDropRecord.ts'
import { KeptBlobs } from './keptBlobs.ts'
import { KeptSlips } from './keptSlips.ts'
import type { KeptTime } from './keptTime.ts'
import type { BoxPlace, Notice } from './dropKeys.ts'
import { noticeFields, noticeOf, toggleNotice } from './notices.ts'
import { MAX_DROPS_PER_MEMBER, MAX_NOTICES_PER_DROP, NOTICES_DIGEST_BYTES } from './spec.ts'
import type { KeeperTerms } from './terms.ts'
import { KEPT_FREE_BYTES, KEPT_OVERHEAD_BYTES } from './tuning.ts'

export interface KeptBox {
  readonly place: BoxPlace
  readonly bytes: Uint8Array
}

/** What a keeper can say of itself without saying of whom. */
export interface KeptFigures {
  readonly drops: number
  readonly boxes: number
  readonly bytes: number
  /** Blobs that are to be held, those of which all chunks are here, and the bytes that they take or will take. */
  readonly blobs: number
  readonly wholeBlobs: number
  readonly blobBytes: number
  readonly slips: number
  /** How long the box has been held that has been there longest, in milliseconds; undefined: there is none. */
  readonly oldestForMs: number | undefined
}

export type Put = 'taken' | 'full' | 'ignored'

export interface KeptContext {
  readonly suite: Suite
  readonly store: Store
  readonly control: ConversationId
  readonly terms: KeeperTerms
  /** Bytes that are free on the disk. */
  readonly freeBytes: () => number
  readonly time: Pick<KeptTime, 'now' | 'stamp'>
  readonly memberOf: (device: DeviceId) => MemberId | undefined
  /** Which chunks are to be held changed. */
  readonly blobsChanged: () => void
}

export class KeptDrops {
  /** What of files is held with them. */
  readonly blobs: KeptBlobs
  /** What readers left for those whose entries they have. */
  readonly slips: KeptSlips
  private readonly context: KeptContext
  private loaded: Map<DropTag, KeptDrop> | undefined
  private total = 0
  private readonly used = new Map<MemberId, number>()
  /** How many drops there are of a member. */
  private readonly counts = new Map<MemberId, number>()
  private readonly addressees: Addressees

  constructor(context: KeptContext) {
    this.context = context
    this.addressees = new Addressees(context.store, context.control)
    const now = (): number => context.time.stamp()
    this.slips = new KeptSlips({ ...context, now })
    this.blobs = new KeptBlobs({
      ...{ ...context, now },
      authorOf: (tag) => this.drops.get(tag)?.author,
      besides: (member) => {
        // Read first: it is counted when it is.
        const { size } = this.drops
        return { total: size === 0 ? 0 : this.total, ofMember: this.used.get(member) ?? 0 }
      },
      changed: context.blobsChanged,
    })
  }

  get(tag: DropTag): KeptDrop | undefined {
    return this.drops.get(tag)
  }

  figures(): KeptFigures {
    let [boxes, oldest] = [0, Infinity]
    for (const drop of this.drops.values()) {
      boxes += drop.boxes
      if (drop.boxes > 0) oldest = Math.min(oldest, drop.firstAt)
    }
    const oldestForMs = oldest === Infinity ? undefined : Math.max(0, this.context.time.now() - oldest)
    const { drops, blobs: files } = this
    const whole = [...files.all().keys()].filter((id) => files.isWhole(id))
    const ofFiles = {
      blobs: files.all().size,
      wholeBlobs: whole.length,
      blobBytes: files.bytes(),
      slips: this.slips.count,
    }
    return { drops: drops.size, boxes, bytes: this.total, ...ofFiles, oldestForMs }
  }

  /** Whether `bytes` more of the member of `author` are taken. */
  hasRoom(author: DeviceId, bytes = 1): boolean {
    const { memberBytes, capacityBytes } = this.context.terms
    if (this.context.freeBytes() < KEPT_FREE_BYTES + bytes) return false
    const member = this.context.memberOf(author)
    if (member === undefined || this.total + this.blobs.bytes() + bytes > capacityBytes) return false
    return (this.used.get(member) ?? 0) + this.blobs.bytes(member) + bytes <= memberBytes
  }

  /** Takes what goes on where its drop, whose author is `author`, ends; it may begin before that. */
  put(author: DeviceId, place: BoxPlace, bytes: Uint8Array): Put {
    const { tag, from, last, part, final } = place
    const drop = this.drops.get(tag) ?? this.open(author)
    const goesOn = drop.next === 0 || (from <= drop.next && last >= drop.next)
    if (drop.author !== author || last < from || !goesOn) return 'ignored'
    if (!this.mayBegin(author, tag)) return 'full'
    const key = keyOf(from, part)
    const boxes = this.boxes(tag)
    const before = boxes.get(key)?.length ?? 0
    const now = this.context.time.stamp()
    const record = encodeValue([last, final, now, bytes])
    const more = record.length - before + (before === 0 ? KEPT_OVERHEAD_BYTES : 0)
    if (!this.hasRoom(author, more)) return 'full'
    boxes.set(key, record)
    const begins = drop.first === drop.next
    this.save(tag, {
      ...drop,
      bytes: drop.bytes + more,
      boxes: drop.boxes + (final && before === 0 ? 1 : 0),
      ...(final && { first: begins ? from : drop.first, next: last + 1, lastAt: now }),
      ...(final && begins && { firstAt: now }),
    })
    return 'taken'
  }

  /** Adds to whom the drop is for. @returns whether there was room */
  address(author: DeviceId, tag: DropTag, notices: readonly Notice[]): boolean {
    const drop = this.drops.get(tag) ?? this.open(author)
    if (drop.author !== author || !this.mayBegin(author, tag)) return false
    const anew = new Map(notices.map((one) => [one.device, one]))
    let [more, readers] = [0, drop.readers]
    const digest = drop.notices.slice()
    for (const [device, notice] of anew) {
      const generation = this.addressees.generation(tag, device)
      const before = generation === undefined ? undefined : this.notices(device).get(tag)
      more += encodeValue(noticeFields(notice)).length - (before?.length ?? -KEPT_OVERHEAD_BYTES)
      if (generation === undefined) readers++
      else toggleNotice(this.context.suite, digest, { device, generation })
      toggleNotice(this.context.suite, digest, notice)
    }
    // Before anything is written: what follows stays, though its sender is dropped.
    if (readers > MAX_NOTICES_PER_DROP) throw new PeerFault('too-many-notices')
    if (!this.hasRoom(author, more)) return false
    for (const [device, notice] of anew) {
      this.notices(device).set(tag, encodeValue(noticeFields(notice)))
      if (this.addressees.generation(tag, device) !== notice.generation)
        this.addressees.set(tag, device, notice.generation)
    }
    this.save(tag, { ...drop, bytes: drop.bytes + more, readers, notices: digest })
    return true
  }

  /** The generation of the key that a drop's notice for `device` is sealed to; undefined: it has none. */
  addressed(tag: DropTag, device: DeviceId): number | undefined {
    return this.addressees.generation(tag, device)
  }

  /** The drops that have a notice for `device`. */
  addressedTo(device: DeviceId): readonly Notice[] {
    return this.notices(device)
      .entries()
      .map(([, bytes]) => decodeStored(bytes, noticeOf))
      .filter(({ tag }) => this.drops.has(tag))
  }

  notice(device: DeviceId, tag: DropTag): Notice | undefined {
    const bytes = this.drops.has(tag) ? this.notices(device).get(tag) : undefined
    return bytes && decodeStored(bytes, noticeOf)
  }

  /** Blobs that are held for a device. */
  blobsFor(device: DeviceId): readonly BlobId[] {
    return [...new Set(this.addressedTo(device).flatMap(({ tag }) => [...this.blobs.of(tag).keys()]))]
  }

  /** Whether a blob is held for a device. */
  mayHave(device: DeviceId, blob: BlobId): boolean {
    return [...(this.blobs.all().get(blob) ?? [])].some((tag) => this.addressed(tag, device) !== undefined)
  }

  /** A part of the box that holds entry `seq`, or of the next one after it. */
  box(tag: DropTag, seq: number, part: number): KeptBox | undefined {
    const drop = this.drops.get(tag)
    if (drop === undefined || seq >= drop.next) return undefined
    const boxes = this.boxes(tag)
    const [at] = boxes.range({ to: keyOf(Math.max(seq, drop.first), 255), reverse: true, limit: 1 })
    const holds = at !== undefined && decodeBox(tag, at.sub, at.value).place.last >= seq
    const from = holds ? fromOf(at.sub) : seq
    const [found] = boxes.range({ from: keyOf(from, part), limit: 1 })
    return found && decodeBox(tag, found.sub, found.value)
  }

  /** Erases what is there before entry `upTo`, where the drop goes on if it ends before that; with all of it, the drop itself. */
  release(author: DeviceId, tag: DropTag, upTo: number): void {
    const drop = this.drops.get(tag)
    if (drop?.author !== author) return
    if (upTo > MAX_SEQ) this.erase(tag)
    else {
      this.trim(tag, drop, (box) => box.place.last < upTo)
      if (upTo > drop.next && drop.next > 0)
        this.save(tag, { ...(this.drops.get(tag) ?? drop), first: upTo, next: upTo })
    }
  }

  /** Erases what has been here for as long as is held, and what was left by devices that are not `welcome`. */
  sweep(isWelcome: (author: DeviceId) => boolean): void {
    const until = this.context.time.stamp() - this.context.terms.holdHours * HOUR_MS
    this.blobs.sweep(until)
    this.slips.sweep(until, isWelcome)
    for (const [tag, drop] of [...this.drops]) {
      const over = drop.first >= drop.next && drop.lastAt <= until && this.blobs.of(tag).size === 0
      if (over || !isWelcome(drop.author)) this.erase(tag)
      else if (drop.first < drop.next && drop.firstAt <= until) this.trim(tag, drop, (_, at) => at <= until)
    }
  }

  /** Erases everything, keys first. */
  eraseAll(): void {
    for (const tag of [...this.drops.keys()]) this.erase(tag)
    this.slips.eraseAll()
    this.context.store.erase(this.name('kept'))
  }

  /** The store has the truth. */
  forget(): void {
    this.loaded = undefined
    this.addressees.forget()
    this.blobs.forget()
    this.slips.forget()
  }

  // ---- inside

  private get drops(): Map<DropTag, KeptDrop> {
    if (this.loaded !== undefined) return this.loaded
    const loaded = new Map<DropTag, KeptDrop>()
    this.loaded = loaded
    this.total = 0
    this.used.clear()
    this.counts.clear()
    for (const [tag, bytes] of this.records.entries()) {
      const drop = decodeDrop(bytes)
      loaded.set(tag as DropTag, drop)
      this.count(drop, drop.bytes, 1)
    }
    return loaded
  }

  private open(author: DeviceId): KeptDrop {
    const now = this.context.time.stamp()
    // An empty one counts too: nobody can fill a disk with those.
    return {
      ...{ author, first: 0, next: 0, bytes: KEPT_OVERHEAD_BYTES, boxes: 0, firstAt: now, lastAt: now },
      ...{ readers: 0, notices: new Uint8Array(NOTICES_DIGEST_BYTES) },
    }
  }

  private save(tag: DropTag, drop: KeptDrop): void {
    const before = this.drops.get(tag)
    this.count(drop, drop.bytes - (before?.bytes ?? 0), before === undefined ? 1 : 0)
    this.drops.set(tag, drop)
    this.records.set(tag, encodeDrop(drop))
  }

  private count({ author }: KeptDrop, bytes: number, drops: number): void {
    this.total += bytes
    const member = this.context.memberOf(author)
    if (member === undefined) return
    this.used.set(member, (this.used.get(member) ?? 0) + bytes)
    this.counts.set(member, (this.counts.get(member) ?? 0) + drops)
  }

  /** Readers remember so many offers and no more: no member may take the place of the others. */
  private mayBegin(author: DeviceId, tag: DropTag): boolean {
    const member = this.context.memberOf(author)
    return (
      this.drops.has(tag) || (member !== undefined && (this.counts.get(member) ?? 0) < MAX_DROPS_PER_MEMBER)
    )
  }

  /** Erases boxes from the first one on, as long as they are `done`. */
  private trim(tag: DropTag, drop: KeptDrop, done: (box: KeptBox, at: number) => boolean): void {
    const boxes = this.boxes(tag)
    let left = drop
    for (let [next] = boxes.range({ limit: 1 }); next !== undefined; [next] = boxes.range({ limit: 1 })) {
      const { box, at } = readBox(tag, next.sub, next.value)
      const isPartial = box.place.from >= drop.next
      if (isPartial || !done(box, at)) {
        left = { ...left, first: Math.min(box.place.from, left.next), firstAt: at }
        break
      }
      boxes.delete(next.sub)
      left = {
        ...left,
        bytes: left.bytes - next.value.length - KEPT_OVERHEAD_BYTES,
        boxes: left.boxes - (box.place.final ? 1 : 0),
        first: box.place.last + 1,
      }
    }
    if (left !== drop) this.save(tag, left)
  }

  private erase(tag: DropTag): void {
    const drop = this.drops.get(tag)
    this.context.store.erase(this.boxesName(tag))
    this.blobs.detach(tag)
    for (const device of this.addressees.of(tag).keys()) this.notices(device).delete(tag)
    this.addressees.erase(tag)
    this.records.delete(tag)
    if (drop !== undefined) this.count(drop, -drop.bytes, -1)
    this.drops.delete(tag)
  }

  private get records(): RecordMap {
    return this.context.store.map(this.name('kept'))
  }

  private notices(device: DeviceId): RecordMap {
    return this.context.store.map(this.name(`notices/${device}`))
  }

  private boxes(tag: DropTag): RecordSeries {
    return this.context.store.series(this.boxesName(tag))
  }

  private boxesName(tag: DropTag): string {
    return this.name(`boxes/${tag}`)
  }

  private name(part: string): string {
    return `conversation/${this.context.control}/${part}`
  }
}

const HOUR_MS = 3_600_000

function keyOf(from: number, part: number): Uint8Array {
  return concat(u32(from), Uint8Array.of(part))
}

function fromOf(sub: Uint8Array): number {
  return new DataView(sub.buffer, sub.byteOffset).getUint32(0)
}

function decodeBox(tag: DropTag, sub: Uint8Array, value: Uint8Array): KeptBox {
  return readBox(tag, sub, value).box
}

function readBox(tag: DropTag, sub: Uint8Array, value: Uint8Array): { box: KeptBox; at: number } {
  return decodeStored(value, (reader) => {
    const [last, final, at] = [reader.int(1, MAX_SEQ), reader.bool(), reader.int()]
    const place = { tag, from: fromOf(sub), last, part: sub[4] ?? 0, final }
    return { box: { place, bytes: reader.bytes(0, MAX_BOX_RECORD_BYTES) }, at }
  })
}

/** More than a frame may have. */
const MAX_BOX_RECORD_BYTES = 1_114_112
