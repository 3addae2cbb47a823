/** Whether what lies in two places on the person's own disk is the same, byte for byte; links are not followed. */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { COMPARE_BYTES } from './tuning.ts'

/** Whether two files hold the same. What is no file, or can't be read, does not. */
export async function isSame(one: string, other: string): Promise<boolean> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  try {
    await using first = await open(one, flags)
    await using second = await open(other, flags)
    const [a, b] = [await first.stat(), await second.stat()]
    if (!a.isFile() || !b.isFile() || a.size !== b.size) return false
    const [left, right] = [Buffer.alloc(COMPARE_BYTES), Buffer.alloc(COMPARE_BYTES)]
    for (let at = 0; at < a.size; at += COMPARE_BYTES) {
      const length = Math.min(COMPARE_BYTES, a.size - at)
      await Promise.all([readAll(first, left, length, at), readAll(second, right, length, at)])
      if (left.compare(right, 0, length, 0, length) !== 0) return false
    }
    return true
  } catch {
    return false
  }
}

/** Whether a file holds just this text. */
export async function holds(path: string, text: string): Promise<boolean> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const expected = Buffer.from(text)
  try {
    await using file = await open(path, flags)
    const stats = await file.stat()
    if (!stats.isFile() || stats.size !== expected.length) return false
    const found = Buffer.alloc(expected.length)
    await readAll(file, found, found.length, 0)
    return found.equals(expected)
  } catch {
    return false
  }
}

async function readAll(file: FileHandle, into: Buffer, length: number, from: number): Promise<void> {
  for (let at = 0; at < length;) {
    const { bytesRead } = await file.read(into, at, length - at, from + at)
    if (bytesRead === 0) throw new Error('it has become shorter')
    at += bytesRead
  }
}

/** Whether two folders hold the same, under the same names. What is no folder, or can't be read, does not. Times and modes don't count. */
export async function isSameFolder(one: string, other: string): Promise<boolean> {
  try {
    const [left, right] = [await entriesOf(one), await entriesOf(other)]
    if (left.length !== right.length) return false
    for (const [at, entry] of left.entries()) {
      const { name, kind } = entry
      if (right[at]?.name !== name || right[at].kind !== kind) return false
      if (!(await SAME[kind](join(one, name), join(other, name)))) return false
    }
    return true
  } catch {
    return false
  }
}

const SAME = {
  file: isSame,
  folder: isSameFolder,
  link: async (one: string, other: string) => (await readlink(one)) === (await readlink(other)),
  // Nothing that is ever written.
  other: () => Promise.resolve(false),
}

interface Entry {
  readonly name: string
  readonly kind: keyof typeof SAME
}

/** By their names. Throws where `folder` is a link to one. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  await handle.close()
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .map((entry): Entry => {
      const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other'
      return { name: entry.name, kind: entry.isSymbolicLink() ? 'link' : kind }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
