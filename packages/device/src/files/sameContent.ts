/** Whether what is to be sent is what is here already, byte for byte: then nothing of it is sealed or sent again. */
import { open, type FileHandle } from 'node:fs/promises'
import { equalBytes, type BlobSource, type StoredBlob } from '@triode/core'
import { readingFault } from './faults.ts'
import { COMPARE_BYTES, READ_AT_ONCE, SMALL_SOURCE_BYTES } from './tuning.ts'

export interface CompareOptions {
  /** How much was the same so far. */
  readonly onProgress: (bytes: number) => void
  readonly signal: AbortSignal
}

/**
 * Ends at the first difference.
 * @param stored all of it here, as long as all sources together
 * @throws CallerFault 'file-absent' | 'file-forbidden'
 */
export async function isSameContent(
  stored: StoredBlob,
  secret: Uint8Array,
  sources: readonly BlobSource[],
  { onProgress, signal }: CompareOptions,
): Promise<boolean> {
  const reader = new SourceReader(sources)
  try {
    const { size } = stored.shape
    for (let from = 0; from < size; from += COMPARE_BYTES) {
      if (signal.aborted) return false
      for await (const held of stored.plaintext(secret, from, Math.min(size, from + COMPARE_BYTES))) {
        const read = await reader.next(held.length)
        if (!equalBytes(held, read)) return false
      }
      onProgress(from)
    }
    return true
  } finally {
    await reader.close()
  }
}

/** Sources one after another, as one; small ones are read ahead of their turn, beside each other. */
class SourceReader {
  private readonly sources: readonly BlobSource[]
  private index = 0
  private at = 0
  private handle: FileHandle | undefined
  /** Whole small sources that are being read, by their place. */
  private readonly ahead = new Map<number, Promise<Uint8Array>>()

  constructor(sources: readonly BlobSource[]) {
    this.sources = sources
  }

  /** The next `length` bytes; fewer at the end. */
  async next(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const source = this.sources[this.index]
      if (source === undefined) break
      const read = await this.read(source, out.subarray(filled))
      filled += read
      this.at += read
      if (read === 0 || this.at >= sizeOf(source)) await this.step()
    }
    return out.subarray(0, filled)
  }

  async close(): Promise<void> {
    await this.handle?.close()
    this.handle = undefined
    await Promise.allSettled(this.ahead.values())
    this.ahead.clear()
  }

  private async read(source: BlobSource, into: Uint8Array): Promise<number> {
    if ('bytes' in source) return copied(source.bytes, this.at, into)
    try {
      if (source.size <= SMALL_SOURCE_BYTES) return copied(await this.small(), this.at, into)
      this.handle ??= await open(source.path)
      return (await this.handle.read(into, 0, Math.min(into.length, source.size - this.at), this.at))
        .bytesRead
    } catch (cause) {
      throw readingFault(source.path, cause)
    }
  }

  /** The source whose turn it is, as a whole. */
  private async small(): Promise<Uint8Array> {
    for (let index = this.index; index < this.index + READ_AT_ONCE; index++) {
      const source = this.sources[index]
      if (source === undefined || 'bytes' in source || source.size > SMALL_SOURCE_BYTES) break
      if (this.ahead.has(index)) continue
      const read = readStart(source.path, source.size)
      // Looked at when its turn comes.
      read.catch(() => undefined)
      this.ahead.set(index, read)
    }
    return (await this.ahead.get(this.index)) ?? new Uint8Array(0)
  }

  private async step(): Promise<void> {
    await this.handle?.close()
    this.handle = undefined
    this.ahead.delete(this.index)
    this.index++
    this.at = 0
  }
}

/** No more than it was when it was chosen, however large it is by now. */
async function readStart(path: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function sizeOf(source: BlobSource): number {
  return 'bytes' in source ? source.bytes.length : source.size
}

function copied(bytes: Uint8Array, at: number, into: Uint8Array): number {
  const part = bytes.subarray(at, at + into.length)
  into.set(part)
  return part.length
}
