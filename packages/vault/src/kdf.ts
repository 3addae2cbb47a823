/** Stretching of passphrases (spec §12.2): Argon2id (RFC 9106), or PBKDF2 (SP 800-132) to stay within FIPS. */
import { argon2Sync, pbkdf2Sync } from 'node:crypto'
import type { Value } from '@triode/core'
import { utf8 } from '@triode/core'
import { KEY_BYTES } from './spec.ts'

export interface Argon2id {
  readonly name: 'argon2id'
  readonly memoryKib: number
  readonly passes: number
  readonly parallelism: number
}

export interface Pbkdf2 {
  readonly name: 'pbkdf2-hmac-sha512'
  readonly iterations: number
}

export type Kdf = Argon2id | Pbkdf2

/**
 * RFC 9106 §4's second recommended option but with one lane: the stretching runs on one thread, and lanes that an
 * attacker runs side by side would only help him. Takes 64 MiB; `npm run bench -- vault` times it.
 */
export const KDF_ARGON2ID: Argon2id = { name: 'argon2id', memoryKib: 65_536, passes: 3, parallelism: 1 }

/** About as long as Argon2id above; nearly three times OWASP's 210,000 (2023) for SHA-512. */
export const KDF_FIPS: Pbkdf2 = { name: 'pbkdf2-hmac-sha512', iterations: 600_000 }

/** Stored parameters beyond these are damage, not strength: they would hang the unlock (spec §12.2). */
const MAX = { memoryKib: 2_097_152, passes: 64, parallelism: 16, iterations: 20_000_000 }

/** 32 bytes that only someone with the passphrase can compute. `passphrase` is normalised already. */
export function stretch(passphrase: string, kdf: Kdf, salt: Uint8Array): Uint8Array {
  const message = utf8(passphrase)
  try {
    return kdf.name === 'argon2id' ? argon2id(message, kdf, salt) : pbkdf2(message, kdf, salt)
  } finally {
    message.fill(0)
  }
}

/** Whether `stored` should be raised to `wanted`: the same function with a smaller cost. Never lowers. */
export function isWeaker(stored: Kdf, wanted: Kdf): boolean {
  if (stored.name === 'argon2id' && wanted.name === 'argon2id') {
    return stored.memoryKib * stored.passes < wanted.memoryKib * wanted.passes
  }
  if (stored.name === 'pbkdf2-hmac-sha512' && wanted.name === 'pbkdf2-hmac-sha512') {
    return stored.iterations < wanted.iterations
  }
  return false
}

/** The default of the same function: what `stored` is raised to when the caller has no wish. */
export function defaultLike(stored: Kdf): Kdf {
  return stored.name === 'argon2id' ? KDF_ARGON2ID : KDF_FIPS
}

/** One encoding of the parameters: authenticated with the wrapped key, and part of a backup's header. */
export function kdfFields(kdf: Kdf): Value[] {
  return kdf.name === 'argon2id'
    ? [kdf.name, kdf.memoryKib, kdf.passes, kdf.parallelism]
    : [kdf.name, kdf.iterations]
}

/** The reverse of kdfFields; undefined when it is no known function or out of bounds. */
export function kdfFromFields(fields: readonly unknown[]): Kdf | undefined {
  const [name, first, second, third] = fields
  if (name === 'argon2id' && fields.length === 4) {
    if (!within(first, 8, MAX.memoryKib) || !within(second, 1, MAX.passes)) return undefined
    if (!within(third, 1, MAX.parallelism) || first < 8 * third) return undefined
    return { name, memoryKib: first, passes: second, parallelism: third }
  }
  if (name === 'pbkdf2-hmac-sha512' && fields.length === 2 && within(first, 1, MAX.iterations)) {
    return { name, iterations: first }
  }
  return undefined
}

function within(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}

function argon2id(message: Uint8Array, kdf: Argon2id, nonce: Uint8Array): Uint8Array {
  return argon2Sync('argon2id', {
    message,
    nonce,
    memory: kdf.memoryKib,
    passes: kdf.passes,
    parallelism: kdf.parallelism,
    tagLength: KEY_BYTES,
  })
}

function pbkdf2(message: Uint8Array, kdf: Pbkdf2, salt: Uint8Array): Uint8Array {
  return pbkdf2Sync(message, salt, kdf.iterations, KEY_BYTES, 'sha512')
}
