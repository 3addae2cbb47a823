/** Room on the disk: what a person allows, and what is kept free so that messages go on being stored. */
import type { BlobId, BlobStore, CircleId, Clock } from '@triode/core'
import { diskFull } from './faults.ts'
import { FREE_SEEN_MS, RESERVE_MAX_BYTES, RESERVE_MIN_BYTES } from './tuning.ts'

/** What may go, for it can be fetched again: of others, or one's own that everybody has. */
export interface Evictable {
  readonly circle: CircleId
  readonly id: BlobId
  readonly usedAt: number
  readonly bytes: number
}

export interface QuotaOptions {
  readonly blobs: BlobStore
  readonly clock: Clock
  /** Of the disk in question, as large as it is. */
  readonly diskBytes: () => Promise<number>
  /** null: as much as the disk has. */
  readonly limit: () => number | null
  readonly evictable: () => Evictable[]
  /** Bytes here of what is larger than `limit`, and here only until it is saved: nothing else is to go for that. */
  readonly passing: (limit: number) => number
  readonly evict: (circle: CircleId, id: BlobId) => Promise<void>
}

export class Quota {
  private readonly options: QuotaOptions
  private reserve: number | undefined
  private running: Promise<void> | undefined
  private isDue = false
  private seenFree = 0
  private seenAt = -Infinity

  constructor(options: QuotaOptions) {
    this.options = options
  }

  /** Bytes that files may still take of the disk. */
  async freeBytes(): Promise<number> {
    const free = await this.options.blobs.freeBytes()
    return Math.max(0, free - (await this.reserved()))
  }

  /** Before so many bytes are written. @throws Unavailable 'disk-full' while the rest of the disk is kept for messages */
  async take(bytes: number): Promise<void> {
    // Others write as well: what was seen is not believed for long.
    const isOld = this.options.clock.elapsed() - this.seenAt > FREE_SEEN_MS
    if (isOld || this.seenFree < bytes) {
      this.seenFree = await this.freeBytes()
      this.seenAt = this.options.clock.elapsed()
    }
    if (this.seenFree < bytes) throw diskFull()
    this.seenFree -= bytes
  }

  /**
   * Lets go what was used longest ago, until the rest fits what a person allows. Without a limit nothing goes: a full disk is no
   * reason to delete what nobody may have any more.
   */
  keep(): Promise<void> {
    this.isDue = true
    this.running ??= this.evictWhileDue().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** Of several calls at a time one does it, and looks again. */
  private async evictWhileDue(): Promise<void> {
    while (this.isDue) {
      this.isDue = false
      await this.evict()
    }
  }

  private async evict(): Promise<void> {
    const limit = this.options.limit()
    if (limit === null) return
    let over = (await this.options.blobs.usedBytes()) - this.options.passing(limit) - limit
    if (over <= 0) return
    // What could never stay goes first.
    const passed = ({ bytes }: Evictable): number => (bytes > limit ? 0 : 1)
    const inOrder = this.options.evictable().sort((a, b) => passed(a) - passed(b) || a.usedAt - b.usedAt)
    for (const { circle, id, bytes } of inOrder) {
      if (over <= 0) return
      await this.options.evict(circle, id)
      over -= bytes
    }
  }

  private async reserved(): Promise<number> {
    if (this.reserve === undefined) {
      const hundredth = Math.floor((await this.options.diskBytes()) / 100)
      this.reserve = Math.min(RESERVE_MAX_BYTES, Math.max(RESERVE_MIN_BYTES, hundredth))
    }
    return this.reserve
  }
}
