/** A blob that takes chunks in only while the disk has more room than is kept for messages. */
import type { StoredBlob } from '@triode/core'
import type { Quota } from './quota.ts'
import type { ChunkStore } from './transfer/transferHost.ts'

export function roomyBlob(stored: StoredBlob, quota: Quota): ChunkStore {
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
      await quota.take(sealed.length)
      return stored.add(from, sealed)
    },
  }
}
