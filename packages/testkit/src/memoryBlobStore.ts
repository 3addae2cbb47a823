/**
 * Sealed chunks in memory (spec §15.6), for simulations: a disk that outlives the processes that open it, is full when it is to be, and may be
 * damaged; and the store that one process makes of it. Nothing of it is read or written before a turn of the event loop has passed, as on a disk.
 */
import {
  blobIdOf,
  BLOB_SECRET_BYTES,
  CallerFault,
  CHUNK_BYTES,
  chunkShapeOf,
  createHkdf,
  deriveChunkKey,
  equalBytes,
  hashChunk,
  HASH_BYTES,
  IntegrityFault,
  openChunk,
  PAGE_HASHES,
  pageAbove,
  sealChunk,
  sealedChunkBytes,
  TreeBuilder,
  Unavailable,
  verifyPage,
  type Blob,
  type BlobId,
  type BlobsWithin,
  type BlobStore,
  type BlobSummary,
  type ChunkSet,
  type ChunkShape,
  type CircleId,
  type PlainFile,
  type SealStreamOptions,
  type StoredBlob,
  type Tree,
  type TreeHash,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { chunkSetOf } from './memoryBlobs.ts'

const primitives = nodePrimitives()

interface OnDisk {
  readonly id: BlobId
  readonly size: number
  readonly root: Uint8Array
  readonly tree: Tree
  readonly pages: Map<string, Uint8Array>
  readonly chunks: Map<number, Uint8Array>
}

/** What lies there, and how much more may. */
export class MemoryBlobDisk {
  freeBytes = Infinity
  readonly blobs = new Map<string, OnDisk>()

  /** Changes a byte of a chunk that is here. @param pick one of so many @returns whose it was; undefined: nothing is here */
  damage(pick: (count: number) => number): BlobId | undefined {
    const all = [...this.blobs.values()].flatMap((blob) =>
      [...blob.chunks].map(([index, chunk]) => ({ blob, index, chunk })),
    )
    const one = all.length === 0 ? undefined : all[pick(all.length)]
    if (one === undefined) return undefined
    const changed = one.chunk.slice()
    const at = pick(changed.length)
    changed[at] = (changed[at] ?? 0) ^ 1
    one.blob.chunks.set(one.index, changed)
    return one.blob.id
  }

  /** @throws Unavailable 'disk-full' */
  take(bytes: number): void {
    if (bytes > this.freeBytes) throw new Unavailable('disk-full')
    this.freeBytes -= bytes
  }
}

export class MemoryBlobStore implements BlobStore {
  private readonly disk: MemoryBlobDisk
  private readonly opened = new Map<string, Stored>()
  private isOver = false

  constructor(disk: MemoryBlobDisk) {
    this.disk = disk
  }

  /** The process is gone: nothing of it is read or written any more. */
  end(): void {
    this.isOver = true
  }

  within(circle: CircleId): BlobsWithin {
    return {
      list: () => this.listed(`${circle}/`),
      nameOf: (id) => `${circle}/${id}`,
      open: (blob, hash) => this.openAt(`${circle}/${blob.id}`, blob, hash),
      seal: (secret, hash, sources, options) =>
        this.sealAt(`${circle}/`, secret, hash, bytesOf(sources), options),
      sealStream: (secret, hash, pieces, options) => this.sealAt(`${circle}/`, secret, hash, pieces, options),
      remove: (id) => this.discard(`${circle}/${id}`),
    }
  }

  list(): Promise<BlobSummary[]> {
    return this.listed('')
  }

  nameOf(id: BlobId): string {
    return `/${id}`
  }

  open(blob: Omit<Blob, 'secret'>, hash: TreeHash): Promise<StoredBlob> {
    return this.openAt(`/${blob.id}`, blob, hash)
  }

  seal(...[secret, hash, sources, options]: Parameters<BlobStore['seal']>): Promise<Blob> {
    return this.sealAt('/', secret, hash, bytesOf(sources), options)
  }

  sealStream(...[secret, hash, pieces, options]: Parameters<BlobStore['sealStream']>): Promise<Blob> {
    return this.sealAt('/', secret, hash, pieces, options)
  }

  remove(id: BlobId): Promise<void> {
    return this.discard(`/${id}`)
  }

  async discard(name: string): Promise<void> {
    await this.turn()
    const there = this.disk.blobs.get(name)
    this.opened.get(name)?.gone()
    this.opened.delete(name)
    this.disk.blobs.delete(name)
    if (there !== undefined) this.disk.freeBytes += heldBytes(there)
  }

  async usedBytes(): Promise<number> {
    await this.turn()
    return [...this.disk.blobs.values()].reduce((sum, blob) => sum + heldBytes(blob), 0)
  }

  async freeBytes(): Promise<number> {
    await this.turn()
    return Math.min(Number.MAX_SAFE_INTEGER, this.disk.freeBytes)
  }

  // ---- inside

  /** @throws Unavailable 'store-locked' once the process is gone */
  private async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.isOver) throw new Unavailable('store-locked')
  }

  private async listed(prefix: string): Promise<BlobSummary[]> {
    await this.turn()
    const found = [...this.disk.blobs].filter(([name]) => name.startsWith(prefix))
    return found.map(([name, blob]) => ({ id: blob.id, name, heldBytes: heldBytes(blob) }))
  }

  private async openAt(name: string, blob: Omit<Blob, 'secret'>, hash: TreeHash): Promise<StoredBlob> {
    await this.turn()
    const { id, size, root } = blob
    const there = this.disk.blobs.get(name)
    const isSame = there?.size === size && there.tree.hash === hash && equalBytes(there.root, root)
    if (there !== undefined && !isSame) throw new IntegrityFault('blob-damaged')
    const tree: Tree = { primitives, hash, shape: chunkShapeOf(size) }
    const own = there ?? { id, size, root: root.slice(), tree, pages: new Map(), chunks: new Map() }
    this.disk.blobs.set(name, own)
    const opened = this.opened.get(name) ?? new Stored(own, this.disk, () => this.turn())
    this.opened.set(name, opened)
    return opened
  }

  private async sealAt(
    prefix: string,
    secret: Uint8Array,
    hash: TreeHash,
    pieces: AsyncIterable<Uint8Array>,
    { size, signal }: SealStreamOptions = {},
  ): Promise<Blob> {
    const own = secret.slice(0, BLOB_SECRET_BYTES)
    const content = Buffer.concat(await Array.fromAsync(pieces))
    await this.turn()
    if (signal?.aborted === true) throw new Unavailable('aborted')
    if (size !== undefined && size !== content.length) throw new CallerFault('file-changed')
    const shape = chunkShapeOf(content.length)
    this.disk.take(shape.sealedBytes)
    const tree: Tree = { primitives, hash, shape }
    const pages = new Map<string, Uint8Array>()
    const builder = new TreeBuilder(tree, ({ level, index, hashes }) =>
      pages.set(keyOf(level, index), hashes),
    )
    const chunks = new Map<number, Uint8Array>()
    const key = deriveChunkKey(primitives, hash, own)
    for (let index = 0; index < shape.chunks; index++) {
      const plain = new Uint8Array(sealedChunkBytes(shape, index) - TAG_BYTES)
      plain.set(content.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES))
      const sealed = sealChunk(primitives, key, index, plain)
      chunks.set(index, sealed)
      builder.push(hashChunk(tree, sealed))
    }
    const root = builder.finish()
    const id = blobIdOf(createHkdf(primitives, hash), { secret: own, size: content.length, root })
    this.disk.blobs.set(prefix + id, { id, size: content.length, root, tree, pages, chunks })
    return { id, secret: own, size: content.length, root }
  }
}

