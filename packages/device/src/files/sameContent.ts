/** Whether what is to be sent is what is here already, byte for byte: then nothing of it is sealed or sent again. */
import { equalBytes, sourceLength, type BlobSource, type FileSource, type StoredBlob } from '@triode/core'
import { ChosenFile } from './media/chosenFile.ts'
import type { RandomAccess } from './media/randomAccess.ts'
import { COMPARE_BYTES, READ_AT_ONCE, SMALL_SOURCE_BYTES } from './tuning.ts'

export interface CompareOptions {
  /** How much was the same so far. */
  readonly onProgress: (bytes: number) => void
  readonly signal: AbortSignal
}

/** What is compared, from its beginning. */
export interface ContentReader {
  /** The next `length` bytes; fewer at the end. */
  next(length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/**
 * Ends at the first difference, and closes the reader.
 * @param stored all of it here, as long as what the reader gives
 * @throws CallerFault 'file-absent' | 'file-forbidden' | 'file-changed'
 */
export async function isSameContent(
  stored: StoredBlob,
  secret: Uint8Array,
  reader: ContentReader,
  { onProgress, signal }: CompareOptions,
): Promise<boolean> {
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
export class SourceReader implements ContentReader {
  private readonly sources: readonly BlobSource[]
  private index = 0
  private at = 0
  private file: ChosenFile | undefined
  /** Small sources that are being read, by their place. */
  private readonly ahead = new Map<number, Promise<Uint8Array>>()

  constructor(sources: readonly BlobSource[]) {
    this.sources = sources
  }

  async next(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const source = this.sources[this.index]
      if (source === undefined) break
      const read = await this.read(source, out.subarray(filled))
      filled += read
      this.at += read
      if (read === 0 || this.at >= sourceLength(source)) await this.step()
    }
    return out.subarray(0, filled)
  }

  async close(): Promise<void> {
    await this.letGo()
    await Promise.allSettled(this.ahead.values())
    this.ahead.clear()
  }

  private async read(source: BlobSource, into: Uint8Array): Promise<number> {
    if ('bytes' in source) return copied(source.bytes, this.at, into)
    const length = sourceLength(source)
    if (length <= SMALL_SOURCE_BYTES) return copied(await this.small(), this.at, into)
    this.file ??= await ChosenFile.open(source)
    const from = (source.from ?? 0) + this.at
    const bytes = await this.file.read(from, from + Math.min(into.length, length - this.at))
    into.set(bytes)
    return bytes.length
  }

  /** The source whose turn it is, as a whole. */
  private async small(): Promise<Uint8Array> {
    for (let index = this.index; index < this.index + READ_AT_ONCE; index++) {
      const source = this.sources[index]
      if (source === undefined || 'bytes' in source) break
      if (sourceLength(source) > SMALL_SOURCE_BYTES) break
      if (this.ahead.has(index)) continue
      const read = readAtOnce(source)
      // Looked at when its turn comes.
      read.catch(() => undefined)
      this.ahead.set(index, read)
    }
    return (await this.ahead.get(this.index)) ?? new Uint8Array(0)
  }

  private async letGo(): Promise<void> {
    const { file } = this
    this.file = undefined
    await file?.[Symbol.asyncDispose]()
  }

  private async step(): Promise<void> {
    await this.letGo()
    this.ahead.delete(this.index)
    this.index++
    this.at = 0
  }
}

/** What is sealed here already. */
export class SealedReader implements ContentReader {
  private readonly content: RandomAccess
  private at = 0

  constructor(content: RandomAccess) {
    this.content = content
  }

  async next(length: number): Promise<Uint8Array> {
    const from = this.at
    this.at = Math.min(this.content.size, from + length)
    return await this.content.read(from, this.at)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

async function readAtOnce(source: FileSource): Promise<Uint8Array> {
  await using file = await ChosenFile.open(source)
  const { from = 0 } = source
  return await file.read(from, from + sourceLength(source))
}

function copied(bytes: Uint8Array, at: number, into: Uint8Array): number {
  const part = bytes.subarray(at, at + into.length)
  into.set(part)
  return part.length
}
