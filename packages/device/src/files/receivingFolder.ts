/** A folder that comes as bytes (spec §13.11): its list, then its files one after another; sealed as they come, as one that is sent by its path. */
import {
  CallerFault,
  Fault,
  FolderIndexReader,
  MAX_INDEX_BYTES,
  type Blob,
  type IndexedEntry,
} from '@triode/core'
import { tooManyFiles } from './faults.ts'
import type { IncomingBytes } from './incomingBytes.ts'
import { examine, MAX_IMAGE_BYTES } from './media/inspect.ts'
import type { Extent } from './media/blank.ts'
import { HEAD_BYTES, kindOf, mayBeImage, mayBeRecording } from './media/kind.ts'
import { withoutTime } from './looking.ts'
import { Passing } from './media/recording/passing.ts'
import type { Scan } from './media/recording/scan.ts'
import { scanOf } from './media/recording/scanOf.ts'
import type { ReceivingParts } from './receivingParts.ts'
import { sealEmptied } from './receivingRecording.ts'
import { MAX_SENT_ENTRIES } from './tuning.ts'

/** What was said of it beforehand. */
export interface AnnouncedFolder {
  readonly name: string
  /** All that comes. */
  readonly size: number | undefined
  readonly files: number
  readonly keepMetadata: boolean
}

export interface ReceivedFolder {
  readonly blob: Blob
  /** In their order, with the sizes that are sent. */
  readonly entries: readonly IndexedEntry[]
  readonly files: number
  /** Paths below it. */
  readonly stripped: readonly string[]
  readonly mayTell: readonly string[]
}

const LENGTH_BYTES = 4

/** @throws as FileService.uploadFile(); nothing of it is left then */
export async function receiveFolder(
  content: IncomingBytes,
  what: AnnouncedFolder,
  parts: ReceivingParts,
): Promise<ReceivedFolder> {
  const listed = await readList(content, what)
  const folder = new Folder(content, what.keepMetadata, parts)
  const { sealing, circle, signal } = parts
  const sealed = await sealing.sealStream(circle, folder.pieces(listed), { signal })
  const { entries, stripped, mayTell, later } = folder
  const blob = await sealEmptied(sealed, later, parts)
  return { blob, entries, files: what.files, stripped, mayTell }
}

async function readList(content: IncomingBytes, what: AnnouncedFolder): Promise<IndexedEntry[]> {
  if (what.size === undefined) throw invalid('It does not say how long it is.')
  const length = Buffer.from(await whole(content, LENGTH_BYTES)).readUInt32BE()
  const size = what.size - LENGTH_BYTES - length
  if (length > MAX_INDEX_BYTES || what.files > MAX_SENT_ENTRIES) throw tooMany()
  if (size < 0) throw invalid('Its list is longer than all of it.')
  const reader = new FolderIndexReader({ blob: { size } as Blob, files: what.files })
  const entries: IndexedEntry[] = []
  try {
    for await (const piece of content.portion(length))
      for (const entry of reader.push(piece)) {
        if (entries.push(entry) > MAX_SENT_ENTRIES) throw tooMany()
      }
    reader.end()
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'folder-malformed') throw cause
    throw invalid('Its list breaks the rules.', cause)
  }
  if (entries.some(({ kind }) => kind === 'link')) throw invalid('It has links in it.')
  return entries
}

class Folder {
  readonly entries: IndexedEntry[] = []
  readonly stripped: string[] = []
  readonly mayTell: string[] = []
  /** To be emptied once all of it is sealed; merged. */
  readonly later: Extent[] = []
  private size = 0
  private readonly content: IncomingBytes
  private readonly keepMetadata: boolean
  private readonly images: ReceivingParts['images']
  private readonly signal: AbortSignal

  constructor(content: IncomingBytes, keepMetadata: boolean, { images, signal }: ReceivingParts) {
    this.content = content
    this.keepMetadata = keepMetadata
    this.images = images
    this.signal = signal
  }

  /** What is sealed: all of it, but for what images and recordings tell. */
  async *pieces(listed: readonly IndexedEntry[]): AsyncGenerator<Uint8Array> {
    for (const entry of listed) {
      if (entry.kind === 'file') yield* this.file(entry)
      else this.entries.push(entry)
    }
  }

  private async *file(entry: IndexedEntry): AsyncGenerator<Uint8Array> {
    const { size, path } = entry
    const name = path.at(-1) ?? ''
    const head = await this.content.first(Math.min(size, HEAD_BYTES))
    const isImage = mayBeImage(head, name)
    const scan = isImage ? undefined : scanOf(head)
    if (this.keepMetadata || !(isImage || mayBeRecording(head, name))) {
      this.keep(entry)
      yield* this.content.portion(size)
    } else if (isImage && size <= MAX_IMAGE_BYTES) yield* this.image(entry, head, name)
    else if (scan === undefined) {
      // An image too large to be in memory, or a film of a kind that can't be gone through: it goes as it is.
      this.mayTell.push(path.join('/'))
      this.keep(entry)
      yield* this.content.portion(size)
    } else yield* this.recording(entry, scan)
  }

  private async *recording(entry: IndexedEntry, scan: Scan): AsyncGenerator<Uint8Array> {
    const [start, path] = [this.size, entry.path.join('/')]
    const passing = new Passing(this.content, scan, entry.size)
    yield* passing.pieces()
    const isStripped = passing.isChanged || passing.later.length > 0
    this.keep(isStripped ? withoutTime(entry) : entry)
    for (const { from, to } of passing.later)
      if (from < entry.size) this.later.push({ from: start + from, to: start + Math.min(to, entry.size) })
    if (isStripped) this.stripped.push(path)
    if (passing.mayTell) this.mayTell.push(path)
  }

  private async *image(entry: IndexedEntry, head: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
    using _turn = await this.images.take(this.signal)
    const bytes = await whole(this.content, entry.size)
    const mediaType = await kindOf(head, name)
    const { parts, mayTell } = examine(bytes, mediaType, this.keepMetadata)
    const path = entry.path.join('/')
    if (mayTell) this.mayTell.push(path)
    if (parts === undefined) {
      this.keep(entry)
      yield bytes
      return
    }
    this.stripped.push(path)
    const left = parts.map((part) => ('bytes' in part ? part.bytes : bytes.subarray(part.from, part.to)))
    this.keep({ ...withoutTime(entry), size: left.reduce((sum, piece) => sum + piece.length, 0) })
    yield* left
  }

  /** Behind those before it. */
  private keep(entry: IndexedEntry): void {
    this.entries.push(entry)
    this.size += entry.size
  }
}

async function whole(content: IncomingBytes, bytes: number): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(content.portion(bytes)))
}

function tooMany(): CallerFault {
  return tooManyFiles(
    'many',
    MAX_SENT_ENTRIES,
    `A folder with more than ${MAX_SENT_ENTRIES.toLocaleString('en')} files is not sent.`,
  )
}

function invalid(why: string, cause?: unknown): CallerFault {
  return new CallerFault('folder-invalid', {
    message: `What came is no folder: ${why}`,
    remedy: 'Begin with the list of what is in it (specification §13.11).',
    cause,
  })
}