const TAG_BYTES = 16

class Stored implements StoredBlob {
  readonly id: BlobId
  readonly shape: ChunkShape
  readonly have: ChunkSet
  private readonly on: OnDisk
  private readonly disk: MemoryBlobDisk
  private readonly process: () => Promise<void>
  private isGone = false

  constructor(on: OnDisk, disk: MemoryBlobDisk, process: () => Promise<void>) {
    this.id = on.id
    this.shape = on.tree.shape
    this.on = on
    this.disk = disk
    this.process = process
    this.have = chunkSetOf(this.shape.chunks, on.chunks)
  }

  gone(): void {
    this.isGone = true
  }

  get isWhole(): boolean {
    return this.on.chunks.size === this.shape.chunks
  }

  async page(level: number, index: number): Promise<Uint8Array | undefined> {
    await this.turn()
    return this.on.pages.get(keyOf(level, index))?.slice()
  }

  async addPage(level: number, index: number, hashes: Uint8Array): Promise<boolean> {
    const own = hashes.slice()
    await this.turn()
    const { tree, root, pages } = this.on
    const page = { level, index, hashes: own }
    const above = pageAbove(tree, page)
    const expected = above === undefined ? root : this.hashAt(above.level, above.index, above.offset)
    if (expected === undefined) throw new CallerFault('page-absent')
    const fits = verifyPage(tree, page, expected)
    if (fits) pages.set(keyOf(level, index), own)
    return fits
  }

