import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { diskFault } from './diskFault.ts'
import { placeNotFolder } from './faults.ts'

/** There is something else in its place or above it, or the file system makes no folders there. */
const NO_FOLDER_CODES = new Set(['EEXIST', 'ENOTDIR', 'ENOENT', 'ENAMETOOLONG', 'ELOOP'])

/**
 * Makes a folder, with those above it, unless it is there; only its owner may look into it.
 * @throws CallerFault 'place-not-folder' | 'place-forbidden'; Unavailable 'disk-full'
 */
export function makeFolder(dir: string): void {
  try {
    makeWithAbove(dir)
    chmodSync(dir, 0o700)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw NO_FOLDER_CODES.has(code ?? '') ? placeNotFolder(cause) : diskFault(cause)
  }
}

/** One by one: Node's `recursive` never comes back where a file system such as /proc makes no folders. */
function makeWithAbove(dir: string): void {
  if (isFolder(dir)) return
  const above = dirname(dir)
  if (above !== dir) makeWithAbove(above)
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (cause) {
    // Another process may have just made it.
    if (!isFolder(dir)) throw cause
  }
}

function isFolder(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false
}
