/**
 * Sealed chunks on this device's disk (spec §15.6). What lies there nobody can read without a blob's secret, which is handed in for
 * each call and not kept. All of it is asynchronous: chunks are hashed, sealed and written beside what the device does otherwise.
 */
import type { BlobId, CircleId } from '../id.ts'
import type { Blob } from '../file/blob.ts'
import type { ChunkShape } from '../file/chunkShape.ts'

/** The suite's hash, by which a blob's tree is made. */
export type TreeHash = 'sha256' | 'sha384'

export interface BlobStore extends BlobsWithin {
  /**
   * What one circle has. The same blob in another is another: what is here of it in one tells nothing in the other, and stays when
   * it goes there. Without a circle the store has a place of its own beside theirs, but lists all.
   */
  within(circle: CircleId): BlobsWithin
  /** Deletes chunks and state by a name that `list` gave: for what has no id, or belongs to no circle. What is open ends with Unavailable 'blob-gone'. */
  discard(name: string): Promise<void>
  /** Bytes of chunks that are here, of all blobs. */
  usedBytes(): Promise<number>
  /** Bytes that the disk has free for this process. */
  freeBytes(): Promise<number>
}

export interface BlobsWithin {
  /** What lies here, also of blobs that no message names any more. */
  list(): Promise<BlobSummary[]>
  /** How a blob is called at rest, whatever is here of it: where its state is damaged, `list` gives this name and no id. @throws Unavailable 'store-locked' */
  nameOf(id: BlobId): string
  /** Opens a blob of which something is or will be here; the same object while it is open. @throws Unavailable 'disk-full'; IntegrityFault 'blob-damaged' when its state is another blob's */
  open(blob: Omit<Blob, 'secret'>, hash: TreeHash): Promise<StoredBlob>
  /**
   * Reads `sources` one after another, seals them as one blob, and stores that. Cut short by anything, nothing of it is left.
   * @param secret 32 bytes that were never used before
   * @returns the blob, whose id follows from what was sealed
   * @throws CallerFault 'file-changed' | 'file-absent' | 'file-forbidden' | 'file-unreadable', naming the source; CallerFault
   *   'file-too-large'; Unavailable 'disk-full', 'aborted'
   */
  seal(
    secret: Uint8Array,
    hash: TreeHash,
    sources: readonly BlobSource[],
    options?: SealOptions,
  ): Promise<Blob>
  /**
   * Seals bytes as they come, which nobody can read a second time: only as many are taken as are being sealed. Cut short by anything,
   * nothing of it is left.
   * @param secret 32 bytes that were never used before
   * @param pieces whose failures are passed on
   * @throws CallerFault 'file-changed' when they are not as many as `size` says; 'file-too-large', which without `size` is beyond
   *   64 GiB; Unavailable 'disk-full', 'aborted'
   */
  sealStream(
    secret: Uint8Array,
    hash: TreeHash,
    pieces: AsyncIterable<Uint8Array>,
    options?: SealStreamOptions,
  ): Promise<Blob>
  /** Deletes chunks and state; idempotent. What is open ends with Unavailable 'blob-gone'. */
  remove(id: BlobId): Promise<void>
}

export interface BlobSummary {
  readonly id: BlobId | undefined
  /** How it is called at rest: to remove what has no id that is known. */
  readonly name: string
  readonly heldBytes: number
}

export type BlobSource = FileSource | { readonly bytes: Uint8Array }

/** A file to read, or a part of it. */
export interface FileSource {
  /** Does not end in a symbolic link. */
  readonly path: string
  /** Of all of it, in bytes, and when it was last written to, as it was when it was chosen: otherwise it is refused. */
  readonly size: number
  readonly modifiedMs: number
  /** First byte that is read; default 0. */
  readonly from?: number
  /** Byte after the last; default `size`. */
  readonly to?: number
}

export interface SealOptions {
  /** Called now and then. */
  readonly onProgress?: (sealedBytes: number) => void
  readonly signal?: AbortSignal
}

export interface SealStreamOptions extends Pick<SealOptions, 'signal'> {
  /** Bytes that will come, where that is known. */
  readonly size?: number
}

