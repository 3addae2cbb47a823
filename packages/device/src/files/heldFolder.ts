/**
 * A folder that is held open while things are made in it, or taken out of it: whoever may rename what lies beside it can put a link in its place
 * meanwhile, and must not have something written or deleted elsewhere by that.
 */
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

export class HeldFolder implements AsyncDisposable {
  /** Leads to it, whatever its name leads to by now; where the system has no such paths, its name. */
  readonly path: string
  readonly handle: FileHandle

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.handle = handle
  }

  /** @throws what the system says: ELOOP or ENOTDIR where it is a link, or no folder */
  static async open(path: string): Promise<HeldFolder> {
    const handle = await open(path, FLAGS)
    try {
      return new HeldFolder((await heldPath(handle)) ?? path, handle)
    } catch (cause) {
      await handle.close()
      throw cause
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close()
  }
}

/** On Linux, open files have paths (proc(5)). */
async function heldPath(handle: FileHandle): Promise<string | undefined> {
  const path = `/proc/self/fd/${String(handle.fd)}`
  const there = await stat(`${path}/.`).catch(() => undefined)
  const own = await handle.stat()
  return there?.ino === own.ino && there.dev === own.dev ? path : undefined
}
