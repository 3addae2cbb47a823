/** The index of a folder, written and read page by page, in memory that does not grow with it (spec §15.4). */
import { concat, u32 } from '../bytes.ts'
import { decodeValue, encodeValue, type Value } from '../codec/cbor.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import type { FolderAttachment } from './attachment.ts'
import { entryValue, readEntry, type FolderEntry } from './folderEntry.ts'
import { FolderOrder } from './folderOrder.ts'
import { INDEX_PAGE_ENTRIES, MAX_INDEX_PAGE_BYTES } from './spec.ts'

/** An entry, and where in the folder's blob the bytes of its file begin. */
export interface IndexedEntry extends FolderEntry {
  readonly from: number
}

const LENGTH_BYTES = 4
/** Bytes of a page beside its entries: the head of its list. */
const PAGE_HEAD_BYTES = 3

/**
 * @param entries in the order of `comparePaths`
 * @returns pages with their lengths, which after one another are the index
 * @throws CallerFault 'folder-invalid'
 */
export function* encodeFolderIndex(entries: Iterable<FolderEntry>): Generator<Uint8Array, void> {
  const order = new FolderOrder()
  let page: Value[] = []
  let bytes = PAGE_HEAD_BYTES
  for (const entry of entries) {
    const value = checked(order, entry)
    const length = encodeValue(value).length
    if (page.length === INDEX_PAGE_ENTRIES || bytes + length > MAX_INDEX_PAGE_BYTES) {
      yield pageOf(page)
      page = []
      bytes = PAGE_HEAD_BYTES
    }
    page.push(value)
    bytes += length
  }
  if (page.length > 0) yield pageOf(page)
}

/** Takes an index in as it comes, in pieces of any length. */
export class FolderIndexReader {
  private readonly folder: Pick<FolderAttachment, 'blob' | 'files'>
  private readonly order = new FolderOrder()
  /** What came of the next page. */
  private held: Uint8Array = new Uint8Array(0)
  private size = 0
  private files = 0
  private last: readonly string[] = []

  /** @param folder whose index it is: of what size its blob is, and how many files it has */
  constructor(folder: Pick<FolderAttachment, 'blob' | 'files'>) {
    this.folder = folder
  }

  /** @returns the entries that are whole now. @throws PeerFault 'folder-malformed' */
  push(piece: Uint8Array): IndexedEntry[] {
    const bytes = concat(this.held, piece)
    const entries: IndexedEntry[] = []
    let at = 0
    for (let end = pageEnd(bytes, at); end !== undefined; end = pageEnd(bytes, at)) {
      const page = bytes.subarray(at + LENGTH_BYTES, end)
      entries.push(...asFolderFault(() => this.readPage(page)))
      at = end
    }
    this.held = bytes.slice(at)
    return entries
  }

  /** Nothing follows. @throws PeerFault 'folder-malformed' when something is missing */
  end(): void {
    const { blob, files } = this.folder
    if (this.held.length > 0 || this.size !== blob.size || this.files !== files) throw malformed()
  }

  private readPage(bytes: Uint8Array): IndexedEntry[] {
    const values = decodeValue(bytes, MAX_INDEX_PAGE_BYTES)
    if (!Array.isArray(values) || values.length === 0 || values.length > INDEX_PAGE_ENTRIES) throw malformed()
    return (values as readonly Value[]).map((value) => this.place(readEntry(value)))
  }

  private place(read: FolderEntry): IndexedEntry {
    const entry = { ...read, path: this.shared(read.path) }
    this.order.take(entry)
    const from = this.size
    this.size += entry.size
    if (entry.kind === 'file') this.files++
    if (this.size > this.folder.blob.size || this.files > this.folder.files) throw malformed()
    return { ...entry, from }
  }

  /** Names that the path before has at the same place are in memory once. */
  private shared(path: readonly string[]): readonly string[] {
    this.last = path.map((name, at) => {
      const before = this.last[at]
      return name === before ? before : name
    })
    return this.last
  }
}

/** Where the page ends whose length stands at `at`; undefined while it is not all there. @throws PeerFault 'folder-malformed' */
function pageEnd(bytes: Uint8Array, at: number): number | undefined {
  if (at + LENGTH_BYTES > bytes.length) return undefined
  const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0)
  if (length > MAX_INDEX_PAGE_BYTES) throw malformed()
  const end = at + LENGTH_BYTES + length
  return end <= bytes.length ? end : undefined
}

function pageOf(entries: readonly Value[]): Uint8Array {
  const page = encodeValue(entries)
  return concat(u32(page.length), page)
}

/** What is written is what can be read. */
function checked(order: FolderOrder, entry: FolderEntry): Value {
  try {
    const value = entryValue(entry)
    order.take(readEntry(value))
    return value
  } catch (cause) {
    if (!(cause instanceof PeerFault)) throw cause
    throw new CallerFault('folder-invalid', { cause, message: 'No device would take this list of a folder.' })
  }
}

function asFolderFault<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw cause instanceof PeerFault ? malformed(cause) : cause
  }
}

function malformed(cause?: PeerFault): PeerFault {
  return new PeerFault('folder-malformed', {
    cause,
    message: 'The list of what is in a folder breaks the rules.',
  })
}