/** One blob's chunks, as far as they are here. */
export interface StoredBlob {
  readonly id: BlobId
  readonly shape: ChunkShape
  /** Which chunks are here. */
  readonly have: ChunkSet
  /** All of them. */
  readonly isWhole: boolean
  /** The hashes of a page of the tree, if it is here. @param level 0: hashes of chunks */
  page(level: number, index: number): Promise<Uint8Array | undefined>
  /** Whether the page matches what is above it, which has to be here (the root always is); then it is stored. @throws CallerFault 'page-absent' */
  addPage(level: number, index: number, hashes: Uint8Array): Promise<boolean>
  /** Sealed chunks `from` to `from + count - 1`, one after another, all of which have to be here. @param into where they go, if that is long enough: the result is the beginning of it @throws CallerFault 'chunk-absent'; IntegrityFault 'chunk-damaged' */
  read(from: number, count: number, into?: Uint8Array): Promise<Uint8Array>
  /**
   * Takes consecutive sealed chunks in, whose page of level 0 has to be here: each that matches its hash is stored and survives the end of
   * the process when this resolves. `sealed` must not be used afterwards: it is handed on without a copy where it has its ArrayBuffer for itself.
   * Where that is a SharedArrayBuffer, it may be used again once this has resolved.
   * @param copy where their plaintext is written as well, at its place: what can't be is stored all the same
   * @returns the numbers of those that did not match
   * @throws Unavailable 'disk-full': then none of them counts as here; 'blob-gone'; CallerFault 'page-absent' | 'chunk-misplaced'
   */
  add(from: number, sealed: Uint8Array, copy?: PlainCopy): Promise<number[]>
  /** Makes what was added survive a crash of the machine. */
  sync(): Promise<void>
  /**
   * Plaintext bytes `from` to `to - 1`, in pieces; their chunks have to be here. `secret` stays as it is until the first piece.
   * @throws CallerFault 'chunk-absent'; IntegrityFault 'chunk-damaged', after which the damaged chunks count as absent
   */
  plaintext(secret: Uint8Array, from: number, to: number): AsyncIterable<Uint8Array>
  /** Writes plaintext bytes `from` to `to - 1` into the open file `fd` at `position`. @throws as plaintext(); Unavailable 'disk-full' */
  copyTo(secret: Uint8Array, from: number, to: number, fd: number, position: number): Promise<void>
  /**
   * Makes new files and writes the plaintext of each, unsynced; nothing may be where they go. Cut short, some are there.
   * @param files small ones, in the order of their places; what taking the next one throws ends it
   * @throws as plaintext(); what the system says of a file, with its `path`, or Unavailable with that as its cause
   */
  writeFiles(secret: Uint8Array, files: Iterable<PlainFile>): Promise<void>
  /** Hashes all chunks that are here anew, or that one alone; those that don't match count as absent afterwards. @returns their numbers */
  check(options?: {
    readonly only?: number
    readonly onProgress?: (bytes: number) => void
    readonly signal?: AbortSignal
  }): Promise<number[]>
  /**
   * Compares what is noted on the disk of which chunks are here with what is known, and writes it anew where it was damaged or is gone. When it
   * is opened, and in check(), chunks that lie there although nothing says so are hashed, and count where they match.
   * @returns whether something of it had to be mended, then or since it was asked last
   */
  mend(): Promise<boolean>
  /** Lets go of its files; it may be opened again. */
  close(): Promise<void>
}

/** A file that gets a blob's plaintext while its chunks come. */
export interface PlainCopy {
  readonly secret: Uint8Array
  /** Stays open until add() has settled. */
  readonly fd: number
  /** These chunks matched, opened, and are in the file. */
  readonly written: (from: number, count: number) => void
}

/** A file that is made of bytes `from` to `from + size - 1` of a blob. */
export interface PlainFile {
  readonly path: string
  readonly from: number
  readonly size: number
  /** It is made with this, less what the umask takes. */
  readonly mode: number
  /** Milliseconds since 1970. */
  readonly modifiedAt?: number
}

/** A set of chunk numbers; grows while chunks come. */
export interface ChunkSet {
  /** How many. */
  readonly count: number
  has(index: number): boolean
  /** Runs `[from, count]` in order; at most `limit`, from number `start` on. */
  runs(start?: number, limit?: number): [from: number, count: number][]
  /** The first number at or after `start` that is not in it; undefined if there is none. */
  firstAbsent(start?: number): number | undefined
}
