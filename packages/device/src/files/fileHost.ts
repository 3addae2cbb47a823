/** What transfers ask of this device's files (spec §15.7): who may have what, and where it lies. */
import type { BlobId, CircleId, ConversationId, DeviceId, StoredBlob } from '@triode/core'
import type { CircleRuntime } from '../circleRuntime.ts'
import { conversationsOf, type Catalog } from './catalog.ts'
import type { Delivered } from './delivered.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Quota } from './quota.ts'
import type { Stock } from './stock.ts'
import type { TransferHost } from './transfer/transferHost.ts'

export interface FileHostOptions {
  readonly catalog: Catalog
  readonly open: OpenBlobs
  readonly quota: Quota
  readonly circles: () => readonly CircleRuntime[]
  /** What stands on transfers, and so comes after them. */
  readonly stock: () => Stock
  readonly delivered: () => Delivered
  readonly fault: TransferHost['fault']
}

export class FileHost implements TransferHost {
  readonly fault: TransferHost['fault']
  private readonly options: FileHostOptions

  constructor(options: FileHostOptions) {
    this.options = options
    this.fault = options.fault
  }

  mayAsk(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): boolean {
    const runtime = this.options.circles().find(({ id }) => id === circle)
    if (runtime?.participant.shares(device, conversation) !== true) return false
    return this.options.catalog.isNamed(circle, conversation, blob)
  }

  askIn(circle: CircleId, device: DeviceId, blob: BlobId, first: ConversationId): ConversationId | undefined {
    const runtime = this.options.circles().find(({ id }) => id === circle)
    if (runtime === undefined) return undefined
    // Who named it first may have done so where nobody else reads.
    return [first, ...conversationsOf(runtime)].find(
      (one) => runtime.participant.shares(device, one) && this.options.catalog.isNamed(circle, one, blob),
    )
  }

  async stored(circle: CircleId, blob: BlobId): Promise<StoredBlob | undefined> {
    // Looking for what was never here would make files for it.
    if (!this.options.stock().hasSome(circle, blob)) return undefined
    const named = this.options.catalog.find(circle, blob)
    return named && this.options.open.glance(named.circle, named.blob)
  }

  completeAt(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): void {
    if (!this.mayAsk(circle, device, conversation, blob)) return
    if (this.options.delivered().completeAt(circle, device, blob))
      this.options.stock().delivered(circle, blob)
  }

  async damaged(circle: CircleId, blob: BlobId, chunk: number): Promise<void> {
    const { catalog, open, stock } = this.options
    const named = catalog.find(circle, blob)
    if (named === undefined) return
    const bad = await open.during(named.circle, named.blob, (stored) => stored.check({ only: chunk }))
    if (bad.length > 0) stock().damaged(circle, blob, bad.length)
  }

  changed(circle: CircleId, blob: BlobId): void {
    this.options.stock().moved(circle, blob)
  }

  attached(circle: CircleId, device: DeviceId): void {
    this.options.delivered().attached(circle, device)
  }

  freeBytes(): Promise<number> {
    return this.options.quota.freeBytes()
  }
}
