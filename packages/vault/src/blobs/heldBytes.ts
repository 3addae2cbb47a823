/** How much is here of each blob: read from the disk once, when it is first asked for, and kept up to date from then on. */
import { existsSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type BlobId,
  type BlobSummary,
  chunkShapeOf,
  type Primitives,
  SEALED_CHUNK_BYTES,
  sealedChunkBytes,
} from '@triode/core'
import { type BlobNames, blobFiles, nameOfState } from './blobNames.ts'
import { ChunkMarks } from './chunkMarks.ts'
import { readFrom } from './sharedFiles.ts'
import { decodeStateHeader, HEADER_BYTES, stateLayout } from './stateFile.ts'

interface Held {
  readonly id: BlobId | undefined
  readonly heldBytes: number
}

export class HeldBytes {
  private readonly dir: string
  private readonly primitives: Primitives
  private readonly names: BlobNames
  private readonly known = new Map<string, Held>()
  /** What was deleted while the folder was read. */
  private readonly deleted = new Set<string>()
  private loading: Promise<void> | undefined

  constructor(dir: string, primitives: Primitives, names: BlobNames) {
    this.dir = dir
    this.primitives = primitives
    this.names = names
  }

  async list(): Promise<BlobSummary[]> {
    this.loading ??= this.load()
    await this.loading
    return [...this.known].map(([name, held]) => ({ name, ...held }))
  }

  set(name: string, held: Held): void {
    this.deleted.delete(name)
    this.known.set(name, held)
  }

  delete(name: string): void {
    this.deleted.add(name)
    this.known.delete(name)
  }

  private async load(): Promise<void> {
    for (const file of await readdir(this.dir)) {
      // Chunks of which the state has gone are there as well.
      const name = nameOfState(file.replace(/\.chunks$/, '.state'))
      if (name === undefined || this.known.has(name)) continue
      const held = await this.read(name)
      // Who wrote in the meantime knows better.
      if (held !== undefined && !this.known.has(name) && !this.deleted.has(name)) this.known.set(name, held)
    }
    this.deleted.clear()
  }

  /** Undefined when it has gone. */
  private async read(name: string): Promise<Held | undefined> {
    const { chunks } = blobFiles(name)
    try {
      await using state = await open(join(this.dir, blobFiles(name).state), 'r')
      const header = decodeStateHeader(this.primitives, await readFrom(state, 0, HEADER_BYTES))
      if (header === undefined) return { id: undefined, heldBytes: 0 }
      const shape = chunkShapeOf(header.size)
      const { heldAt, marksBytes } = stateLayout(shape, header.hash)
      const marks = new ChunkMarks(shape.chunks)
      marks.load(0, await readFrom(state, heldAt, marksBytes))
      return { id: this.names.idOf(name, header.sealedId), heldBytes: bytesOf(shape, marks) }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
      return existsSync(join(this.dir, chunks)) ? { id: undefined, heldBytes: 0 } : undefined
    }
  }
}

/** Sealed bytes of the chunks that are marked. */
export function bytesOf(shape: ReturnType<typeof chunkShapeOf>, marks: ChunkMarks): number {
  const last = shape.chunks - 1
  const missing = marks.has(last) ? SEALED_CHUNK_BYTES - sealedChunkBytes(shape, last) : 0
  return marks.count * SEALED_CHUNK_BYTES - missing
}
