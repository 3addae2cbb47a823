/** What transfers ask of this device's files (spec §15.7): who may have what, and where it lies. */
import {
  policyOf,
  type BlobId,
  type CircleId,
  type Clock,
  type ConversationId,
  type DeviceId,
  type StoredBlob,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { conversationsOf, wasPutOut, type Catalog } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { AtKeepers } from './keepers/atKeepers.ts'
import { inPlaceOfConversation, type KeptChunks } from './keepers/keptChunks.ts'
import type { Delivered } from './delivered.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Quota } from './quota.ts'
import { ShortMemory } from './shortMemory.ts'
import type { Stock } from './stock.ts'
import type { TransferHost } from './transfer/transferHost.ts'

export interface FileHostOptions {
  readonly clock: Clock
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly quota: Quota
  readonly circles: () => readonly CircleRuntime[]
  /** What stands on transfers, and so comes after them. */
  readonly stock: () => Stock
  readonly delivered: () => Delivered
  readonly kept: KeptChunks
  readonly atKeepers: () => AtKeepers
  readonly fault: TransferHost['fault']
  readonly refused: TransferHost['refused']
}

export class FileHost implements TransferHost {
  readonly fault: TransferHost['fault']
  readonly refused: TransferHost['refused']
  private readonly options: FileHostOptions
  private readonly looked: ShortMemory

  constructor(options: FileHostOptions) {
    this.options = options
    this.looked = new ShortMemory(options.clock)
    this.fault = options.fault
    this.refused = options.refused
  }

  mayAsk(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): boolean {
    const runtime = this.runtime(circle)
    if (conversation === inPlaceOfConversation(blob)) return this.mayAskByName(runtime, device, blob)
    if (runtime?.participant.shares(device, conversation) !== true) return false
    const { catalog } = this.options
    if (!catalog.isNamed(circle, conversation, blob)) return false
    if (this.isGiven(runtime, conversation, blob)) return true
    return conversationsOf(runtime).some(
      (one) =>
        one !== conversation &&
        runtime.participant.shares(device, one) &&
        catalog.isNamed(circle, one, blob) &&
        this.isGiven(runtime, one, blob),
    )
  }

  askIn(circle: CircleId, device: DeviceId, blob: BlobId, first: ConversationId): ConversationId | undefined {
    const runtime = this.runtime(circle)
    if (runtime === undefined) return undefined
    const name = this.nameBetween(runtime, device, blob)
    if (name !== undefined) return this.mayBeAskedByName(runtime, device, name)
    // Who named it first may have done so where nobody else reads.
    return [first, ...conversationsOf(runtime)].find(
      (one) => runtime.participant.shares(device, one) && this.options.catalog.isNamed(circle, one, blob),
    )
  }

  calledAt(circle: CircleId, device: DeviceId, blob: BlobId): BlobId {
    const runtime = this.runtime(circle)
    return (runtime && this.nameBetween(runtime, device, blob)) ?? blob
  }

  async stored(
    circle: CircleId,
    asked: BlobId,
    conversation: ConversationId,
  ): Promise<StoredBlob | undefined> {
    const { kept } = this.options
    const isByName = conversation === inPlaceOfConversation(asked)
    if (isByName && kept.isKept(circle, asked)) return kept.stored(circle, asked)
    const blob = isByName ? this.options.atKeepers().named(circle, asked) : asked
    // Looking for what was never here would make files for it; and nobody is told what is paused.
    if (blob === undefined || !this.options.stock().isGiven(circle, blob)) return undefined
    const named = this.options.catalog.find(circle, blob)
    return named && this.options.open.glance(named.circle, named.blob)
  }

  completeAt(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): void {
    if (!this.mayAsk(circle, device, conversation, blob)) return
    if (!this.options.delivered().completeAt(circle, device, blob)) return
    this.options.stock().delivered(circle, blob)
    this.runtime(circle)?.participant.sync.keepers.filesChanged(conversation)
  }

  async damaged(circle: CircleId, blob: BlobId, chunk: number): Promise<void> {
    const { catalog, open, stock, kept } = this.options
    if (kept.isKept(circle, blob)) {
      await kept.damaged(circle, blob, chunk)
      return
    }
    const named = catalog.find(circle, blob)
    if (named === undefined) return
    const bad = await open.during(named.circle, named.blob, (stored) => stored.check({ only: chunk }))
    if (bad.length > 0) stock().damaged(circle, blob, bad.length)
  }

  changed(circle: CircleId, blob: BlobId): void {
    const { kept } = this.options
    if (kept.isKept(circle, blob)) kept.moved(circle, blob)
    else this.options.stock().moved(circle, blob)
  }

  attached(circle: CircleId, device: DeviceId): void {
    this.options.delivered().attached(circle, device)
    this.options.kept.lookSoon()
  }

  freeBytes(): Promise<number> {
    return this.options.quota.freeBytes()
  }

  // ---- inside

  private runtime(circle: CircleId): CircleRuntime | undefined {
    return this.options.circles().find(({ id }) => id === circle)
  }

  /**
   * Whether it is for those who read there: not where all who name it were put out of the room in which it was named first. They know what
   * it takes to name it elsewhere, and would get by that, or have others get, what they had not fetched before.
   */
  private isGiven(runtime: CircleRuntime, conversation: ConversationId, blob: BlobId): boolean {
    const { catalog, book } = this.options
    const record = book.get(runtime.id, blob)
    if (record === undefined || record.conversation === conversation) return true
    if (record.sentOn.some((one) => one.conversation === conversation)) return true
    return this.looked.ask(`${runtime.id}/${conversation}/${blob}`, () =>
      catalog
        .membersNaming(runtime, conversation, blob)
        .some((member) => member === runtime.member || !wasPutOut(runtime, record.conversation, member)),
    )
  }

  /** How a blob is called between this device and `device`, if one of them is a keeper; undefined: none is. */
  private nameBetween(circle: CircleRuntime, device: DeviceId, blob: BlobId): BlobId | undefined {
    if (this.options.kept.isKept(circle.id, blob)) return blob
    const isKeeper = circle.participant.keeping.isKeeper(device)
    return isKeeper ? this.options.atKeepers().nameOf(circle, blob) : undefined
  }

  /** A keeper asks whoever left it; others ask a keeper that told that it has it, and so learns nothing from it. */
  private mayBeAskedByName(
    circle: CircleRuntime,
    device: DeviceId,
    name: BlobId,
  ): ConversationId | undefined {
    const { kept } = this.options
    const may = kept.isKept(circle.id, name)
      ? kept.isAuthor(circle.id, device, name)
      : circle.participant.sync.keepers.isOffered(device, name)
    return may ? inPlaceOfConversation(name) : undefined
  }

  private mayAskByName(circle: CircleRuntime | undefined, device: DeviceId, name: BlobId): boolean {
    if (circle === undefined) return false
    const { kept, atKeepers } = this.options
    if (kept.isKept(circle.id, name)) return kept.mayAsk(circle.id, device, name)
    // What was left before the policy forbade it is given to no keeper any more.
    if (policyOf(circle.state.policies, 'kept-files') === 'none') return false
    return circle.participant.keeping.isKeeper(device) && atKeepers().named(circle.id, name) !== undefined
  }
}
