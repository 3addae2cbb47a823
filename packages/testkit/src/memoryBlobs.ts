/** The chunks of a blob in memory, as far as a transfer needs them (spec §15.2): checked as on a disk, and lost or damaged at will. */
import {
  CallerFault,
  chunkShapeOf,
  equalBytes,
  HASH_BYTES,
  hashChunk,
  PAGE_HASHES,
  pageAbove,
  sealedChunkBytes,
  TreeBuilder,
  verifyPage,
  type BlobId,
  type ChunkSet,
  type ChunkShape,
  type Fault,
  type StoredBlob,
  type Tree,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createSeededRandom } from './seededRandom.ts'

type Chunks = Pick<StoredBlob, 'id' | 'shape' | 'have' | 'isWhole' | 'page' | 'addPage' | 'read' | 'add'>

export interface MemoryBlob extends Chunks {
  readonly hashBytes: number
  /** The same blob, of which nothing is here yet. */
  empty(): MemoryBlob
  /** Changes a byte of a chunk that is here. */
  damage(index: number): void
  /** Chunks are gone. */
  lose(from: number, count: number): void
  /** What add() throws from now on; undefined: nothing. */
  failWith(fault: Fault | undefined): void
  /** How many chunks came by add(), those that were here already included. */
  readonly added: number
}

/** A whole blob of `size` bytes, whose chunks are noise. */
export function createMemoryBlob(id: BlobId, size: number): MemoryBlob {
  const primitives = nodePrimitives()
  const tree: Tree = { primitives, hash: 'sha256', shape: chunkShapeOf(size) }
  const random = createSeededRandom(id)
  const noise = random.bytes(sealedChunkBytes(tree.shape, 0))
  const pages = new Map<string, Uint8Array>()
  const chunks = new Map<number, Uint8Array>()
  const builder = new TreeBuilder(tree, ({ level, index, hashes }) => pages.set(keyOf(level, index), hashes))
  for (let index = 0; index < tree.shape.chunks; index++) {
    const chunk = noise.slice(0, sealedChunkBytes(tree.shape, index))
    new DataView(chunk.buffer).setUint32(0, index)
    chunks.set(index, chunk)
    builder.push(hashChunk(tree, chunk))
  }
  return new Stored(id, tree, builder.finish(), pages, chunks)
}

class Stored implements MemoryBlob {
  readonly id: BlobId
  readonly shape: ChunkShape
  readonly hashBytes: number
  readonly have: ChunkSet
  added = 0
  private readonly tree: Tree
  private readonly root: Uint8Array
  private readonly pages: Map<string, Uint8Array>
  private readonly chunks: Map<number, Uint8Array>
  private fault: Fault | undefined

  constructor(
    id: BlobId,
    tree: Tree,
    root: Uint8Array,
    pages: Map<string, Uint8Array>,
    chunks: Map<number, Uint8Array>,
  ) {
    this.id = id
    this.tree = tree
    this.root = root
    this.pages = pages
    this.chunks = chunks
    this.shape = tree.shape
    this.hashBytes = HASH_BYTES[tree.hash]
    this.have = chunkSetOf(tree.shape.chunks, chunks)
  }

  get isWhole(): boolean {
    return this.chunks.size === this.shape.chunks
  }

  empty(): MemoryBlob {
    return new Stored(this.id, this.tree, this.root, new Map(), new Map())
  }

  damage(index: number): void {
    const chunk = this.chunks.get(index)?.slice()
    if (chunk === undefined) throw new CallerFault('chunk-absent')
    chunk[7] = (chunk[7] ?? 0) ^ 1
    this.chunks.set(index, chunk)
  }

  lose(from: number, count: number): void {
    for (let index = from; index < from + count; index++) this.chunks.delete(index)
  }

  failWith(fault: Fault | undefined): void {
    this.fault = fault
  }

  page(level: number, index: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.pages.get(keyOf(level, index)))
  }

  addPage(level: number, index: number, hashes: Uint8Array): Promise<boolean> {
    const page = { level, index, hashes }
    const above = pageAbove(this.tree, page)
    const expected = above === undefined ? this.root : this.hashAt(above.level, above.index, above.offset)
    const fits = expected !== undefined && verifyPage(this.tree, page, expected)
    if (fits) this.pages.set(keyOf(level, index), hashes.slice())
    return Promise.resolve(fits)
  }

  read(from: number, count: number, into?: Uint8Array): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for (let index = from; index < from + count; index++) {
      const chunk = this.chunks.get(index)
      if (chunk === undefined) return Promise.reject(new CallerFault('chunk-absent'))
      parts.push(chunk)
    }
    const bytes = new Uint8Array(Buffer.concat(parts))
    if (into === undefined || into.length < bytes.length) return Promise.resolve(bytes)
    into.set(bytes)
    return Promise.resolve(into.subarray(0, bytes.length))
  }

  async add(from: number, sealed: Uint8Array): Promise<number[]> {
    // As on a disk, it takes a moment.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.fault !== undefined) throw this.fault
    const bad: number[] = []
    for (let index = from, at = 0; at < sealed.length; index++) {
      const chunk = sealed.slice(at, at + sealedChunkBytes(this.shape, index))
      at += chunk.length
      this.added++
      const expected = this.hashAt(0, Math.floor(index / PAGE_HASHES), index % PAGE_HASHES)
      if (expected !== undefined && equalBytes(hashChunk(this.tree, chunk), expected))
        this.chunks.set(index, chunk)
      else bad.push(index)
    }
    return bad
  }

  private hashAt(level: number, page: number, at: number): Uint8Array | undefined {
    return this.pages.get(keyOf(level, page))?.subarray(at * this.hashBytes, (at + 1) * this.hashBytes)
  }
}

/** A set of those that are in `chunks`. */
export function chunkSetOf(total: number, chunks: ReadonlyMap<number, unknown>): ChunkSet {
  const firstAbsent = (start = 0): number | undefined => {
    for (let at = start; at < total; at++) if (!chunks.has(at)) return at
    return undefined
  }
  return {
    get count() {
      return chunks.size
    },
    has: (index) => chunks.has(index),
    firstAbsent,
    runs: (start = 0, limit = Infinity) => {
      const runs: [number, number][] = []
      for (let at = start; at < total && runs.length < limit; at++) {
        if (!chunks.has(at)) continue
        const end = firstAbsent(at) ?? total
        runs.push([at, end - at])
        at = end
      }
      return runs
    },
  }
}

function keyOf(level: number, index: number): string {
  return `${String(level)}/${String(index)}`
}
