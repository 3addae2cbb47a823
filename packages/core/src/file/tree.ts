/** The tree of a blob's sealed chunks, by which each is checked when it comes (spec §15.2). */
import { concat, equalBytes, u32 } from '../bytes.ts'
import { HASH_BYTES } from '../crypto/hkdf.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { TreeHash } from '../ports/blobStore.ts'
import type { Primitives } from '../ports/primitives.ts'
import { type ChunkShape, pageHashes } from './chunkShape.ts'
import { PAGE_HASHES } from './spec.ts'

/** What all hashes of one tree have in common. */
export interface Tree {
  readonly primitives: Pick<Primitives, 'hash'>
  readonly hash: TreeHash
  readonly shape: ChunkShape
}

/** Where a page stands. Level 0 has the hashes of chunks. */
export interface PagePlace {
  readonly level: number
  readonly index: number
}

export interface TreePage extends PagePlace {
  /** One after another: at most 1,024. */
  readonly hashes: Uint8Array
}

export function hashChunk({ primitives, hash }: Tree, sealed: Uint8Array): Uint8Array {
  return primitives.hash(hash, sealed)
}

/** What stands for a page on the level above it, or, of the last page, as the root. */
export function hashPage({ primitives, hash }: Tree, { level, index, hashes }: TreePage): Uint8Array {
  return primitives.hash(hash, labelled(LABEL.fileTreePage, Uint8Array.of(level), u32(index), hashes))
}

/** Bytes of a page; 0 for one that the tree has not. */
export function pageBytes({ hash, shape }: Tree, { level, index }: PagePlace): number {
  return index < 0 ? 0 : Math.max(0, pageHashes(shape, level, index)) * HASH_BYTES[hash]
}

/** The page that holds the hash of this one, and how many hashes stand before it there; undefined for the page of the root. */
export function pageAbove(
  { shape }: Tree,
  { level, index }: PagePlace,
): (PagePlace & { readonly offset: number }) | undefined {
  if (level >= shape.levels.length - 1) return undefined
  return { level: level + 1, index: Math.floor(index / PAGE_HASHES), offset: index % PAGE_HASHES }
}

/** Whether the page has its length and the hash that the page above it names for it, or the root. */
export function verifyPage(tree: Tree, page: TreePage, expected: Uint8Array): boolean {
  const bytes = pageBytes(tree, page)
  return bytes > 0 && page.hashes.length === bytes && equalBytes(hashPage(tree, page), expected)
}

/** Makes a tree out of the hashes of its chunks, in order, with one page of each level in memory. */
export class TreeBuilder {
  private readonly tree: Tree
  private readonly onPage: (page: TreePage) => void
  private readonly open: { hashes: Uint8Array[]; pages: number }[]
  private root: Uint8Array | undefined

  /** @param onPage is given each page when it is whole, those below before those above */
  constructor(tree: Tree, onPage: (page: TreePage) => void) {
    this.tree = tree
    this.onPage = onPage
    this.open = tree.shape.levels.map(() => ({ hashes: [], pages: 0 }))
  }

  /** The hash of the next chunk. @throws RangeError for one too many */
  push(hash: Uint8Array): void {
    if (this.root !== undefined) throw new RangeError('the tree is whole')
    this.add(0, hash)
  }

  /** @throws RangeError when hashes are missing */
  finish(): Uint8Array {
    if (this.root === undefined) throw new RangeError('the tree is not whole')
    return this.root
  }

  private add(level: number, hash: Uint8Array): void {
    const open = this.open[level]
    if (open === undefined) {
      this.root = hash
      return
    }
    open.hashes.push(hash)
    if (open.hashes.length < pageHashes(this.tree.shape, level, open.pages)) return
    const page = { level, index: open.pages++, hashes: concat(...open.hashes) }
    open.hashes = []
    this.onPage(page)
    this.add(level + 1, hashPage(this.tree, page))
  }
}
