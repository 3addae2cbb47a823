/** A place on the person's own disk that gets something new: beside it first, and then all of it at once. */
import { constants } from 'node:fs'
import {
  access,
  type FileHandle,
  link,
  lstat,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
} from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { base32, type Random } from '@triode/core'
import { errnoOf, fileExists, fileRefused, noFolder, noRoomFor, unlessFull, writingFault } from './faults.ts'
import type { SavingTo } from './fileRecords.ts'
import { HeldFolder } from './heldFolder.ts'
import { OWN_FOLDER } from './modes.ts'
import { holds, isSame, isSameFolder } from './sameOnDisk.ts'

/** Longer names get none of themselves into that of what is written beside them. */
const MAX_KEPT_NAME_BYTES = 200
/** Where a file system has no hard links, or not to that file. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EXDEV', 'EACCES'])

/** Drawn anew for each: nobody else writes under such a name. */
export function newMark(random: Random): string {
  return base32(random.bytes(5))
}

/** Where it is written until it is whole: in the same folder, so that it can be renamed. */
export function partialOf(path: string, mark: string): string {
  const name = basename(path)
  const kept = Buffer.byteLength(name) > MAX_KEPT_NAME_BYTES ? 'triode' : name
  return join(dirname(path), `${kept}.${mark}.partial`)
}

export interface PlacedHow {
  readonly overwrite: boolean
  readonly folder: boolean
  /** Where it is being saved by now: what is there may be it. */
  readonly savingTo?: string | undefined
}

/**
 * Where a thing called `name` is to be saved when a person says `to`: in that folder, or as that.
 * @param name harmless
 * @throws CallerFault 'file-exists' | 'file-refused'
 */
export async function placeFor(to: string, name: string, how: PlacedHow): Promise<string> {
  if (!isAbsolute(to)) throw fileRefused(to)
  if (to === how.savingTo) return to
  if (await isFolder(to)) return freePlace(join(to, name), how)
  const folder = to.endsWith('/') ? to : dirname(to)
  if (!(await isFolder(folder))) throw noFolder(folder)
  return freePlace(to, how)
}

/**
 * What does not fit is not begun: it is tried again every so often, and would be written in vain each time.
 * @param partial where it is written @throws Unavailable 'disk-full'; whatever the system says
 */
export async function requireRoom(partial: string, bytes: number): Promise<void> {
  const { blocks, bavail, bsize } = await statfs(dirname(partial))
  // Some that lie on a network say nothing of their size.
  if (blocks > 0 && bavail * bsize < bytes) throw noRoomFor(bytes, bavail * bsize)
}

/** Only a file is replaced, and only by a file. */
async function freePlace(path: string, { overwrite, folder, savingTo }: PlacedHow): Promise<string> {
  if (path === savingTo) return path
  const there = await lstat(path).catch((cause: unknown) => {
    if (errnoOf(cause) === 'ENOENT') return undefined
    throw writingFault(path, cause)
  })
  const mayGo = !folder && (there?.isFile() === true || there?.isSymbolicLink() === true)
  if (there !== undefined && !(overwrite && mayGo)) throw fileExists(path, mayGo)
  // Told now, and not once all of it has come.
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw writingFault(path, cause)
  })
  return path
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    const code = errnoOf(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw writingFault(path, cause)
  }
}

/**
 * Gives the file `partial` its name, unless something else has it by now. What has it and is the same is it: a process that ended after the
 * name was given, and before that was remembered, left it so. @throws CallerFault 'file-exists' | 'file-refused'
 */
export async function placeFile(partial: string, path: string, overwrite: boolean): Promise<void> {
  try {
    if (overwrite) await rename(partial, path)
    else
      await linkInto(partial, path).catch(async (cause: unknown) => {
        if (errnoOf(cause) !== 'EEXIST' || !(await isSame(partial, path))) throw cause
        await unlink(partial)
      })
    await syncFolder(dirname(path))
  } catch (cause) {
    throw writingFault(path, cause)
  }
}

async function linkInto(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path)
  } catch (cause) {
    if (!NO_LINKS.has(errnoOf(cause) ?? '')) throw cause
    // The name is taken first, and by that nobody else's.
    const taken = await take(path, basename(partial))
    try {
      await taken?.writeFile(basename(partial))
      await taken?.close()
      await rename(partial, path)
    } catch (refused) {
      await taken?.close().catch(() => undefined)
      // Nobody is to take it for the file.
      await unlink(path)
      throw refused
    }
    return
  }
  await unlink(partial)
}

/** @param mark written there, by which it is known again should the process end now @returns undefined: such a one left it so */
async function take(path: string, mark: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST' || !(await holds(path, mark))) throw cause
    return undefined
  }
}

/**
 * As placeFile(), of a folder. Nothing is made under its name beforehand, which a process that ends could leave there. That the system
 * puts a folder in the place of an empty one can be seen only where somebody makes that in this very moment; it takes that of nothing else.
 */
export async function placeFolder(partial: string, path: string): Promise<void> {
  try {
    if (await isThere(path)) {
      if (!(await isSameFolder(partial, path))) throw fileExists(path, false)
      await removePartial(partial)
    } else await rename(partial, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    throw writingFault(path, cause)
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return false
    throw cause
  }
}

/** All that a process left of saving it which ended: also what took the name first, where the disk has no hard links. */
export async function removeLeft({ path, mark }: Pick<SavingTo, 'path' | 'mark'>): Promise<void> {
  const partial = partialOf(path, mark)
  await removePartial(partial)
  if (await holds(path, basename(partial))) await unlink(path)
}

/** What an attempt left, that was cut short; links are not followed, whoever puts them there meanwhile. Folders in it may be closed to writing by now. */
export async function removePartial(partial: string): Promise<void> {
  const there = await lstat(partial).catch(() => undefined)
  if (there?.isDirectory() !== true) {
    await rm(partial, { force: true })
    return
  }
  await emptyOut(partial)
  await rmdir(partial)
}

/** Nobody else may change what is in it while that goes. */
async function emptyOut(folder: string): Promise<void> {
  await using held = await HeldFolder.open(folder)
  await held.handle.chmod(OWN_FOLDER).catch(() => undefined)
  for (const entry of await readdir(held.path, { withFileTypes: true })) {
    const path = join(held.path, entry.name)
    if (!entry.isDirectory()) {
      await rm(path, { force: true })
      continue
    }
    await emptyOut(path)
    await rmdir(path)
  }
}

/** So that a new name survives a crash of the machine; where that can't be asked for, it can't. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    unlessFull(cause)
  }
}
