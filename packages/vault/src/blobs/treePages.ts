/** The pages of a blob's tree, in its state file. Nothing says that a page is here but that it matches the one above it. */
import {
  HASH_BYTES,
  type PagePlace,
  PAGE_HASHES,
  type Tree,
  concat,
  pageAbove,
  pageBytes,
  verifyPage,
} from '@triode/core'
import { pageAbsent } from './blobFaults.ts'
import { type BlobHandles, readFrom, writeTo } from './sharedFiles.ts'
import type { StateLayout } from './stateFile.ts'

/** Verified pages kept: a whole path to the root for some places at a time, 32 KiB each. */
const MAX_CACHED = 16

export class TreePages {
  private readonly tree: Tree
  private readonly root: Uint8Array
  private readonly layout: StateLayout
  private readonly cache = new Map<string, Uint8Array>()

  constructor(tree: Tree, root: Uint8Array, layout: StateLayout) {
    this.tree = tree
    this.root = root
    this.layout = layout
  }

  /** Undefined when it is not here, or damaged. */
  async page(handles: BlobHandles, place: PagePlace): Promise<Uint8Array | undefined> {
    const length = pageBytes(this.tree, place)
    const known = this.cache.get(keyOf(place))
    if (known !== undefined || length === 0) return known
    const expected = await this.expected(handles, place)
    if (expected === undefined) return undefined
    const hashes = await readFrom(handles.state, this.layout.pageAt(place.level, place.index), length)
    if (!verifyPage(this.tree, { ...place, hashes }, expected)) return undefined
    this.remember(place, hashes)
    return hashes
  }

  /** What is in memory is not in the file, perhaps. */
  forget(): void {
    this.cache.clear()
  }

  /** See StoredBlob.addPage. */
  async add(handles: BlobHandles, place: PagePlace, hashes: Uint8Array): Promise<boolean> {
    if (pageBytes(this.tree, place) === 0) return false
    const expected = await this.expected(handles, place)
    if (expected === undefined) throw pageAbsent()
    if (!verifyPage(this.tree, { ...place, hashes }, expected)) return false
    await this.write(handles, place, hashes)
    this.remember(place, hashes.slice())
    return true
  }

  /** Whether or not it is right: it counts when it matches. */
  async write(handles: BlobHandles, { level, index }: PagePlace, hashes: Uint8Array): Promise<void> {
    await writeTo(handles.state, this.layout.pageAt(level, index), hashes)
  }

  /** The hashes of consecutive chunks, one after another; undefined when one of their pages is not here. */
  async hashesOf(handles: BlobHandles, from: number, count: number): Promise<Uint8Array | undefined> {
    const hashBytes = HASH_BYTES[this.tree.hash]
    const parts: Uint8Array[] = []
    for (let at = from; at < from + count;) {
      const index = Math.floor(at / PAGE_HASHES)
      const end = Math.min(from + count, (index + 1) * PAGE_HASHES)
      const page = await this.page(handles, { level: 0, index })
      if (page === undefined) return undefined
      const first = index * PAGE_HASHES
      parts.push(page.subarray((at - first) * hashBytes, (end - first) * hashBytes))
      at = end
    }
    return concat(...parts)
  }

  private async expected(handles: BlobHandles, place: PagePlace): Promise<Uint8Array | undefined> {
    const above = pageAbove(this.tree, place)
    if (above === undefined) return this.root
    const page = await this.page(handles, above)
    const { length } = this.root
    return page?.subarray(above.offset * length, (above.offset + 1) * length)
  }

  private remember(place: PagePlace, hashes: Uint8Array): void {
    const [oldest] = this.cache.keys()
    if (this.cache.size >= MAX_CACHED && oldest !== undefined) this.cache.delete(oldest)
    this.cache.set(keyOf(place), hashes)
  }
}

function keyOf({ level, index }: PagePlace): string {
  return `${level}/${index}`
}
