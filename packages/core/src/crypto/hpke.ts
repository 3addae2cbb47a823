/** HPKE, base mode, single shot (RFC 9180 §5.1.1 and §6.1). Generic in its KEM, KDF and AEAD. */
import { concat, utf8 } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import type { Random } from '../ports/random.ts'
import type { Hkdf } from './hkdf.ts'
import type { Kem, KemKey } from './kem.ts'
import { labeledKdf, u16, type LabeledKdf } from './labeledKdf.ts'
import { Secret } from './secret.ts'

export interface Aead {
  /** IANA's HPKE AEAD identifier. */
  readonly id: number
  /** Nk. */
  readonly keyBytes: number
  /** Nn. */
  readonly nonceBytes: number
  readonly seal: (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array) => Uint8Array
  /** @returns undefined when the tag does not hold */
  readonly open: (
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ) => Uint8Array | undefined
}

export interface HpkeSuite {
  readonly kem: Kem
  /** IANA's HPKE KDF identifier and the function. */
  readonly kdf: { readonly id: number; readonly hkdf: Hkdf }
  readonly aead: Aead
}

/** What the key schedule gives (RFC 9180 §5.1). All three are secrets. */
export interface HpkeKeys {
  readonly key: Uint8Array
  readonly baseNonce: Uint8Array
  readonly exporterSecret: Uint8Array
}

/** mode_base (RFC 9180 §5, table 1). */
const MODE_BASE = Uint8Array.of(0)
/** default_psk and default_psk_id of base mode; also the empty salt. */
const EMPTY = new Uint8Array(0)

/** KeySchedule (RFC 9180 §5.1) in base mode. */
export function hpkeKeySchedule(suite: HpkeSuite, sharedSecret: Uint8Array, info: Uint8Array): HpkeKeys {
  const kdf = suiteKdf(suite)
  const context = concat(
    MODE_BASE,
    kdf.extract(EMPTY, 'psk_id_hash', EMPTY),
    kdf.extract(EMPTY, 'info_hash', info),
  )
  using secret = Secret.take(kdf.extract(sharedSecret, 'secret', EMPTY))
  return {
    key: kdf.expand(secret.bytes, 'key', context, suite.aead.keyBytes),
    baseNonce: kdf.expand(secret.bytes, 'base_nonce', context, suite.aead.nonceBytes),
    exporterSecret: kdf.expand(secret.bytes, 'exp', context, suite.kdf.hkdf.hashBytes),
  }
}

/** Context.Export (RFC 9180 §5.3): `length` bytes. */
export function hpkeExport(
  suite: HpkeSuite,
  exporterSecret: Uint8Array,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return suiteKdf(suite).expand(exporterSecret, 'sec', context, length)
}

/** SealBase (RFC 9180 §6.1). @throws PeerFault 'key-malformed' */
export function hpkeSeal(
  suite: HpkeSuite,
  to: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): { enc: Uint8Array; ciphertext: Uint8Array } {
  const { enc, sharedSecret } = suite.kem.encapsulate(to, random)
  const ciphertext = withKeys(suite, sharedSecret, info, (key, nonce) =>
    suite.aead.seal(key, nonce, aad, plaintext),
  )
  return { enc, ciphertext }
}

/** OpenBase (RFC 9180 §6.1): undefined when it was not sealed to `key` with this info and aad. */
export function hpkeOpen(
  suite: HpkeSuite,
  key: KemKey,
  enc: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const sharedSecret = decapsulate(key, enc)
  if (sharedSecret === undefined) return undefined
  return withKeys(suite, sharedSecret, info, (aeadKey, nonce) =>
    suite.aead.open(aeadKey, nonce, aad, ciphertext),
  )
}

function decapsulate(key: KemKey, enc: Uint8Array): Uint8Array | undefined {
  try {
    return key.decapsulate(enc)
  } catch (error) {
    if (error instanceof PeerFault) return undefined
    throw error
  }
}

/** Runs `use` with the keys of the one message that a single-shot context carries, and zeroes every secret after. */
function withKeys<T>(
  suite: HpkeSuite,
  sharedSecret: Uint8Array,
  info: Uint8Array,
  use: (key: Uint8Array, nonce: Uint8Array) => T,
): T {
  using shared = Secret.take(sharedSecret)
  const keys = hpkeKeySchedule(suite, shared.bytes, info)
  keys.exporterSecret.fill(0)
  using key = Secret.take(keys.key)
  return use(key.bytes, keys.baseNonce)
}

function suiteKdf(suite: HpkeSuite): LabeledKdf {
  return labeledKdf(
    suite.kdf.hkdf,
    concat(utf8('HPKE'), u16(suite.kem.id), u16(suite.kdf.id), u16(suite.aead.id)),
  )
}
