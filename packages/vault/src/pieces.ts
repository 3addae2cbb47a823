/** Bytes that come in pieces of any length, taken in lengths that the reader chooses. */
import { type FileHandle, open } from 'node:fs/promises'
import { backupAbsent } from './faults.ts'
import { RESTORE_READ_BYTES } from './tuning.ts'

const NONE = new Uint8Array(0)

export class Pieces {
  private readonly source: AsyncIterator<Uint8Array>
  /** What is left of the last piece. */
  private left: Uint8Array = NONE

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]()
  }

  /** As much of `length` as there is. @throws what the source throws */
  async take(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length && !(await this.isAtEnd())) {
      const part = this.left.subarray(0, length - filled)
      bytes.set(part, filled)
      filled += part.length
      this.left = this.left.subarray(part.length)
    }
    return bytes.subarray(0, filled)
  }

  /** Waits until that is known. */
  async isAtEnd(): Promise<boolean> {
    while (this.left.length === 0) {
      const step = await this.source.next()
      if (step.done === true) return true
      this.left = step.value
    }
    return false
  }

  /** Nothing more is taken. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.source.return?.()
  }
}

/** A file, as it is read. @throws CallerFault 'backup-absent' */
export async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await opened(file)
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read({ buffer: new Uint8Array(RESTORE_READ_BYTES) })
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r')
  } catch (cause) {
    throw backupAbsent(cause)
  }
}