  async read(from: number, count: number, into?: Uint8Array): Promise<Uint8Array> {
    await this.turn()
    const parts = this.held(from, count)
    const bytes = new Uint8Array(Buffer.concat(parts))
    if (into === undefined || into.length < bytes.length) return bytes
    into.set(bytes)
    return into.subarray(0, bytes.length)
  }

  async add(from: number, sealed: Uint8Array): Promise<number[]> {
    const own = sealed.slice()
    await this.turn()
    const good: [number, Uint8Array][] = []
    const bad: number[] = []
    for (let index = from, at = 0; at < own.length; index++) {
      const chunk = own.slice(at, at + sealedChunkBytes(this.shape, index))
      at += chunk.length
      const expected = this.hashAt(0, Math.floor(index / PAGE_HASHES), index % PAGE_HASHES)
      if (expected === undefined) throw new CallerFault('page-absent')
      if (equalBytes(hashChunk(this.on.tree, chunk), expected)) good.push([index, chunk])
      else bad.push(index)
    }
    const fresh = good.filter(([index]) => !this.on.chunks.has(index))
    this.disk.take(fresh.reduce((sum, [, chunk]) => sum + chunk.length, 0))
    for (const [index, chunk] of good) this.on.chunks.set(index, chunk)
    return bad
  }

  sync(): Promise<void> {
    return this.turn()
  }

  async *plaintext(secret: Uint8Array, from: number, to: number): AsyncGenerator<Uint8Array> {
    const key = deriveChunkKey(primitives, this.on.tree.hash, secret)
    for (let at = from; at < to;) {
      await this.turn()
      const index = Math.floor(at / CHUNK_BYTES)
      const [sealed] = this.held(index, 1)
      const plain = sealed && openChunk(primitives, key, index, sealed)
      if (plain === undefined) {
        this.lose(index)
        throw new IntegrityFault('chunk-damaged')
      }
      const start = index * CHUNK_BYTES
      const end = Math.min(to, start + CHUNK_BYTES)
      yield plain.subarray(at - start, end - start)
      at = end
    }
  }

  async check({ only }: { readonly only?: number } = {}): Promise<number[]> {
    await this.turn()
    const bad = [...this.on.chunks].flatMap(([index, chunk]) => {
      if (only !== undefined && index !== only) return []
      const expected = this.hashAt(0, Math.floor(index / PAGE_HASHES), index % PAGE_HASHES)
      return expected !== undefined && equalBytes(hashChunk(this.on.tree, chunk), expected) ? [] : [index]
    })
    for (const index of bad) this.lose(index)
    return bad
  }

  mend(): Promise<boolean> {
    return Promise.resolve(false)
  }

  copyTo(): Promise<void> {
    return Promise.reject(new CallerFault('not-on-a-disk'))
  }

  writeFiles(_secret: Uint8Array, _files: Iterable<PlainFile>): Promise<void> {
    return Promise.reject(new CallerFault('not-on-a-disk'))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  private async turn(): Promise<void> {
    await this.process()
    if (this.isGone) throw new Unavailable('blob-gone')
  }

  private held(from: number, count: number): Uint8Array[] {
    return Array.from({ length: count }, (_, at) => {
      const chunk = this.on.chunks.get(from + at)
      if (chunk === undefined) throw new CallerFault('chunk-absent')
      return chunk
    })
  }

  private lose(index: number): void {
    this.disk.freeBytes += this.on.chunks.get(index)?.length ?? 0
    this.on.chunks.delete(index)
  }

  private hashAt(level: number, page: number, at: number): Uint8Array | undefined {
    const bytes = HASH_BYTES[this.on.tree.hash]
    return this.on.pages.get(keyOf(level, page))?.subarray(at * bytes, (at + 1) * bytes)
  }
}

async function* bytesOf(sources: Parameters<BlobStore['seal']>[2]): AsyncGenerator<Uint8Array> {
  for (const source of sources) {
    if (!('bytes' in source)) throw new CallerFault('file-absent')
    yield await Promise.resolve(source.bytes)
  }
}

function heldBytes({ chunks }: OnDisk): number {
  return [...chunks.values()].reduce((sum, { length }) => sum + length, 0)
}

function keyOf(level: number, index: number): string {
  return `${String(level)}/${String(index)}`
}
