/** How blobs are called here for which the far side has another name (spec §16.6). */
import type { BlobId } from '@triode/core'

export class PeerNames {
  private readonly names = new Map<BlobId, BlobId>()
  /** Whoever has a file may send it again under another id: to a keeper that is the same. */
  private readonly blobs = new Map<BlobId, Set<BlobId>>()

  set(blob: BlobId, name: BlobId): void {
    if (name === blob) return
    this.delete(blob)
    this.names.set(blob, name)
    this.blobs.set(name, (this.blobs.get(name) ?? new Set()).add(blob))
  }

  /** How the far side calls it. */
  of(blob: BlobId): BlobId {
    return this.names.get(blob) ?? blob
  }

  /** What the far side means; none: a blob that it has to call otherwise. */
  blobsOf(name: BlobId): readonly BlobId[] {
    return [...(this.blobs.get(name) ?? (this.names.has(name) ? [] : [name]))]
  }

  /** @returns how it was called, if nothing else is called so */
  delete(blob: BlobId): BlobId | undefined {
    const name = this.of(blob)
    const same = this.blobs.get(name)
    this.names.delete(blob)
    same?.delete(blob)
    if (same !== undefined && same.size > 0) return undefined
    this.blobs.delete(name)
    return name
  }
}
