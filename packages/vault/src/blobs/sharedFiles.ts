/** The two open files of a blob, as long as somebody uses them: a job must never meet a number that means another file by now. */
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

export interface BlobHandles {
  readonly chunks: FileHandle
  readonly state: FileHandle
}

/** Made when missing: what is not there can be fetched again. */
const FLAGS = constants.O_RDWR | constants.O_CREAT

export class SharedFiles {
  readonly handles: Promise<BlobHandles>
  private users = 0
  private isLeft = false
  private readonly ended = Promise.withResolvers<undefined>()

  constructor(paths: { readonly chunks: string; readonly state: string }) {
    this.handles = openBoth(paths)
    this.handles.catch(() => this.ended.resolve(undefined))
  }

  async use<T>(work: (handles: BlobHandles) => Promise<T>): Promise<T> {
    this.users++
    try {
      return await work(await this.handles)
    } finally {
      this.users--
      this.closeIfLeft()
    }
  }

  /** Closes them when nobody uses them any more; nobody may begin to. Resolves then. */
  leave(): Promise<void> {
    this.isLeft = true
    this.closeIfLeft()
    return this.ended.promise
  }

  private closeIfLeft(): void {
    if (!this.isLeft || this.users > 0) return
    this.handles
      .then(({ chunks, state }) => Promise.allSettled([chunks.close(), state.close()]))
      .catch(() => {})
      .finally(() => this.ended.resolve(undefined))
  }
}

async function openBoth(paths: { readonly chunks: string; readonly state: string }): Promise<BlobHandles> {
  const chunks = await open(paths.chunks, FLAGS, 0o600)
  try {
    return { chunks, state: await open(paths.state, FLAGS, 0o600) }
  } catch (cause) {
    await chunks.close()
    throw cause
  }
}

/** Whether the state file that is open is not the one at `path` any more. */
export async function isElsewhere({ state }: BlobHandles, path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined)
  const { dev, ino } = await state.stat()
  return there?.ino !== ino || there.dev !== dev
}

/** As much of `length` bytes as the file has from `position` on. @param into where they go, if that is long enough */
export async function readFrom(
  handle: FileHandle,
  position: number,
  length: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  // Filled below, or cut: no need to have it zeroed.
  const bytes = into !== undefined && into.length >= length ? into : Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

export async function writeTo(handle: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written)
    written += bytesWritten
  }
}
