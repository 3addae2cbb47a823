/** Reads the files that are sealed, and notices when they are no longer what was chosen. */
import { closeSync, fstatSync, openSync, type BigIntStats } from 'node:fs'
import { isAsChosen, isUnchanged, SOURCE_FLAGS } from './asChosen.ts'
import { type OpenPart, SOURCE_CHANGED, type SourcePart, type WholePart } from './chunkJob.ts'
import { readAt } from './position.ts'

/** Ends a job because of a source. */
export class SourceStopped extends Error {
  readonly code: string
  readonly source: number

  constructor(code: string, source: number, cause?: unknown) {
    super(code, { cause })
    this.code = code
    this.source = source
  }
}

/** Bytes of parts, one after another. */
export class SourceReader {
  private readonly parts: readonly SourcePart[]
  private next = 0
  private open: OpenSource | undefined

  constructor(parts: readonly SourcePart[]) {
    this.parts = parts
  }

  /** Fills `into`, and with zeros what is beyond the last part. @throws SourceStopped */
  fill(into: Uint8Array): void {
    let filled = 0
    while (filled < into.length) {
      this.open ??= this.openNext()
      if (this.open === undefined) break
      filled += this.open.read(into.subarray(filled))
      if (this.open.isAtEnd) this.leave()
    }
    into.fill(0, filled)
  }

  /** Looks at what has no bytes and stands last. @throws SourceStopped */
  finish(): void {
    for (;;) {
      this.open ??= this.openNext()
      if (this.open === undefined) return
      if (!this.open.isAtEnd) throw new RangeError('there is more than the chunks take')
      this.leave()
    }
  }

  /** Lets go of the file that is open, however it ended. */
  [Symbol.dispose](): void {
    this.open?.close()
  }

  private openNext(): OpenSource | undefined {
    const part = this.parts[this.next++]
    return part && openPart(part)
  }

  private leave(): void {
    const { open } = this
    this.open = undefined
    try {
      open?.confirm()
    } finally {
      open?.close()
    }
  }
}

interface OpenSource {
  readonly isAtEnd: boolean
  /** @returns how many bytes were read: at least 1, unless it is at its end */
  read(into: Uint8Array): number
  /** Whether it stayed what it was. @throws SourceStopped */
  confirm(): void
  close(): void
}

function openPart(part: SourcePart): OpenSource {
  if ('bytes' in part) return bytesSource(part.bytes)
  if ('fd' in part) return new FileSource(part)
  return new WholeFile(part)
}

function bytesSource(bytes: Uint8Array): OpenSource {
  let at = 0
  return {
    get isAtEnd() {
      return at === bytes.length
    },
    read(into) {
      const piece = bytes.subarray(at, at + into.length)
      into.set(piece)
      at += piece.length
      return piece.length
    },
    confirm() {},
    close() {},
  }
}

class FileSource implements OpenSource {
  private readonly part: OpenPart
  private done = 0

  constructor(part: OpenPart) {
    this.part = part
  }

  get isAtEnd(): boolean {
    return this.done === this.part.length
  }

  read(into: Uint8Array): number {
    const { fd, at, length, source } = this.part
    const piece = into.subarray(0, length - this.done)
    const read = ofSource(source, () => readAt(fd, piece, at + this.done))
    if (read < piece.length) throw new SourceStopped(SOURCE_CHANGED, source)
    this.done += read
    return read
  }

  /** Whoever opened it looks at the end. */
  confirm(): void {}
  close(): void {}
}

class WholeFile implements OpenSource {
  private readonly fd: number
  private readonly source: number
  private readonly before: BigIntStats
  private readonly bytes: FileSource

  constructor({ source, path, size, modifiedMs, from = 0, to = size }: WholePart) {
    this.source = source
    this.fd = ofSource(source, () => openSync(path, SOURCE_FLAGS))
    try {
      this.before = ofSource(source, () => fstatSync(this.fd, { bigint: true }))
      if (!isAsChosen(this.before, size, modifiedMs)) throw new SourceStopped(SOURCE_CHANGED, source)
    } catch (cause) {
      closeSync(this.fd)
      throw cause
    }
    this.bytes = new FileSource({ source, fd: this.fd, at: from, length: to - from })
  }

  get isAtEnd(): boolean {
    return this.bytes.isAtEnd
  }

  read(into: Uint8Array): number {
    return this.bytes.read(into)
  }

  confirm(): void {
    const after = ofSource(this.source, () => fstatSync(this.fd, { bigint: true }))
    if (!isUnchanged(this.before, after)) throw new SourceStopped(SOURCE_CHANGED, this.source)
  }

  close(): void {
    closeSync(this.fd)
  }
}

/** A link that stands where a file stood is a change. */
function ofSource<T>(source: number, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new SourceStopped(code === 'ELOOP' || code === 'ENXIO' ? SOURCE_CHANGED : code, source, cause)
  }
}
