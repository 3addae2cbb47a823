/** What folders hold (spec §15.4): written by who sends them, read by who has the index. */
import {
  comparePaths,
  encodeFolderIndex,
  FolderIndexReader,
  concat,
  type BlobId,
  type FolderAttachment,
  type IndexedEntry,
} from '@triode/core'
import type { FolderEntry } from '../service.ts'
import { partsOfAttachment, type Named } from './catalog.ts'
import { notAFolder, notHereYet } from './faults.ts'
import { BLOB_PART } from './fileRecords.ts'
import type { Reading } from './reading.ts'
import { MAX_KEPT_ENTRIES } from './tuning.ts'
import type { WalkedEntry } from './walk.ts'

/** In the order of an index, which is that of the bytes in its folder's blob. */
export function inOrder(entries: readonly WalkedEntry[]): WalkedEntry[] {
  return [...entries].sort((a, b) => comparePaths(a.path, b.path))
}

/** @param entries in their order */
export function encodeIndex(entries: Parameters<typeof encodeFolderIndex>[0]): Uint8Array {
  return concat(...encodeFolderIndex(entries))
}

export function entryView({ path, kind, size, modifiedAt }: IndexedEntry): FolderEntry {
  return { path: path.join('/'), kind, size, ...(modifiedAt !== undefined && { modifiedAt }) }
}

export class FolderIndexes {
  private readonly reading: Reading
  private readonly isWhole: (index: Named) => boolean
  /** Whoever looks into a folder does so again. */
  private last:
    | { readonly id: BlobId; readonly folder: FolderAttachment; readonly entries: readonly IndexedEntry[] }
    | undefined

  constructor(reading: Reading, isWhole: (index: Named) => boolean) {
    this.reading = reading
    this.isWhole = isWhole
  }

  /** Waits until the index is here. @throws PeerFault 'folder-malformed'; CallerFault 'not-a-folder'; as Reading.pieces() */
  async of(named: Named, signal = new AbortController().signal): Promise<readonly IndexedEntry[]> {
    const { attachment } = named
    const index = partsOfAttachment(named).find(({ part }) => part === BLOB_PART.index)
    if (attachment.kind !== 'folder' || index === undefined) throw notAFolder()
    // What another message says of the same index was not compared with it.
    if (this.last?.id === index.blob.id && isSame(this.last.folder, attachment)) return this.last.entries
    const entries = await this.read(attachment, index, signal)
    this.last =
      entries.length > MAX_KEPT_ENTRIES ? undefined : { id: index.blob.id, folder: attachment, entries }
    return entries
  }

  /** @throws Unavailable 'not-here-yet', and as of() */
  async ifHere(named: Named): Promise<readonly IndexedEntry[]> {
    const index = partsOfAttachment(named).find(({ part }) => part === BLOB_PART.index)
    if (index !== undefined && !this.isWhole(index)) throw notHereYet()
    return this.of(named)
  }

  /** What is known of what was sealed goes with the keys. */
  forget(): void {
    this.last = undefined
  }

  private async read(
    folder: FolderAttachment,
    index: Named,
    signal: AbortSignal,
  ): Promise<readonly IndexedEntry[]> {
    const reader = new FolderIndexReader(folder)
    const entries: IndexedEntry[] = []
    const all = { from: 0, to: index.blob.size }
    for await (const piece of this.reading.pieces(index, all, signal))
      for (const entry of reader.push(piece)) entries.push(entry)
    reader.end()
    return entries
  }
}

function isSame(a: FolderAttachment, b: FolderAttachment): boolean {
  return a.blob.id === b.blob.id && a.files === b.files
}

/** The file at `path`, with `/` between names. */
export function fileWithin(entries: readonly IndexedEntry[], path: string): IndexedEntry | undefined {
  const wanted = path.normalize('NFC')
  return entries.find((entry) => entry.kind === 'file' && entry.path.join('/') === wanted)
}
