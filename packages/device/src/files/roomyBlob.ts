/** A blob that takes chunks in only while the disk has more room than is kept for messages, and writes them where they are to be saved. */
import { Fault, type PlainCopy, type StoredBlob } from '@triode/core'
import type { Quota } from './quota.ts'
import type { ChunkStore } from './transfer/transferHost.ts'

/** What is saved while it comes. */
export interface SavedAlong {
  /** Adds chunks, with the file that gets them as well, if there is one. */
  along<T>(add: (copy: PlainCopy | undefined) => Promise<T>): Promise<T>
  /** There is no room: what was written so far can be made again. */
  makeRoom(): void
}

export function roomyBlob(stored: StoredBlob, quota: Quota, saved: SavedAlong): ChunkStore {
  return {
    id: stored.id,
    shape: stored.shape,
    have: stored.have,
    get isWhole() {
      return stored.isWhole
    },
    page: (level, index) => stored.page(level, index),
    read: (from, count, into) => stored.read(from, count, into),
    addPage: (level, index, hashes) => stored.addPage(level, index, hashes),
    add: async (from, sealed) => {
      try {
        await quota.take(sealed.length)
        return await saved.along((copy) => stored.add(from, sealed, copy))
      } catch (cause) {
        if (cause instanceof Fault && cause.code === 'disk-full') saved.makeRoom()
        throw cause
      }
    },
  }
}
