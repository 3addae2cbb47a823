/**
 * Writes what a folder holds into a new folder of this process's own (spec §15.5): nothing in it is there before, every file is made
 * and never opened, and links come last, so that nothing is written through one; those that the disk can't hold are left out. Until all is
 * there nobody else may look into it, and it is held open, so that nothing is written elsewhere where somebody else may rename it. Refused or cut short, whoever asked removes all of it.
 * Small files are not synced one by one, which takes longer than all the rest: after a power cut the vault still has them.
 */
import { constants, type Stats } from 'node:fs'
import { chmod, lstat, mkdir, open, rmdir, symlink, utimes } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { FolderAttachment, IndexedEntry, PlainFile, StoredBlob } from '@triode/core'
import { canceled, errnoOf, fileRefused, refusedPathOf, unlessFull, writingFault } from './faults.ts'
import { placed, type PlacedEntry } from './folderPlan.ts'
import { HeldFolder } from './heldFolder.ts'
import { closedToWriting, EVERYTHING, modeOfFile, modeOfFolder, OWN_FOLDER } from './modes.ts'
import { SAVE_STEP_BYTES } from './tuning.ts'

export interface FolderWriterOptions {
  readonly stored: StoredBlob
  readonly secret: Uint8Array
  readonly signal: AbortSignal
}

/** What is told of the folder itself. */
type Top = Pick<FolderAttachment, 'modifiedAt' | 'ownerOnly' | 'readOnly'>

/** Of a folder beside who may do what: in whose group things in it are. */
const SPECIAL = 0o7000
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

export class FolderWriter {
  private readonly options: FolderWriterOptions

  constructor(options: FolderWriterOptions) {
    this.options = options
  }

  /**
   * @param root absolute; made here
   * @returns paths of links that the disk can't hold
   * @throws PeerFault 'folder-malformed', before anything is made; whatever the file system says
   */
  async write(root: string, entries: readonly IndexedEntry[], top: Top): Promise<string[]> {
    const all = placed(entries)
    const folders = all.filter(({ kind }) => kind === 'folder')
    await mkdir(root, OWN_FOLDER)
    await using held = await HeldFolder.open(root)
    const made = await madeIn(held, modeOfFolder(top))
    const own = await held.handle.stat()
    // Somebody else's was put in its place.
    if (made.uid !== own.uid) throw fileRefused(root)
    const leftOut = await this.fill(held.path, all, folders)
    const mode = (own.mode & SPECIAL) | (made.mode & EVERYTHING)
    if (mode !== (own.mode & (SPECIAL | EVERYTHING))) await held.handle.chmod(mode)
    await this.finishFolder(`${held.path}/.`, top)
    await held.handle.sync().catch(unlessFull)
    return leftOut
  }

  private async fill(
    root: string,
    all: readonly PlacedEntry[],
    folders: readonly PlacedEntry[],
  ): Promise<string[]> {
    for (const folder of folders) {
      this.checkGoesOn()
      await naming(folder.written, mkdir(join(root, folder.written), modeOfFolder(folder)))
    }
    await this.writeAll(
      root,
      all.filter(({ kind }) => kind === 'file'),
    )
    const leftOut: string[] = []
    for (const { written, target } of all)
      if (target !== undefined && !(await naming(written, linked(target, join(root, written)))))
        leftOut.push(written)
    // From the inside out: what is made in a folder changes its time.
    for (const folder of folders.toReversed())
      await naming(folder.written, this.finishFolder(join(root, folder.written), folder))
    return leftOut
  }

  /** Small files are made where their chunks are opened, many at a time; a large one is copied by itself. */
  private async writeAll(root: string, files: readonly PlacedEntry[]): Promise<void> {
    const { stored, secret } = this.options
    const small = files.filter(({ size }) => size <= SAVE_STEP_BYTES)
    await namingOneIn(root, stored.writeFiles(secret, this.small(root, small)))
    for (const file of files)
      if (file.size > SAVE_STEP_BYTES) await naming(file.written, this.copy(root, file))
  }

  private *small(root: string, files: readonly PlacedEntry[]): Generator<PlainFile> {
    for (const entry of files) {
      const { written, from, size, modifiedAt } = entry
      this.checkGoesOn()
      const file = { path: join(root, written), from, size, mode: modeOfFile(entry) }
      yield modifiedAt === undefined ? file : { ...file, modifiedAt }
    }
  }

  private async copy(root: string, file: PlacedEntry): Promise<void> {
    const { stored, secret } = this.options
    const handle = await open(join(root, file.written), NEW_FILE, modeOfFile(file))
    try {
      for (let done = 0; done < file.size; done += SAVE_STEP_BYTES) {
        this.checkGoesOn()
        const end = Math.min(file.size, done + SAVE_STEP_BYTES)
        await stored.copyTo(secret, file.from + done, file.from + end, handle.fd, done)
      }
      await finish(handle, file)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  private async finishFolder(path: string, { modifiedAt, readOnly }: Top): Promise<void> {
    this.checkGoesOn()
    if (modifiedAt !== undefined) await utimes(path, modifiedAt / 1_000, modifiedAt / 1_000)
    if (readOnly === true) await chmod(path, closedToWriting((await lstat(path)).mode))
  }

  private checkGoesOn(): void {
    if (this.options.signal.aborted) throw canceled()
  }
}

/** What becomes of a folder that is made with `mode` there: whose it is, and what the umask leaves of that. */
async function madeIn({ path }: HeldFolder, mode: number): Promise<Stats> {
  const probe = join(path, 'probe')
  await mkdir(probe, mode)
  const made = await lstat(probe)
  await rmdir(probe)
  return made
}

/** What is refused is named by its path in the folder. */
async function naming<T>(written: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw writingFault(written, cause)
  }
}

/** The same of many at a time, where who makes them says which it was; what else the system refuses them lies elsewhere. */
async function namingOneIn<T>(root: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const path = refusedPathOf(cause)
    throw path?.startsWith(root + sep) === true ? writingFault(relative(root, path), cause) : cause
  }
}

/** What FAT and exFAT, some network disks and others say that have no links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** @returns false where the disk has none */
async function linked(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path)
    return true
  } catch (cause) {
    if (!NO_LINKS.has(errnoOf(cause) ?? '')) throw cause
    return false
  }
}

type Handle = Awaited<ReturnType<typeof open>>

async function finish(handle: Handle, { modifiedAt }: PlacedEntry): Promise<void> {
  if (modifiedAt !== undefined) await handle.utimes(modifiedAt / 1_000, modifiedAt / 1_000)
}
