/** A blob's state file when it is opened: made, compared with the blob that is wanted, mended (spec §15.6). */
import type { Primitives } from '@triode/core'
import { equalBytes } from '@triode/core'
import type { BlobIdentity } from './blobContext.ts'
import { blobDamaged } from './blobFaults.ts'
import type { BlobNames } from './blobNames.ts'
import { isSameBoot } from './bootId.ts'
import { type BlobHandles, readFrom, writeTo } from './sharedFiles.ts'
import {
  BOOT_ID_AT,
  BOOT_ID_BYTES,
  HEADER_BYTES,
  type StateHeader,
  decodeStateHeader,
  encodeStateHeader,
  stateLayout,
} from './stateFile.ts'
import { MAX_MARKS_AHEAD_BYTES } from './tuning.ts'

export interface StatePlace {
  readonly primitives: Primitives
  readonly names: BlobNames
  readonly name: string
  /** Of the machine, now. */
  readonly bootId: Uint8Array
}

/**
 * @param load reads the marks; told whether the machine ran on since they were written, and whether what was there was damaged
 * @throws IntegrityFault 'blob-damaged' when the file belongs to another blob
 */
export async function prepareState(
  handles: BlobHandles,
  identity: BlobIdentity,
  place: StatePlace,
  load: (survived: boolean, isMended: boolean) => Promise<void>,
): Promise<void> {
  const bytes = await readFrom(handles.state, 0, HEADER_BYTES)
  const header = decodeStateHeader(place.primitives, bytes)
  if (header !== undefined && !isOf(header, identity, place)) throw blobDamaged()
  if (bytes.length === 0) await makeRoom(handles, identity)
  // A damaged header is made anew from what is known of the blob; what stands behind it is tested then.
  if (header === undefined) await writeTo(handles.state, 0, newHeader(identity, place))
  const survived = header === undefined ? bytes.length === 0 : isSameBoot(header.bootId, place.bootId)
  const wasThere = bytes.length > 0 || (await handles.chunks.stat()).size > 0
  await load(survived, header === undefined && wasThere)
  if (header === undefined || !survived) await writeTo(handles.state, BOOT_ID_AT, place.bootId)
}

/** Of a blob that is open: writes its header anew unless it is right. @returns whether it had to */
export async function mendHeader(
  { state }: BlobHandles,
  identity: BlobIdentity,
  place: StatePlace,
): Promise<boolean> {
  const header = decodeStateHeader(place.primitives, await readFrom(state, 0, HEADER_BYTES))
  if (header !== undefined && isOf(header, identity, place)) return false
  await writeTo(state, 0, newHeader(identity, place))
  await writeTo(state, BOOT_ID_AT, place.bootId)
  return true
}

function newHeader({ id, hash, root, shape: { size } }: BlobIdentity, place: StatePlace): Uint8Array {
  const sealedId = place.names.sealId(place.name, id)
  // Until what follows is tested it is of no boot.
  return encodeStateHeader(place.primitives, {
    hash,
    size,
    root,
    sealedId,
    bootId: new Uint8Array(BOOT_ID_BYTES),
  })
}

function isOf(
  header: StateHeader,
  { id, hash, root, shape }: BlobIdentity,
  { names, name }: StatePlace,
): boolean {
  const isSame = header.hash === hash && header.size === shape.size && equalBytes(header.root, root)
  return isSame && names.idOf(name, header.sealedId) === id
}

async function makeRoom({ state }: BlobHandles, { shape, hash }: BlobIdentity): Promise<void> {
  const { heldAt, marksBytes } = stateLayout(shape, hash)
  await writeTo(state, heldAt, new Uint8Array(Math.min(2 * marksBytes, MAX_MARKS_AHEAD_BYTES)))
}
