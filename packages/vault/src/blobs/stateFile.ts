/** How a blob's state lies in its file (spec §15.6): whose it is, which chunks are here, the pages of its tree. */
import {
  HASH_BYTES,
  MAX_BLOB_BYTES,
  PAGE_HASHES,
  type ChunkShape,
  type Primitives,
  type TreeHash,
  chunkShapeOf,
  concat,
  equalBytes,
  readU64,
  u64,
  utf8,
} from '@triode/core'
import { NONCE_BYTES, TAG_BYTES } from '../spec.ts'

const MAGIC = utf8('TRIODEFS')
const VERSION = 1
const HASHES: readonly TreeHash[] = ['sha256', 'sha384']
/** Of a root, whose hash may be shorter. */
const ROOT_BYTES = 48
/** A blob's id, sealed: nonce, id, tag. */
export const SEALED_ID_BYTES = NONCE_BYTES + 16 + TAG_BYTES
const CHECK_BYTES = 12
export const BOOT_ID_BYTES = 16
const BODY_BYTES = MAGIC.length + 2 + 8 + ROOT_BYTES + SEALED_ID_BYTES
/** Where the boot id stands: it changes, what is before it never does. */
export const BOOT_ID_AT = BODY_BYTES + CHECK_BYTES
export const HEADER_BYTES = BOOT_ID_AT + BOOT_ID_BYTES
/** Marks follow from here. */
const MARKS_AT = 256

export interface StateHeader {
  readonly hash: TreeHash
  /** Bytes of the blob. */
  readonly size: number
  readonly root: Uint8Array
  readonly sealedId: Uint8Array
  /** When the machine was started in which chunks were written since the last sync; zeros where that isn't known. */
  readonly bootId: Uint8Array
}

type Hasher = Pick<Primitives, 'hash'>

export function encodeStateHeader(primitives: Hasher, header: StateHeader): Uint8Array {
  const root = new Uint8Array(ROOT_BYTES)
  root.set(header.root)
  const kind = Uint8Array.of(VERSION, HASHES.indexOf(header.hash))
  const body = concat(MAGIC, kind, u64(header.size), root, header.sealedId)
  return concat(body, checkOf(primitives, body), header.bootId)
}

/** @returns undefined for anything but what encodeStateHeader makes, more bytes behind it apart */
export function decodeStateHeader(primitives: Hasher, bytes: Uint8Array): StateHeader | undefined {
  const body = bytes.subarray(0, BODY_BYTES)
  if (
    bytes.length < HEADER_BYTES ||
    !equalBytes(checkOf(primitives, body), bytes.subarray(BODY_BYTES, BOOT_ID_AT))
  )
    return undefined
  const hash = HASHES[body[9] ?? -1]
  if (!equalBytes(body.subarray(0, 8), MAGIC) || body[8] !== VERSION || hash === undefined) return undefined
  const [high, rest] = [(body[10] ?? 0) * 256 + (body[11] ?? 0), body.subarray(18)]
  const size = high > 1 ? Infinity : readU64(body, 10)
  const root = rest.slice(0, HASH_BYTES[hash])
  if (size > MAX_BLOB_BYTES || rest.subarray(root.length, ROOT_BYTES).some((byte) => byte !== 0))
    return undefined
  const sealedId = rest.slice(ROOT_BYTES, ROOT_BYTES + SEALED_ID_BYTES)
  return { hash, size, root, sealedId, bootId: bytes.slice(BOOT_ID_AT, HEADER_BYTES) }
}

/** Where everything else stands, in bytes. */
export interface StateLayout {
  readonly marksBytes: number
  /** Bits of the chunks that are here. */
  readonly heldAt: number
  /** Bits of those that would survive a crash of the machine. */
  readonly syncedAt: number
  pageAt(level: number, index: number): number
}

export function stateLayout({ chunks, levels }: ChunkShape, hash: TreeHash): StateLayout {
  const marksBytes = Math.ceil(chunks / 8)
  const pageBytes = PAGE_HASHES * HASH_BYTES[hash]
  return {
    marksBytes,
    heldAt: MARKS_AT,
    syncedAt: MARKS_AT + marksBytes,
    pageAt: (level, index) => {
      const pagesBefore = levels.slice(0, level).reduce((sum, n) => sum + Math.ceil(n / PAGE_HASHES), 0)
      return MARKS_AT + 2 * marksBytes + (pagesBefore + index) * pageBytes
    },
  }
}

/** Where the marks of what is here stand, when nothing but the size is known. */
export function heldMarks(size: number): {
  readonly chunks: number
  readonly at: number
  readonly bytes: number
} {
  const { chunks } = chunkShapeOf(size)
  return { chunks, at: MARKS_AT, bytes: Math.ceil(chunks / 8) }
}

function checkOf(primitives: Hasher, body: Uint8Array): Uint8Array {
  return primitives.hash('sha256', body).subarray(0, CHECK_BYTES)
}
