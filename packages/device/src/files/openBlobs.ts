/** Blobs whose files are open: while somebody uses them, and the last ones for a while longer, for they are asked for often. */
import type { Blob, BlobId, BlobStore, CircleId, StoredBlob } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { blobKey, type BlobKey } from './blobKey.ts'
import { hashOf } from './catalog.ts'
import { MAX_IDLE_OPEN } from './tuning.ts'

interface Opened {
  readonly stored: Promise<StoredBlob>
  users: number
}

export class OpenBlobs {
  private readonly store: BlobStore
  private readonly opened = new Map<BlobKey, Opened>()

  constructor(store: BlobStore) {
    this.store = store
  }

  /** To be let go of by release(), once for each time. @throws as BlobStore.open() */
  async hold(circle: CircleRuntime, blob: Omit<Blob, 'secret'>): Promise<StoredBlob> {
    const key = blobKey(circle.id, blob.id)
    const one = this.openedOf(key, circle, blob)
    one.users++
    try {
      return await one.stored
    } catch (fault) {
      one.users--
      if (this.opened.get(key) === one) this.opened.delete(key)
      throw fault
    }
  }

  release(circle: CircleId, id: BlobId): void {
    const one = this.opened.get(blobKey(circle, id))
    if (one === undefined) return
    one.users--
    this.closeIdle()
  }

  /** For a use that ends soon: many later ones close it. @throws as BlobStore.open() */
  async glance(circle: CircleRuntime, blob: Omit<Blob, 'secret'>): Promise<StoredBlob> {
    const stored = await this.hold(circle, blob)
    this.release(circle.id, blob.id)
    return stored
  }

  /** Holds it while `work` goes on. */
  async during<T>(
    circle: CircleRuntime,
    blob: Omit<Blob, 'secret'>,
    work: (stored: StoredBlob) => Promise<T>,
  ): Promise<T> {
    const stored = await this.hold(circle, blob)
    try {
      return await work(stored)
    } finally {
      this.release(circle.id, blob.id)
    }
  }

  /** Deletes what is here of it; whoever uses it gets 'blob-gone'. */
  async remove(circle: CircleId, id: BlobId): Promise<void> {
    this.opened.delete(blobKey(circle, id))
    await this.store.within(circle).remove(id)
  }

  /** Nothing is written by anybody any more. */
  async stop(): Promise<void> {
    const all = [...this.opened.values()]
    this.opened.clear()
    await Promise.all(all.map(close))
  }

  private openedOf(key: BlobKey, circle: CircleRuntime, blob: Omit<Blob, 'secret'>): Opened {
    const open = (): Promise<StoredBlob> => this.store.within(circle.id).open(blob, hashOf(circle))
    const one = this.opened.get(key) ?? { stored: open(), users: 0 }
    // The last that was asked for is the last to be closed.
    this.opened.delete(key)
    this.opened.set(key, one)
    return one
  }

  private closeIdle(): void {
    const idle = [...this.opened].filter(([, { users }]) => users === 0)
    for (const [key, one] of idle.slice(0, Math.max(0, idle.length - MAX_IDLE_OPEN))) {
      this.opened.delete(key)
      void close(one)
    }
  }
}

async function close({ stored }: Opened): Promise<void> {
  // What could not be opened or is gone needs no closing.
  await stored.then((one) => one.close()).catch(() => undefined)
}
