/** Onion addresses and the keys behind them (Tor rend-spec-v3 §6, A.1). */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { base32, CallerFault, concat, fromBase32, utf8 } from '@triode/core'
import { KEY_BYTES, ONION_CHECKSUM_BYTES, ONION_LETTERS, ONION_VERSION, SERVICE_PORT, TOR } from './spec.ts'

export interface OnionEndpoint {
  /** 56 letters, without `.onion`. */
  readonly name: string
  /** 1..65535 */
  readonly port: number
}

const FORM = new RegExp(`^${TOR}:([a-z2-7]{${String(ONION_LETTERS)}})\\.onion:([1-9]\\d{0,4})$`)
const MAX_LENGTH = TOR.length + 1 + ONION_LETTERS + '.onion:65535'.length
/** RFC 8410 §7: what stands before the 32 bytes of a private key in PKCS #8. */
const PKCS8_ED25519 = Uint8Array.fromHex('302e020100300506032b657004220420')
const PKCS8_X25519 = Uint8Array.fromHex('302e020100300506032b656e04220420')

/**
 * Reads `tor:NAME.onion:PORT`, and holds the name to its checksum and version.
 * @throws CallerFault 'address-malformed'
 */
export function parseOnion(address: string): OnionEndpoint {
  const [, name = '', digits = ''] = (address.length <= MAX_LENGTH && FORM.exec(address)) || []
  const port = Number(digits)
  if (name === '' || port > 65_535 || !isName(name)) throw malformed()
  return { name, port }
}

export function formatOnion({ name, port }: OnionEndpoint): string {
  return `${TOR}:${name}.onion:${String(port)}`
}

/** The name of the service with this seed. @param seed 32 bytes (RFC 8032 §5.1.5) */
export function onionName(seed: Uint8Array): string {
  const key = publicBytes(PKCS8_ED25519, seed)
  return base32(concat(key, checksum(key), Uint8Array.of(ONION_VERSION)))
}

export function onionAddress(seed: Uint8Array): string {
  return formatOnion({ name: onionName(seed), port: SERVICE_PORT })
}

/** The private key as tor takes it: the scalar and the prefix (RFC 8032 §5.1.5), 64 bytes. */
export function expandedKey(seed: Uint8Array): Uint8Array {
  const expanded = createHash('sha512').update(seed).digest()
  expanded[0] = (expanded[0] ?? 0) & 0xf8
  expanded[31] = ((expanded[31] ?? 0) & 0x3f) | 0x40
  return expanded
}

/** The X25519 public key (RFC 7748) of `key`. */
export function visitorPublicKey(key: Uint8Array): Uint8Array {
  return publicBytes(PKCS8_X25519, key)
}

function isName(name: string): boolean {
  const bytes = fromBase32(name)
  const key = bytes.subarray(0, KEY_BYTES)
  return base32(concat(key, checksum(key), Uint8Array.of(ONION_VERSION))) === name
}

function checksum(key: Uint8Array): Uint8Array {
  const input = concat(utf8('.onion checksum'), key, Uint8Array.of(ONION_VERSION))
  return createHash('sha3-256').update(input).digest().subarray(0, ONION_CHECKSUM_BYTES)
}

function publicBytes(prefix: Uint8Array, key: Uint8Array): Uint8Array {
  if (key.length !== KEY_BYTES) throw serviceMalformed()
  const pkcs8 = Buffer.from(concat(prefix, key))
  const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
  pkcs8.fill(0)
  return new Uint8Array(spki.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES))
}

export function serviceMalformed(): CallerFault {
  return new CallerFault('service-malformed', {
    message: 'An onion service has a seed of 32 bytes, and keys of 32 bytes for who may visit.',
    remedy: 'Give it both.',
  })
}

function malformed(): CallerFault {
  return new CallerFault('address-malformed', {
    details: { of: 'tor' },
    message: 'This is not an address of an onion service.',
    remedy: 'Take it as it was given: tor:, 56 letters, .onion: and a port.',
  })
}
