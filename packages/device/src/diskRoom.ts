/** How much of the disk is free, looked at now and then: a keeper asks with each thing that is left there. */
import { statfsSync } from 'node:fs'
import type { Clock } from '@triode/core'
import { DISK_SEEN_MS } from './tuning.ts'

export class DiskRoom {
  private readonly folder: string
  private readonly clock: Clock
  private seen = 0
  private seenAt = -Infinity

  /** @param folder on the disk in question */
  constructor(folder: string, clock: Clock) {
    this.folder = folder
    this.clock = clock
  }

  /** Bytes, as of a moment ago; Infinity: the system does not say. */
  freeBytes(): number {
    const now = this.clock.elapsed()
    if (now - this.seenAt >= DISK_SEEN_MS) {
      this.seen = this.look()
      this.seenAt = now
    }
    return this.seen
  }

  private look(): number {
    try {
      const { bavail, bsize } = statfsSync(this.folder)
      return bavail * bsize
    } catch {
      return Infinity
    }
  }
}
