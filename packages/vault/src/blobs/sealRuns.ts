/** Cuts the files that make a blob into runs of chunks, and watches those that take more than one run. */
import { type FileHandle, open } from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import { type BlobSource, CHUNK_BYTES, type ChunkShape, type FileSource, sourceLength } from '@triode/core'
import { sourceFault } from './blobFaults.ts'
import { SOURCE_CHANGED, type SourcePart } from './chunkJob.ts'
import { isAsChosen, isUnchanged, SOURCE_FLAGS } from './asChosen.ts'
import { readFrom } from './sharedFiles.ts'
import { MAX_RUN_PARTS, RUN_CHUNKS } from './tuning.ts'

export interface SealRun {
  readonly from: number
  readonly count: number
  readonly parts: readonly SourcePart[]
  /** Files whose last piece this is: they are to be let go of after it. */
  readonly ends: readonly LongSource[]
}

/** What error messages call a source. */
export function pathOf(source: BlobSource | undefined): string {
  return source !== undefined && 'path' in source ? source.path : 'what was to be sent'
}

/**
 * Runs in order.
 * @param open gets the files that are opened for them; whoever runs the runs closes them, when none uses them any more
 */
export async function* sealRuns(
  sources: readonly BlobSource[],
  shape: ChunkShape,
  open: Set<LongSource>,
): AsyncGenerator<SealRun> {
  const pieces = new Pieces(sources, open)
  for (let from = 0; from < shape.chunks; from += RUN_CHUNKS) {
    const count = Math.min(RUN_CHUNKS, shape.chunks - from)
    const taken = await pieces.take(count * CHUNK_BYTES)
    yield { from, count, ...taken }
  }
}

class Pieces {
  private readonly sources: readonly BlobSource[]
  private readonly opened: Set<LongSource>
  private next = 0
  /** The source of which a part is taken, and how many of its bytes. */
  private open: LongSource | undefined
  private taken = 0

  constructor(sources: readonly BlobSource[], opened: Set<LongSource>) {
    this.sources = sources
    this.opened = opened
  }

  async take(bytes: number): Promise<{ parts: SourcePart[]; ends: LongSource[] }> {
    const parts: SourcePart[] = []
    const ends: LongSource[] = []
    const read: Uint8Array[] = []
    const flush = (): void => {
      if (read.length > 0)
        parts.push({ source: this.next, bytes: new Uint8Array(Buffer.concat(read.splice(0))) })
    }
    for (let room = bytes; this.next < this.sources.length;) {
      const source = this.sources[this.next]
      if (source === undefined) break
      const left = sourceLength(source) - this.taken
      if (room === 0 && left > 0) break
      const length = Math.min(room, left)
      const isTiny = parts.length >= MAX_RUN_PARTS && this.taken === 0 && length === left
      if (isTiny) read.push('path' in source ? await readPart(source) : source.bytes)
      else {
        flush()
        parts.push(await this.part(source, length, left))
      }
      room -= length
      this.taken += length
      if (length < left) break
      if (this.open !== undefined) ends.push(this.open)
      this.open = undefined
      this.taken = 0
      this.next++
    }
    flush()
    return { parts, ends }
  }

  private async part(source: BlobSource, length: number, left: number): Promise<SourcePart> {
    const number = this.next
    if ('bytes' in source)
      return { source: number, bytes: source.bytes.slice(this.taken, this.taken + length) }
    if (this.taken === 0 && length === left) return { source: number, ...source }
    this.open ??= await LongSource.open(source)
    this.opened.add(this.open)
    return { source: number, fd: this.open.fd, at: (source.from ?? 0) + this.taken, length }
  }
}

async function readPart(source: FileSource): Promise<Uint8Array> {
  const file = await LongSource.open(source)
  try {
    const bytes = await file.read(source.from ?? 0, sourceLength(source))
    await file.confirm()
    return bytes
  } finally {
    await file.close()
  }
}

/** A file that takes more than one run: it stays open, and has to be the same at the end. */
export class LongSource {
  private readonly path: string
  private readonly handle: FileHandle
  private readonly before: BigIntStats

  private constructor(path: string, handle: FileHandle, before: BigIntStats) {
    this.path = path
    this.handle = handle
    this.before = before
  }

  /** @throws CallerFault 'file-changed' | 'file-absent' | 'file-forbidden' | 'file-unreadable' */
  static async open({ path, size, modifiedMs }: FileSource): Promise<LongSource> {
    const handle = await asFault(path, open(path, SOURCE_FLAGS))
    try {
      const stats = await asFault(path, handle.stat({ bigint: true }))
      if (!isAsChosen(stats, size, modifiedMs)) throw sourceFault(path, SOURCE_CHANGED)
      return new LongSource(path, handle, stats)
    } catch (cause) {
      await handle.close()
      throw cause
    }
  }

  get fd(): number {
    return this.handle.fd
  }

  /** @throws CallerFault 'file-changed' when there is less */
  async read(from: number, length: number): Promise<Uint8Array> {
    const bytes = await asFault(this.path, readFrom(this.handle, from, length))
    if (bytes.length < length) throw sourceFault(this.path, SOURCE_CHANGED)
    return bytes
  }

  /** @throws CallerFault 'file-changed' when something was written to it meanwhile, or it has moved */
  async confirm(): Promise<void> {
    const after = await asFault(this.path, this.handle.stat({ bigint: true }))
    if (!isUnchanged(this.before, after)) throw sourceFault(this.path, SOURCE_CHANGED)
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}

async function asFault<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw code === undefined
      ? cause
      : sourceFault(path, code === 'ELOOP' || code === 'ENXIO' ? SOURCE_CHANGED : code)
  }
}
