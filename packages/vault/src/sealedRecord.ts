/** One record as it lies in the database (spec §12.3). */
import { concat, utf8 } from '@triode/core'
import { MAP_SUB_BYTES, MAX_MAP_KEY_BYTES, MAX_SUB_BYTES, MAX_VALUE_BYTES } from './spec.ts'
import { recordDamaged, recordTooLarge, textMalformed } from './faults.ts'
import type { Keyring, NameKeys } from './keyring.ts'

/** Bound to its place: a record moved to another name or sub-key does not open. */
export function sealRecord(ring: Keyring, keys: NameKeys, sub: Uint8Array, value: Uint8Array): Uint8Array {
  return ring.sealer.seal(keys.record, concat(keys.idBytes, sub), value)
}

/** @throws IntegrityFault 'record-damaged' */
export function openRecord(ring: Keyring, keys: NameKeys, sub: Uint8Array, sealed: Uint8Array): Uint8Array {
  const value = ring.sealer.open(keys.record, concat(keys.idBytes, sub), sealed)
  if (value === undefined) throw recordDamaged()
  return value
}

/**
 * Where a map's record lies: a keyed hash, so that its key cannot be read or guessed at rest.
 * @throws CallerFault 'text-malformed'
 */
export function mapSub(ring: Keyring, keys: NameKeys, key: string): Uint8Array {
  if (!key.isWellFormed()) throw textMalformed()
  return ring.primitives.hmac('sha256', keys.mapKey, utf8(key)).subarray(0, MAP_SUB_BYTES)
}

/** length of the key (2) ‖ key ‖ value */
export function packMapRecord(key: string, value: Uint8Array): Uint8Array {
  const keyBytes = utf8(key)
  if (keyBytes.length > MAX_MAP_KEY_BYTES) throw recordTooLarge('key', MAX_MAP_KEY_BYTES)
  const out = new Uint8Array(2 + keyBytes.length + value.length)
  new DataView(out.buffer).setUint16(0, keyBytes.length)
  out.set(keyBytes, 2)
  out.set(value, 2 + keyBytes.length)
  return out
}

/** @throws IntegrityFault 'record-damaged' */
export function unpackMapRecord(packed: Uint8Array): { key: string; value: Uint8Array } {
  if (packed.length < 2) throw recordDamaged()
  const valueAt = 2 + new DataView(packed.buffer, packed.byteOffset).getUint16(0)
  if (valueAt > packed.length) throw recordDamaged()
  return { key: new TextDecoder().decode(packed.subarray(2, valueAt)), value: packed.slice(valueAt) }
}

/** @throws CallerFault 'record-too-large' */
export function checkSub(sub: Uint8Array): void {
  if (sub.length > MAX_SUB_BYTES) throw recordTooLarge('sub-key', MAX_SUB_BYTES)
}

/** @throws CallerFault 'record-too-large' */
export function checkValue(value: Uint8Array): void {
  if (value.length > MAX_VALUE_BYTES) throw recordTooLarge('value', MAX_VALUE_BYTES)
}
