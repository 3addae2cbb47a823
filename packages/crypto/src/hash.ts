/** Hashes, HMAC and constant-time comparison (FIPS 180-4, FIPS 202, FIPS 198-1). */
import { createHmac, hash as oneShotHash, timingSafeEqual } from 'node:crypto'
import type { HashName } from '@triode/core'
import { plain } from './plain.ts'

/** OpenSSL's names are ours. One shot: without a Hash object it costs two thirds. */
export function hash(name: HashName, data: Uint8Array): Uint8Array {
  return plain(oneShotHash(name, data, 'buffer'))
}

export function shake256(data: Uint8Array, length: number): Uint8Array {
  return plain(oneShotHash('shake256', data, { outputLength: length, outputEncoding: 'buffer' }))
}

/** A key of any length, also empty. */
export function hmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  return plain(createHmac(name, key).update(data).digest())
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
