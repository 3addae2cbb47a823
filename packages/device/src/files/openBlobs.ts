/** Blobs whose files are open: while somebody uses them, and the last ones for a while longer, for they are asked for often. */
import type { Blob, BlobId, BlobStore, StoredBlob, TreeHash } from '@triode/core'
import { MAX_IDLE_OPEN } from './tuning.ts'

interface Opened {
  readonly stored: Promise<StoredBlob>
  users: number
}

export class OpenBlobs {
  private readonly store: BlobStore
  private readonly opened = new Map<BlobId, Opened>()

  constructor(store: BlobStore) {
    this.store = store
  }

  /** To be let go of by release(), once for each time. @throws as BlobStore.open() */
  async hold(blob: Omit<Blob, 'secret'>, hash: TreeHash): Promise<StoredBlob> {
    const one = this.openedOf(blob, hash)
    one.users++
    try {
      return await one.stored
    } catch (fault) {
      one.users--
      this.forget(blob.id)
      throw fault
    }
  }

  release(id: BlobId): void {
    const one = this.opened.get(id)
    if (one === undefined) return
    one.users--
    this.closeIdle()
  }

  /** For a use that ends soon: many later ones close it. @throws as BlobStore.open() */
  async glance(blob: Omit<Blob, 'secret'>, hash: TreeHash): Promise<StoredBlob> {
    const stored = await this.hold(blob, hash)
    this.release(blob.id)
    return stored
  }

  /** Holds it while `work` goes on. */
  async during<T>(
    blob: Omit<Blob, 'secret'>,
    hash: TreeHash,
    work: (stored: StoredBlob) => Promise<T>,
  ): Promise<T> {
    const stored = await this.hold(blob, hash)
    try {
      return await work(stored)
    } finally {
      this.release(blob.id)
    }
  }

  /** Deletes what is here of it; whoever uses it gets 'blob-gone'. */
  async remove(id: BlobId): Promise<void> {
    this.forget(id)
    await this.store.remove(id)
  }

  /** Nothing is written by anybody any more. */
  async stop(): Promise<void> {
    const all = [...this.opened.values()]
    this.opened.clear()
    await Promise.all(all.map(close))
  }

  private openedOf(blob: Omit<Blob, 'secret'>, hash: TreeHash): Opened {
    const one = this.opened.get(blob.id) ?? { stored: this.store.open(blob, hash), users: 0 }
    // The last that was asked for is the last to be closed.
    this.opened.delete(blob.id)
    this.opened.set(blob.id, one)
    return one
  }

  private forget(id: BlobId): void {
    this.opened.delete(id)
  }

  private closeIdle(): void {
    const idle = [...this.opened].filter(([, { users }]) => users === 0)
    for (const [id, one] of idle.slice(0, Math.max(0, idle.length - MAX_IDLE_OPEN))) {
      this.forget(id)
      void close(one)
    }
  }
}

async function close({ stored }: Opened): Promise<void> {
  // What could not be opened or is gone needs no closing.
  await stored.then((one) => one.close()).catch(() => undefined)
}
