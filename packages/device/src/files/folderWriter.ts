/**
 * Writes what a folder holds into a new folder of this process's own (spec §15.5): nothing in it is there before, every file is made
 * and never opened, and links come last, so that nothing is written through one. Refused or cut short, whoever asked removes all of it.
 * Small files are not synced one by one, which takes longer than all the rest: after a power cut the vault still has them.
 */
import { constants } from 'node:fs'
import { mkdir, open, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexedEntry, StoredBlob } from '@triode/core'
import { canceled } from './faults.ts'
import { placed, type PlacedEntry } from './folderPlan.ts'
import { syncFolder } from './partial.ts'
import { SAVE_STEP_BYTES, WRITE_AT_ONCE } from './tuning.ts'

export interface FolderWriterOptions {
  readonly stored: StoredBlob
  readonly secret: Uint8Array
  readonly signal: AbortSignal
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

export class FolderWriter {
  private readonly options: FolderWriterOptions

  constructor(options: FolderWriterOptions) {
    this.options = options
  }

  /**
   * @param root absolute; made here
   * @throws PeerFault 'folder-malformed', before anything is made; whatever the file system says
   */
  async write(root: string, entries: readonly IndexedEntry[], modifiedAt?: number): Promise<void> {
    const all = placed(entries)
    const folders = all.filter(({ kind }) => kind === 'folder')
    await mkdir(root)
    for (const { written } of folders) {
      this.checkGoesOn()
      await mkdir(join(root, written))
    }
    for (const batch of batches(all.filter(({ kind }) => kind === 'file'))) await this.writeBatch(root, batch)
    for (const { written, target } of all)
      if (target !== undefined) await symlink(target, join(root, written))
    // From the inside out: what is made in a folder changes its time.
    for (const { written, modifiedAt: at } of folders.reverse())
      await this.finishFolder(join(root, written), at)
    await this.finishFolder(root, modifiedAt)
    await syncFolder(root)
  }

  /** Small files are read together and written beside each other; a large one is copied. */
  private async writeBatch(root: string, files: readonly PlacedEntry[]): Promise<void> {
    const [first] = files
    const last = files.at(-1)
    if (first === undefined || last === undefined) return
    if (files.length === 1 && first.size > SAVE_STEP_BYTES) {
      await this.copy(root, first)
      return
    }
    const bytes = await this.read(first.from, last.from + last.size)
    for (let at = 0; at < files.length; at += WRITE_AT_ONCE) {
      this.checkGoesOn()
      const some = files.slice(at, at + WRITE_AT_ONCE)
      await Promise.all(
        some.map((file) => {
          const start = file.from - first.from
          return writeFile(join(root, file.written), file, bytes.subarray(start, start + file.size))
        }),
      )
    }
  }

  private async copy(root: string, file: PlacedEntry): Promise<void> {
    const { stored, secret } = this.options
    const handle = await open(join(root, file.written), NEW_FILE, modeOf(file))
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

  private async read(from: number, to: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(to - from)
    let filled = 0
    if (to > from) {
      for await (const piece of this.options.stored.plaintext(this.options.secret, from, to)) {
        bytes.set(piece, filled)
        filled += piece.length
      }
    }
    return bytes
  }

  private async finishFolder(path: string, modifiedAt: number | undefined): Promise<void> {
    this.checkGoesOn()
    if (modifiedAt !== undefined) await utimes(path, modifiedAt / 1_000, modifiedAt / 1_000)
  }

  private checkGoesOn(): void {
    if (this.options.signal.aborted) throw canceled()
  }
}

/** Neighbours of at most some MiB together; a larger file alone. */
function* batches(files: readonly PlacedEntry[]): Generator<PlacedEntry[]> {
  let batch: PlacedEntry[] = []
  let bytes = 0
  for (const file of files) {
    if (batch.length > 0 && bytes + file.size > SAVE_STEP_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(file)
    bytes += file.size
  }
  if (batch.length > 0) yield batch
}

async function writeFile(path: string, file: PlacedEntry, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, NEW_FILE, modeOf(file))
  try {
    await handle.writeFile(bytes)
    await finish(handle, file)
  } finally {
    await handle.close()
  }
}

type Handle = Awaited<ReturnType<typeof open>>

async function finish(handle: Handle, { modifiedAt }: PlacedEntry): Promise<void> {
  if (modifiedAt !== undefined) await handle.utimes(modifiedAt / 1_000, modifiedAt / 1_000)
}

/** As far as the person's umask lets it. */
function modeOf({ executable }: PlacedEntry): number {
  return executable ? 0o777 : 0o666
}
