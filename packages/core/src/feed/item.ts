/** One entry as it travels and is stored (spec §9.2): everything else about it follows from its place in the chain. */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import { Reader } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import type { DeviceId } from '../id.ts'
import { MAX_ENTRY_BYTES, MAX_EXPIRY_HOUR, MAX_SIGNATURE_BYTES } from './spec.ts'

export const ITEM = { data: 0, epoch: 1 } as const

export type Item =
  | {
      readonly kind: 'data'
      readonly body: Uint8Array
      /** The hour (since 1970) from which on anyone may erase the body; none: only its author's member may. */
      readonly expiryHour?: number
    }
  /** Content gone: the hash keeps the chain whole. With neither hour nor proof there is no such thing. */
  | {
      readonly kind: 'erased'
      readonly bodyHash: Uint8Array
      readonly expiryHour?: number
      readonly proof?: ErasureProof
    }
  | { readonly kind: 'epoch'; readonly body: Uint8Array }

export type ErasedItem = Extract<Item, { kind: 'erased' }>

/** The word of a device of the author's member that an entry is erased (spec §9.7). */
export interface ErasureProof {
  readonly device: DeviceId
  readonly signature: Uint8Array
}

/** The hour after which an entry has no `expiryHour`. */
const NEVER = 0
const FORM = { erased: 0, epoch: 1, expiring: 2 } as const

/** As the chain covers it: 0 is never. */
export function expiryHourOf(item: Item): number {
  return item.kind === 'epoch' ? NEVER : (item.expiryHour ?? NEVER)
}

/** data: the bytes themselves, or [2, hour, bytes]; erased: [0, hash, hour, ...proof]; epoch start: [1, body]. */
export function itemValue(item: Item): Value {
  if (item.kind === 'epoch') return [FORM.epoch, item.body]
  if (item.kind === 'data') {
    return item.expiryHour === undefined ? item.body : [FORM.expiring, item.expiryHour, item.body]
  }
  const { bodyHash, proof } = item
  const told = proof === undefined ? [] : [fromBase32(proof.device), proof.signature]
  return [FORM.erased, bodyHash, expiryHourOf(item), ...told]
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function readItem(value: Value, hashBytes: number): Item {
  if (value instanceof Uint8Array) return { kind: 'data', body: bounded(value) }
  const reader = new Reader(value)
  const item = readForm(reader, hashBytes)
  reader.end()
  return item
}

function readForm(reader: Reader, hashBytes: number): Item {
  const form = reader.int(FORM.erased, FORM.expiring)
  if (form === FORM.erased) return readErased(reader, hashBytes)
  if (form === FORM.epoch) return { kind: 'epoch', body: reader.bytes(1, MAX_ENTRY_BYTES) }
  const expiryHour = reader.int(1, MAX_EXPIRY_HOUR)
  return { kind: 'data', body: bounded(reader.bytes(0, Infinity)), expiryHour }
}

function readErased(reader: Reader, hashBytes: number): ErasedItem {
  const bodyHash = reader.bytes(hashBytes)
  const expiryHour = reader.int(NEVER, MAX_EXPIRY_HOUR)
  const proof = reader.more ? readProof(reader) : undefined
  if (expiryHour === NEVER && proof === undefined) throw new PeerFault('malformed')
  return {
    kind: 'erased',
    bodyHash,
    ...(expiryHour !== NEVER && { expiryHour }),
    ...(proof !== undefined && { proof }),
  }
}

function readProof(reader: Reader): ErasureProof {
  return {
    device: base32(reader.bytes(DEVICE_ID_BYTES)) as DeviceId,
    signature: reader.bytes(1, MAX_SIGNATURE_BYTES),
  }
}

const DEVICE_ID_BYTES = 32

function bounded(body: Uint8Array): Uint8Array {
  if (body.length > MAX_ENTRY_BYTES) throw new PeerFault('oversize')
  return body
}
