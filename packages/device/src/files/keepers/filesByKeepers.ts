/** Both sides of files at keepers: what this device leaves there or fetches from there, and what it holds if it is one. */
import type { BlobId, CircleId, Clock, DeviceId } from '@triode/core'
import type { CircleRuntime } from '../../circle/circleRuntime.ts'
import type { Catalog } from '../catalog.ts'
import type { FileRecordBook } from '../fileRecordBook.ts'
import type { OpenBlobs } from '../openBlobs.ts'
import type { Quota } from '../quota.ts'
import type { Transfers } from '../transfer/transfers.ts'
import { AtKeepers, type AtKeepersOptions } from './atKeepers.ts'
import { KeptChunks } from './keptChunks.ts'

export interface FilesByKeepersOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly quota: Quota
  readonly clock: Clock
  readonly circles: () => readonly CircleRuntime[]
  readonly isUp: (circle: CircleId, device: DeviceId) => boolean
  /** What stands on both, and so comes after them. */
  readonly transfers: () => Transfers
  /** What is known of who has a blob changed. */
  readonly told: (circle: CircleId, blob: BlobId) => void
  readonly completeAt: AtKeepersOptions['completeAt']
  readonly failed: (cause: unknown) => void
}

export function filesByKeepers(options: FilesByKeepersOptions): {
  readonly kept: KeptChunks
  readonly atKeepers: AtKeepers
} {
  const kept = new KeptChunks(options)
  const atKeepers = new AtKeepers({
    ...options,
    circle: (id) => options.circles().find((one) => one.id === id),
    offered: (circle, keeper) => {
      options.transfers().peerChanged(circle, keeper)
    },
    toHold: () => {
      kept.lookSoon()
    },
  })
  return { kept, atKeepers }
}
