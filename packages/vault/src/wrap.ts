/** The master key under a passphrase (spec §12.2): the same record in the key file and in a backup's header. */
import type { Primitives, Value } from '@triode/core'
import { Reader, concat, encodeValue, utf8 } from '@triode/core'
import { INCARNATION_BYTES, KEY_BYTES, LABEL } from './spec.ts'
import { type Kdf, kdfFields, stretch } from './kdf.ts'
import { deriveKey } from './derive.ts'
import type { Sealer } from './sealer.ts'

export interface Wrap {
  readonly kdf: Kdf
  readonly salt: Uint8Array
  readonly sealed: Uint8Array
}

export interface VaultSecret {
  /** 32 bytes. */
  readonly master: Uint8Array
  /** 16 bytes, random: new at creation and at each restore. */
  readonly incarnation: Uint8Array
  /** How many restores lie between the first creation and now. */
  readonly restoredCount: number
}

/** `passphrase` is normalised already; `salt` is SALT_BYTES fresh random bytes. */
export function wrapSecret(
  secret: VaultSecret,
  passphrase: string,
  kdf: Kdf,
  salt: Uint8Array,
  sealer: Sealer,
  primitives: Primitives,
): Wrap {
  const plaintext = encodeValue([secret.master, secret.incarnation, secret.restoredCount])
  const key = wrappingKey(passphrase, kdf, salt, primitives)
  try {
    return { kdf, salt, sealed: sealer.seal(key, wrapAad(kdf, salt), plaintext) }
  } finally {
    plaintext.fill(0)
    key.fill(0)
  }
}

/** @returns the secret, or undefined when the passphrase is another one */
export function unwrapSecret(
  wrap: Wrap,
  passphrase: string,
  sealer: Sealer,
  primitives: Primitives,
): VaultSecret | undefined {
  const key = wrappingKey(passphrase, wrap.kdf, wrap.salt, primitives)
  const plaintext = sealer.open(key, wrapAad(wrap.kdf, wrap.salt), wrap.sealed)
  key.fill(0)
  if (plaintext === undefined) return undefined
  const reader = Reader.decode(plaintext, MAX_SECRET_BYTES)
  const secret = {
    master: Uint8Array.from(reader.bytes(KEY_BYTES)),
    incarnation: Uint8Array.from(reader.bytes(INCARNATION_BYTES)),
    restoredCount: reader.int(),
  }
  reader.end()
  plaintext.fill(0)
  return secret
}

/** The wrap as one record: [kdf fields, salt, sealed]. */
export function wrapFields(wrap: Wrap): Value[] {
  return [kdfFields(wrap.kdf), wrap.salt, wrap.sealed]
}

export const MAX_SEALED_SECRET_BYTES = 256

const MAX_SECRET_BYTES = 128

function wrappingKey(passphrase: string, kdf: Kdf, salt: Uint8Array, primitives: Primitives): Uint8Array {
  const stretched = stretch(passphrase, kdf, salt)
  try {
    return deriveKey(primitives, stretched, LABEL.wrap)
  } finally {
    stretched.fill(0)
  }
}

function wrapAad(kdf: Kdf, salt: Uint8Array): Uint8Array {
  return concat(utf8(LABEL.wrap), encodeValue([kdfFields(kdf), salt]))
}
