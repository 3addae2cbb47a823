/** Tells of files that go on: each at most four times a second, its last state always. */
import type { BlobId, CircleId, Clock, ConversationId } from '@triode/core'
import type { DeviceEvent, FileView } from '../service.ts'
import { blobKey, type BlobKey } from './blobKey.ts'
import { FILE_EVENT_EVERY_MS } from './tuning.ts'

export interface FileEventsOptions {
  readonly clock: Clock
  readonly emit: (event: DeviceEvent) => void
  /** Whether anybody listens: without, no view is made. */
  readonly isHeard: () => boolean
  readonly viewOf: (circle: CircleId, id: BlobId) => FileView | undefined
  readonly failed: (cause: unknown) => void
}

export class FileEvents {
  private readonly options: FileEventsOptions
  private readonly changed = new Map<BlobKey, readonly [CircleId, BlobId]>()
  private cancelTimer: (() => void) | undefined
  private stopped = false

  constructor(options: FileEventsOptions) {
    this.options = options
  }

  /** It goes on: told with others, soon. */
  note(circle: CircleId, id: BlobId): void {
    if (this.stopped || !this.options.isHeard()) return
    this.changed.set(blobKey(circle, id), [circle, id])
    this.cancelTimer ??= this.options.clock.after(FILE_EVENT_EVERY_MS, () => {
      this.cancelTimer = undefined
      this.tell()
    })
  }

  /** Its state changed: told now. */
  now(circle: CircleId, id: BlobId): void {
    if (this.stopped || !this.options.isHeard()) return
    this.changed.delete(blobKey(circle, id))
    this.tellOf(circle, id)
  }

  gone(circle: CircleId, id: BlobId, conversation: ConversationId): void {
    this.changed.delete(blobKey(circle, id))
    if (!this.stopped) this.options.emit({ type: 'file-gone', id, conversation })
  }

  stop(): void {
    this.stopped = true
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.changed.clear()
  }

  private tell(): void {
    const changed = [...this.changed.values()]
    this.changed.clear()
    for (const [circle, id] of changed) this.tellOf(circle, id)
  }

  private tellOf(circle: CircleId, id: BlobId): void {
    try {
      const file = this.options.viewOf(circle, id)
      if (file !== undefined) this.options.emit({ type: 'file', file })
    } catch (cause) {
      this.options.failed(cause)
    }
  }
}
