/** How blobs are called here for which the far side has another name (spec §16.6). */
import type { BlobId } from '@triode/core'

export class PeerNames {
  private readonly names = new Map<BlobId, BlobId>()
  private readonly blobs = new Map<BlobId, BlobId>()

  set(blob: BlobId, name: BlobId): void {
    if (name === blob) return
    this.names.set(blob, name)
    this.blobs.set(name, blob)
  }

  /** How the far side calls it. */
  of(blob: BlobId): BlobId {
    return this.names.get(blob) ?? blob
  }

  /** What the far side means; undefined: a blob that it has to call otherwise. */
  blob(name: BlobId): BlobId | undefined {
    return this.blobs.get(name) ?? (this.names.has(name) ? undefined : name)
  }

  /** @returns how it was called */
  delete(blob: BlobId): BlobId {
    const name = this.of(blob)
    this.names.delete(blob)
    this.blobs.delete(name)
    return name
  }
}
