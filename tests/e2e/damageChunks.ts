/** A disk that rots under a device that does not run. */
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Overwrites some bytes in the middle of the blob that came last. @returns bytes of its file */
export function damageChunks(home: string): number {
  const folder = join(home, 'files')
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.chunks'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, size: statSync(path).size, mtimeMs: statSync(path).mtimeMs }))
  const [last] = files.toSorted((a, b) => b.mtimeMs - a.mtimeMs)
  if (last === undefined) throw new Error('there are no chunks')
  const fd = openSync(last.path, 'r+')
  writeSync(fd, Buffer.alloc(16, 0xa5), 0, 16, Math.floor(last.size / 2))
  closeSync(fd)
  return last.size
}
