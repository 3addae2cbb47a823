/** All blobs of a vault, in a folder beside its database (spec §15.6): see the port BlobStore. */
import { existsSync, readdirSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { type FileHandle, open, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Blob,
  type BlobId,
  type BlobSource,
  type BlobStore,
  type BlobSummary,
  type BlobsWithin,
  type ChunkShape,
  type CircleId,
  MAX_BLOB_BYTES,
  type SealOptions,
  type SealStreamOptions,
  type TreeHash,
  blobIdOf,
  chunkShapeOf,
  createHkdf,
  sourceLength,
} from '@triode/core'
import { diskFault } from '../diskFault.ts'
import { diskFull, storeLocked } from '../faults.ts'
import type { Keyring } from '../keyring.ts'
import { makeFolder } from '../makeFolder.ts'
import { readBootId } from './bootId.ts'
import { BlobNames, blobFiles, isBlobFile, isUnfinished } from './blobNames.ts'
import type { BlobContext } from './blobContext.ts'
import { tooLarge } from './blobFaults.ts'
import type { ChunkExecutor } from './chunkJob.ts'
import { DiskBlob } from './diskBlob.ts'
import { HeldBytes } from './heldBytes.ts'
import { LiveBlobs } from './liveBlobs.ts'
import { mendHeader, prepareState } from './prepareState.ts'
import { createPrivate, sealInto, type Sealing } from './sealBlob.ts'
import { sealStreamInto } from './sealStream.ts'
import { writeTo } from './sharedFiles.ts'
import { encodeStateHeader } from './stateFile.ts'

/** Puts chunks and all of the state but its header into two new files. */
type Filling = (
  chunks: FileHandle,
  state: FileHandle,
) => Promise<{ readonly root: Uint8Array; readonly shape: ChunkShape }>

export class DiskBlobStore implements BlobStore {
  private readonly dir: string
  private readonly ring: Keyring
  private readonly executor: ChunkExecutor
  private readonly bootId: Uint8Array
  private readonly names: BlobNames
  private readonly live = new LiveBlobs<DiskBlob>()
  private readonly held: HeldBytes
  private isReady = false
  private isLocked = false

  /** @param bootId of the machine: see readBootId */
  constructor(dir: string, ring: Keyring, executor: ChunkExecutor, bootId = readBootId()) {
    this.dir = dir
    this.ring = ring
    this.executor = executor
    this.bootId = bootId
    this.names = new BlobNames(ring)
    this.held = new HeldBytes(dir, ring.primitives, this.names)
  }

  within(circle: CircleId): BlobsWithin {
    return {
      list: () => this.list(circle),
      nameOf: (id) => this.nameOf(id, circle),
      open: (blob, hash) => this.open(blob, hash, circle),
      seal: (secret, hash, sources, options) => this.seal(secret, hash, sources, options, circle),
      sealStream: (secret, hash, pieces, options) => this.sealStream(secret, hash, pieces, options, circle),
      remove: (id) => this.remove(id, circle),
    }
  }

  async list(circle?: CircleId): Promise<BlobSummary[]> {
    this.begin()
    const all = await this.held.list()
    if (circle === undefined) return all
    return all.filter(({ id, name }) => id !== undefined && this.names.nameOf(id, circle) === name)
  }

  nameOf(id: BlobId, circle?: CircleId): string {
    this.begin()
    return this.names.nameOf(id, circle)
  }

  async usedBytes(): Promise<number> {
    this.begin()
    return (await this.held.list()).reduce((sum, { heldBytes }) => sum + heldBytes, 0)
  }

  async freeBytes(): Promise<number> {
    this.begin()
    const { bavail, bsize } = await statfs(this.dir)
    return bavail * bsize
  }

  async open(blob: Omit<Blob, 'secret'>, hash: TreeHash, circle?: CircleId): Promise<DiskBlob> {
    this.begin()
    const name = this.names.nameOf(blob.id, circle)
    return await this.live.serial(name, async () => {
      const known = this.live.get(name)
      const found = known ?? (await this.load(name, blob, hash))
      found.requireSame(blob, hash)
      return found
    })
  }

  async seal(
    secret: Uint8Array,
    hash: TreeHash,
    sources: readonly BlobSource[],
    options: SealOptions = {},
    circle?: CircleId,
  ): Promise<Blob> {
    this.begin()
    await this.requireRoom(sources.reduce((sum, source) => sum + sourceLength(source), 0))
    return await this.sealed(secret, hash, circle, (own) => {
      const sealing = { ...this.sealingWith(), secret: own, hash, sources, options }
      return (chunks, state) => sealInto(sealing, chunks, state)
    })
  }

  async sealStream(
    secret: Uint8Array,
    hash: TreeHash,
    pieces: AsyncIterable<Uint8Array>,
    options: SealStreamOptions = {},
    circle?: CircleId,
  ): Promise<Blob> {
    this.begin()
    await this.requireRoom(options.size ?? 0)
    return await this.sealed(secret, hash, circle, (own) => {
      const sealing = { ...this.sealingWith(), secret: own, hash, pieces, options }
      return (chunks, state) => sealStreamInto(sealing, chunks, state)
    })
  }

  async remove(id: BlobId, circle?: CircleId): Promise<void> {
    this.begin()
    await this.discard(this.names.nameOf(id, circle))
  }

  async discard(name: string): Promise<void> {
    this.begin()
    await this.live.serial(name, async () => {
      this.live
        .get(name)
        ?.end()
        .catch(() => {})
      this.live.forget(name)
      // The state first: of chunks without one nobody knows whose they are, unless it is a blob that is wanted.
      const { state, chunks } = this.paths(name)
      try {
        await rm(state, { force: true })
        await rm(chunks, { force: true })
      } catch (cause) {
        throw diskFault(cause)
      } finally {
        this.held.delete(name)
      }
    })
  }

  /** Refuses everything from now on. @returns when no file is open any more: what runs already runs to its end */
  async lock(): Promise<void> {
    this.isLocked = true
    await Promise.all(this.live.all().map((blob) => blob.leave()))
  }

  private sealingWith(): Pick<Sealing, 'primitives' | 'executor' | 'check'> {
    return { primitives: this.ring.primitives, executor: this.executor, check: () => this.begin() }
  }

  /** Leaves nothing when it fails. */
  private async sealed(
    secret: Uint8Array,
    hash: TreeHash,
    circle: CircleId | undefined,
    filling: (own: Uint8Array) => Filling,
  ): Promise<Blob> {
    const own = Uint8Array.from(secret)
    const paths = this.paths(this.names.draw(), 'unfinished')
    try {
      return await this.sealAt(paths, own, hash, filling(own), circle)
    } catch (cause) {
      own.fill(0)
      for (const path of Object.values(paths)) await rm(path, { force: true })
      throw diskFault(cause)
    }
  }

  private async sealAt(
    paths: { readonly chunks: string; readonly state: string },
    secret: Uint8Array,
    hash: TreeHash,
    fill: Filling,
    circle: CircleId | undefined,
  ): Promise<Blob> {
    const { primitives } = this.ring
    await using chunks = await createPrivate(paths.chunks)
    await using state = await createPrivate(paths.state)
    const { root, shape } = await fill(chunks, state)
    const { size } = shape
    const id = blobIdOf(createHkdf(primitives, hash), { secret, size, root })
    const name = this.names.nameOf(id, circle)
    const sealedId = this.names.sealId(name, id)
    const header = { hash, size, root, sealedId, bootId: this.bootId }
    await writeTo(state, 0, encodeStateHeader(primitives, header))
    await state.sync()
    const own = this.paths(name)
    await rename(paths.chunks, own.chunks)
    await rename(paths.state, own.state)
    await syncFolder(this.dir)
    this.held.set(name, { id, heldBytes: shape.sealedBytes })
    return { id, secret, size, root }
  }

  private async load(name: string, blob: Omit<Blob, 'secret'>, hash: TreeHash): Promise<DiskBlob> {
    const { id, root, size } = blob
    const identity = { id, hash, root: root.slice(), shape: chunkShapeOf(size) }
    const state = { names: this.names, name, bootId: this.bootId, primitives: this.ring.primitives }
    const context: BlobContext = {
      primitives: this.ring.primitives,
      executor: this.executor,
      check: () => this.begin(),
      mendHeader: (handles) => mendHeader(handles, identity, state),
      changed: () => this.held.set(name, { id, heldBytes: found.heldBytes }),
      opened: () => this.live.keep(name, found),
      closed: () => this.live.release(name, found),
    }
    const paths = this.paths(name)
    const isNew = !existsSync(paths.state) && !existsSync(paths.chunks)
    const found: DiskBlob = new DiskBlob(identity, paths, context)
    try {
      await found.use((handles) => prepareState(handles, identity, state, (...known) => found.load(...known)))
    } catch (cause) {
      await found.leave()
      this.live.forget(name)
      if (isNew) for (const path of Object.values(paths)) await rm(path, { force: true })
      throw diskFault(cause)
    }
    this.held.set(name, { id, heldBytes: found.heldBytes })
    return found
  }

  private async requireRoom(size: number): Promise<void> {
    if (!(size <= MAX_BLOB_BYTES)) throw tooLarge()
    if (chunkShapeOf(size).sealedBytes > (await this.freeBytes()))
      throw diskFull(new Error('there is less room than that'))
  }

  private paths(name: string, state?: 'unfinished'): { chunks: string; state: string } {
    const files = blobFiles(name, state)
    return { chunks: join(this.dir, files.chunks), state: join(this.dir, files.state) }
  }

  /** @throws Unavailable 'store-locked' */
  private begin(): void {
    if (this.isLocked || this.ring.isEvicted) throw storeLocked()
    if (this.isReady) return
    makeFolder(this.dir)
    sweep(this.dir)
    this.isReady = true
  }
}

/** Removes what was not finished: seals that were cut short. */
function sweep(dir: string): void {
  for (const file of readdirSync(dir))
    if (isBlobFile(file) && isUnfinished(file)) rmSync(join(dir, file), { force: true })
}

async function syncFolder(dir: string): Promise<void> {
  await using folder = await open(dir, 'r')
  await folder.sync()
}

/** Whether nothing but blobs of a vault is in `dir`, which is there. */
export function hasOnlyBlobs(dir: string): boolean {
  return readdirSync(dir).every(isBlobFile)
}

/** Deletes every blob in `dir`, and the folder if nothing else is in it. Idempotent. */
export function wipeBlobs(dir: string): void {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return
  for (const file of readdirSync(dir)) if (isBlobFile(file)) rmSync(join(dir, file), { force: true })
  if (readdirSync(dir).length === 0) rmdirSync(dir)
}
