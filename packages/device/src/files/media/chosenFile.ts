/** A file while it is looked into: the one that was chosen, or it is refused. */
import { open, type FileHandle } from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import { isAsChosen, isUnchanged, SOURCE_FLAGS } from '@triode/vault'
import { errnoOf, fileChanged, readingFault } from '../faults.ts'
import type { RandomAccess } from './randomAccess.ts'
import type { Scratch } from './scratch.ts'

export interface Chosen {
  /** Absolute. */
  readonly path: string
  /** Bytes, and when it was last written to, as it was chosen. */
  readonly size: number
  readonly modifiedMs: number
}

export class ChosenFile implements RandomAccess {
  private readonly chosen: Chosen
  private readonly handle: FileHandle
  private readonly before: BigIntStats

  private constructor(chosen: Chosen, handle: FileHandle, before: BigIntStats) {
    this.chosen = chosen
    this.handle = handle
    this.before = before
  }

  /** @throws CallerFault 'file-absent' | 'file-forbidden' | 'file-changed' */
  static async open(chosen: Chosen): Promise<ChosenFile> {
    const { path, size, modifiedMs } = chosen
    const handle = await named(path, open(path, SOURCE_FLAGS))
    try {
      const stats = await named(path, handle.stat({ bigint: true }))
      if (!isAsChosen(stats, size, modifiedMs)) throw fileChanged(path)
      return new ChosenFile(chosen, handle, stats)
    } catch (cause) {
      await handle.close()
      throw cause
    }
  }

  /** The first bytes: as many, or all there are. */
  async head(bytes: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await named(
      this.chosen.path,
      this.handle.read(new Uint8Array(bytes), 0, bytes, 0),
    )
    return buffer.subarray(0, bytesRead)
  }

  get size(): number {
    return this.chosen.size
  }

  /** @throws CallerFault 'file-changed' when there is less */
  async read(from: number, to: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(to - from)
    for (let at = 0; at < bytes.length;) {
      const left = this.handle.read(bytes, at, bytes.length - at, from + at)
      const { bytesRead } = await named(this.chosen.path, left)
      if (bytesRead === 0) throw fileChanged(this.chosen.path)
      at += bytesRead
    }
    return bytes
  }

  /**
   * All of it.
   * @param scratch where it is put; default: memory of its own
   * @throws CallerFault 'file-changed' when something was written to it meanwhile
   */
  async all(scratch?: Scratch): Promise<Uint8Array<ArrayBuffer>> {
    const { path, size } = this.chosen
    const bytes = scratch === undefined ? new Uint8Array(size) : scratch.take(size)
    for (let at = 0; at < size;) {
      const { bytesRead } = await named(path, this.handle.read(bytes, at, size - at, at))
      if (bytesRead === 0) throw fileChanged(path)
      at += bytesRead
    }
    await this.confirm()
    return bytes
  }

  /** @throws CallerFault 'file-changed' when something was written to it since it was opened */
  async confirm(): Promise<void> {
    const { path } = this.chosen
    const after = await named(path, this.handle.stat({ bigint: true }))
    if (!isUnchanged(this.before, after)) throw fileChanged(path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close()
  }
}

async function named<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const code = errnoOf(cause)
    // A link, or something else, stands where the file stood.
    throw code === 'ELOOP' || code === 'ENXIO' ? fileChanged(path, cause) : readingFault(path, cause)
  }
}
