/** One entry of a folder's index, and the order in which they stand (spec §15.4). */
import type { Value } from '../codec/cbor.ts'
import { readRecord, type Reader } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import { readModifiedAt } from './attachmentCodec.ts'
import { flagsOf, modesOf, type FileModes } from './fileModes.ts'
import { isFileName } from './names.ts'
import { MAX_BLOB_BYTES, MAX_FILE_NAME_BYTES, MAX_FLAGS, MAX_PATH_NAMES, MAX_TARGET_NAMES } from './spec.ts'

export interface FolderEntry extends FileModes {
  /** Names, from the folder itself down. */
  readonly path: readonly string[]
  readonly kind: 'file' | 'folder' | 'link'
  readonly modifiedAt?: number
  /** Bytes; of folders and links 0. */
  readonly size: number
  /** Of a link: names, after as many `..` as lead up. */
  readonly target?: readonly string[]
}

const KINDS = ['file', 'folder', 'link'] as const

export function entryValue(entry: FolderEntry): Value {
  const { path, kind, modifiedAt, size, target } = entry
  return [path, KINDS.indexOf(kind), modifiedAt ?? null, flagsOf(entry), size, target ?? null]
}

/** Its form only: whether it may stand there, FolderOrder says. @throws PeerFault 'malformed' */
export function readEntry(value: Value): FolderEntry {
  return readRecord(value, (reader) => {
    const path = readNames(reader, MAX_PATH_NAMES)
    const kind = KINDS[reader.int(0, KINDS.length - 1)] ?? 'file'
    const modifiedAt = reader.optional(readModifiedAt)
    const modes = modesOf(reader.int(0, MAX_FLAGS))
    const size = reader.int(0, kind === 'file' ? MAX_BLOB_BYTES : 0)
    const target = reader.optional((field) => readNames(field, MAX_TARGET_NAMES))
    if ((target !== undefined) !== (kind === 'link')) throw new PeerFault('malformed')
    return {
      path,
      kind,
      ...modes,
      size,
      ...(modifiedAt !== undefined && { modifiedAt }),
      ...(target !== undefined && { target }),
    }
  })
}

/**
 * Whether a link at `path` that leads to `target` stays in the folder, whatever else is in it. What it passes on its way may be a link as
 * well, so a `..` behind a name could lead elsewhere than it says: it is not taken.
 */
export function staysWithin(path: readonly string[], target: readonly string[]): boolean {
  const firstName = target.findIndex((name) => name !== '..')
  const ups = firstName < 0 ? target.length : firstName
  return target.length > 0 && ups < path.length && target.slice(ups).every(isFileName)
}

/** The order of an index: a folder, what is in it, what stands beside it; beside each other by the bytes of their names. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = compareNames(a[at] ?? '', b[at] ?? '')
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** As their UTF-8 compares: a surrogate stands for what comes after all that needs none. */
export function compareNames(a: string, b: string): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (one !== other) return rankOf(one) - rankOf(other)
  }
  return a.length - b.length
}

function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit
}

/** Which names they are is looked at where their folder is known. */
function readNames(reader: Reader, max: number): string[] {
  const names = reader.list(max, (name) => {
    if (typeof name !== 'string' || name.length > MAX_FILE_NAME_BYTES) throw new PeerFault('malformed')
    return name
  })
  if (names.length === 0) throw new PeerFault('malformed')
  return names
}
