/** What lies in a folder that is to be sent (spec §15.4): parents first, in the order of names, and what can't be sent of it. */
import { constants, type Stats } from 'node:fs'
import { access, lstat, opendir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { cutToFit, MAX_FILE_NAME_BYTES, MAX_PATH_NAMES, splitExtension, type FileModes } from '@triode/core'
import type { LeftOut } from '../service.ts'
import { canceled, errnoOf, readingFault, tooManyFiles } from './faults.ts'
import { targetWithin } from './linkTarget.ts'
import { modesOfStats } from './modes.ts'
import type { OwnHome } from './ownHome.ts'
import { MAX_SENT_ENTRIES, WALK_BATCH } from './tuning.ts'
import { isUntold } from './untold.ts'

export interface WalkedEntry extends FileModes {
  /** Below the folder itself. */
  readonly path: readonly string[]
  readonly kind: 'file' | 'folder' | 'link'
  readonly modifiedAt?: number
  /** Bytes; of folders and links 0. */
  readonly size: number
  readonly target?: readonly string[]
  /** Where it lies here. */
  readonly source: string
  /** Of a file, as the system says it: by it is seen whether it changed since. */
  readonly modifiedMs: number
}

export interface Walked {
  readonly entries: readonly WalkedEntry[]
  readonly leftOut: readonly LeftOut[]
}

/** One folder that is still to be looked into. */
interface Due {
  readonly folder: string
  readonly path: readonly string[]
}

type Found = WalkedEntry | LeftOut | undefined

const decoder = new TextDecoder('utf-8', { fatal: true })

export interface WalkOptions {
  readonly signal?: AbortSignal
  /** Called for each file that is found. */
  readonly found?: () => void
  /** Is left out. */
  readonly home?: OwnHome
}

export class Walk {
  readonly entries: WalkedEntry[] = []
  readonly leftOut: LeftOut[] = []
  private readonly signal: AbortSignal | undefined
  private readonly found: () => void
  private readonly home: OwnHome | undefined
  /** Names of what was added one by one. */
  private readonly added = new FreeNames()

  constructor({ signal, found = () => undefined, home }: WalkOptions = {}) {
    this.signal = signal
    this.found = found
    this.home = home
  }

  /**
   * Takes in all that lies in `folder`, as below `path`.
   * @throws CallerFault 'file-absent' | 'file-forbidden' of the folder itself, 'too-many-files'; Unavailable 'canceled'
   */
  async into(folder: string, path: readonly string[] = []): Promise<void> {
    const due: Due[] = [{ folder, path }]
    for (let next = due.pop(); next !== undefined; next = due.pop()) {
      const from = this.entries.length
      await this.look(next, next.folder === folder)
      const below = this.entries.slice(from).filter(({ kind }) => kind === 'folder')
      for (const one of below.reverse()) due.push({ folder: one.source, path: one.path })
    }
  }

  /** Takes in one thing that lies at `source`, and what is in it. @throws as into() */
  async add(source: string, own: string): Promise<void> {
    const name = this.named(source, own, this.added)
    const found = name === undefined ? undefined : await this.lookAt(source, [name])
    if (found !== undefined) this.keep(found)
    if (found !== undefined && 'kind' in found && found.kind === 'folder') await this.into(source, found.path)
  }

  private async look({ folder, path }: Due, isTop: boolean): Promise<void> {
    const names = await this.namesIn(folder).catch((cause: unknown) => {
      if (isTop || errnoOf(cause) === undefined) throw readingFault(folder, cause)
      this.leftOut.push({ path: folder, reason: 'unreadable' })
      return []
    })
    const free = new FreeNames()
    const named = names.flatMap((bytes) => {
      const text = this.read(folder, bytes)
      if (text === undefined) return []
      const source = join(folder, text)
      const name = this.named(source, text, free)
      return name === undefined ? [] : [{ source, name }]
    })
    if (named.length > 0 && path.length >= MAX_PATH_NAMES)
      throw tooManyFiles(
        'deep',
        MAX_PATH_NAMES,
        `A folder has more than ${MAX_PATH_NAMES} folders in one another.`,
      )
    for (let at = 0; at < named.length; at += WALK_BATCH) {
      if (this.signal?.aborted === true) throw canceled()
      const batch = named.slice(at, at + WALK_BATCH)
      const found = await Promise.all(batch.map(({ source, name }) => this.lookAt(source, [...path, name])))
      for (const one of found) if (one !== undefined) this.keep(one)
    }
  }

  private async lookAt(source: string, path: readonly string[]): Promise<Found> {
    const found = await look(source, path)
    if (found === undefined || 'reason' in found || found.kind !== 'folder') return found
    const isHome = await this.home?.isAt(source, await lstat(source))
    return isHome === true ? { path: source, reason: 'own-home' } : found
  }

  private keep(found: WalkedEntry | LeftOut): void {
    if ('reason' in found) this.leftOut.push(found)
    else {
      this.entries.push(found)
      if (found.kind === 'file') this.found()
    }
    this.checkCount(0)
  }

  private checkCount(more: number): void {
    if (this.entries.length + this.leftOut.length + more <= MAX_SENT_ENTRIES) return
    throw tooManyFiles(
      'many',
      MAX_SENT_ENTRIES,
      `These are more than ${MAX_SENT_ENTRIES.toLocaleString('en')} files.`,
    )
  }

  /** Sorted by their bytes: the same folder gives the same blob. */
  private async namesIn(folder: string): Promise<Buffer[]> {
    const names: Buffer[] = []
    const options = { encoding: 'buffer', bufferSize: 256 } as unknown as { encoding: 'utf8' }
    for await (const { name } of await opendir(folder, options)) {
      names.push(name as unknown as Buffer)
      this.checkCount(names.length)
    }
    return names.sort((a, b) => Buffer.compare(a, b))
  }

  /** What is no UTF-8 has no name that could be sent. */
  private read(folder: string, name: Buffer): string | undefined {
    try {
      return decoder.decode(name)
    } catch {
      this.leftOut.push({ path: join(folder, name.toString('utf8')), reason: 'name-not-utf8' })
      return undefined
    }
  }

  /** As it travels: some letters take more bytes in normal form than this disk has them in. */
  private named(source: string, own: string, free: FreeNames): string | undefined {
    const name = normal(own)
    if (!isTooLong(name)) return free.take(name)
    this.leftOut.push({ path: source, reason: 'name-too-long' })
    return undefined
  }
}

/** @returns undefined: it went meanwhile */
async function look(source: string, path: readonly string[]): Promise<Found> {
  try {
    const stats = await lstat(source)
    if (stats.isSymbolicLink()) return await lookAtLink(source, path, stats)
    if (stats.isDirectory()) return entryOf(source, path, 'folder', stats)
    if (!stats.isFile()) return { path: source, reason: 'not-a-file' }
    await access(source, constants.R_OK)
    if (await isUntold(source, stats)) return { path: source, reason: 'not-a-file' }
    return entryOf(source, path, 'file', stats)
  } catch (cause) {
    const code = errnoOf(cause)
    if (code === undefined) throw cause
    return code === 'ENOENT' ? undefined : { path: source, reason: 'unreadable' }
  }
}

async function lookAtLink(source: string, path: readonly string[], stats: Stats): Promise<Found> {
  const target = targetWithin(path, await readlink(source, { encoding: 'buffer' }))
  if (target === undefined) return { path: source, reason: 'symlink-outside' }
  return { ...entryOf(source, path, 'link', stats), target }
}

function entryOf(
  source: string,
  path: readonly string[],
  kind: WalkedEntry['kind'],
  stats: Stats,
): WalkedEntry {
  const modifiedAt = modifiedOf(stats)
  return {
    path,
    kind,
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(kind === 'link' ? { executable: false } : modesOfStats(stats, kind === 'file')),
    size: kind === 'file' ? stats.size : 0,
    source,
    modifiedMs: stats.mtimeMs,
  }
}

/** Whole milliseconds since 1970; what is older is not told. */
export function modifiedOf({ mtimeMs }: Stats): number | undefined {
  const at = Math.floor(mtimeMs)
  return Number.isSafeInteger(at) && at >= 0 ? at : undefined
}

function normal(name: string): string {
  return name.normalize('NFC')
}

/** @param name in normal form */
export function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > MAX_FILE_NAME_BYTES
}

/** Names as they are sent, of one folder: two that are the same once they are normal get a number, and keep what programs know them by. */
class FreeNames {
  private readonly taken = new Set<string>()
  /** The next number to try: of very many alike not each tries all. */
  private readonly next = new Map<string, number>()

  take(name: string): string {
    if (this.claim(name)) return name
    const [stem, extension] = splitExtension(name)
    for (let number = this.next.get(name) ?? 2; ; number++) {
      const end = ` (${String(number)})${extension}`
      const numbered = normal(cutToFit(stem, end) + end)
      if (!this.claim(numbered)) continue
      this.next.set(name, number + 1)
      return numbered
    }
  }

  private claim(name: string): boolean {
    if (this.taken.has(name)) return false
    this.taken.add(name)
    return true
  }
}
