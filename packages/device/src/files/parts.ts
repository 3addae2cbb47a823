/** What a person chose to send, as the attachments that it becomes: files, folders, and what is too much for one message as one folder. */
import { lstat, realpath } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import { MAX_ATTACHMENTS, type FileModes, type FolderModes } from '@triode/core'
import type { LeftOut } from '../service.ts'
import {
  nameTooLong,
  notAbsolute,
  notAFile,
  nothingToSend,
  ownHome,
  readingFault,
  tooManyFiles,
  untold,
} from './faults.ts'
import { inOrder } from './folderIndexes.ts'
import { folderModesOf, modesOfStats } from './modes.ts'
import type { OwnHome } from './ownHome.ts'
import { isUntold } from './untold.ts'
import { isTooLong, modifiedOf, Walk, type WalkedEntry, type WalkOptions } from './walk.ts'

export type Part = FilePart | FolderPart

export interface FilePart {
  readonly kind: 'file'
  readonly name: string
  readonly path: string
  readonly size: number
  readonly modifiedMs: number
  readonly modifiedAt: number | undefined
  readonly modes: FileModes
}

export interface FolderPart {
  readonly kind: 'folder'
  readonly name: string
  readonly size: number
  readonly entries: readonly WalkedEntry[]
  readonly files: number
  readonly modifiedAt: number | undefined
  readonly modes: FolderModes
}

/** What one attachment is to be made of, as it was at one moment. */
export interface Look {
  readonly part: Part
  readonly leftOut: readonly LeftOut[]
}

export interface Choice extends Look {
  /** The same choice as it is by now, from its names on. @throws as choose() */
  readonly again: () => Promise<Look>
}

export interface ChooseOptions {
  /** That the message names besides. */
  readonly others: number
  /** Whether a message takes that many. */
  readonly fits: (names: readonly string[]) => boolean
  /** What is told while folders are looked through, and what is left out of them. */
  readonly walk: WalkOptions
}

/**
 * @throws CallerFault 'nothing-to-send' | 'not-a-file' | 'file-absent' | 'file-forbidden' (this device’s own home, too) | 'file-name-too-long' | 'too-many-files'; Unavailable 'canceled'
 */
export async function choose(
  paths: readonly string[],
  { others, fits, walk: options }: ChooseOptions,
): Promise<Choice[]> {
  if (paths.length + others === 0) throw nothingToSend()
  const { home } = options
  const found = await lookedAll(paths, home)
  // What is found is counted for whoever looks on once, not each time that it is looked at.
  const { found: _, ...quietly } = options
  if (fits(found.map(({ name }) => name))) {
    const choices: Choice[] = []
    for (const one of found)
      choices.push({
        ...(await alone(one, options)),
        again: async () => alone(await looked(one.named, home), quietly),
      })
    return choices
  }
  const folder = nameOfAll(found)
  if (found.length === 0 || !fits([folder]))
    throw tooManyFiles(
      'message',
      MAX_ATTACHMENTS,
      'A message does not take so many uploads, or not beside so long a text.',
    )
  const again = async (): Promise<Look> => together(folder, await lookedAll(paths, home), quietly)
  return [{ ...(await together(folder, found, options)), again }]
}

interface Looked {
  /** As it was chosen. */
  readonly named: string
  /** Where it lies: of a link, what it leads to. */
  readonly path: string
  readonly name: string
  readonly stats: Stats
}

async function lookedAll(paths: readonly string[], home: OwnHome | undefined): Promise<Looked[]> {
  const found: Looked[] = []
  for (const path of paths) found.push(await looked(path, home))
  return found
}

async function looked(path: string, home: OwnHome | undefined): Promise<Looked> {
  if (!isAbsolute(path)) throw notAbsolute(path)
  const name = nameOf(path)
  try {
    const isLink = (await lstat(path)).isSymbolicLink()
    // Whoever names a link means what it leads to, under the name that they said: as `cp` does.
    const real = isLink ? await realpath(path) : path
    const stats = await lstat(real)
    if (!stats.isFile() && !stats.isDirectory()) throw notAFile(path)
    if (stats.isFile() && (await isUntold(real, stats))) throw untold(path)
    if (home?.holds(await realpath(real)) === true) throw ownHome(path)
    if (isTooLong(name)) throw nameTooLong(path)
    return { named: path, path: real, name, stats }
  } catch (cause) {
    throw readingFault(path, cause)
  }
}

async function alone({ path, name, stats }: Looked, options: WalkOptions): Promise<Look> {
  if (stats.isFile()) return { part: filePart(path, name, stats), leftOut: [] }
  const walk = new Walk(options)
  await walk.into(path)
  return { part: folderPart(name, walk, stats), leftOut: walk.leftOut }
}

function nameOfAll(found: readonly Looked[]): string {
  return `${String(found.length)} files`
}

async function together(name: string, found: readonly Looked[], options: WalkOptions): Promise<Look> {
  const walk = new Walk(options)
  for (const { path, name: own } of found) await walk.add(path, own)
  return { part: folderPart(name, walk), leftOut: walk.leftOut }
}

function filePart(path: string, name: string, stats: Stats): FilePart {
  return {
    kind: 'file',
    name,
    path,
    size: stats.size,
    modifiedMs: stats.mtimeMs,
    modifiedAt: modifiedOf(stats),
    modes: modesOfStats(stats, true),
  }
}

/** @param stats of the folder; of one that is made for the message alone there are none */
function folderPart(name: string, walk: Walk, stats?: Stats): FolderPart {
  const entries = inOrder(walk.entries)
  const files = entries.filter(({ kind }) => kind === 'file')
  const size = files.reduce((sum, file) => sum + file.size, 0)
  return {
    kind: 'folder',
    name,
    size,
    entries,
    files: files.length,
    modifiedAt: stats && modifiedOf(stats),
    modes: stats === undefined ? {} : folderModesOf(stats),
  }
}

/** Of the root of a disk there is none. */
export function nameOf(path: string): string {
  const name = basename(path).normalize('NFC')
  return name === '' || name === '.' || name === '..' ? 'files' : name
}
