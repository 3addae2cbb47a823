/** The public keys in the certificates of devices that were let in before. */
import type { X509Certificate } from 'node:crypto'
import { MAX_KNOWN_CERTIFICATES } from './tuning.ts'

/** By the whole certificate. Only what was authorized is kept: strangers displace nobody. */
const known = new Map<string, Uint8Array>()

/** The key (SPKI DER) in `certificate`; `authorize` is asked each time. @returns undefined when it says no */
export function authorizedKey(
  certificate: X509Certificate,
  authorize: (peerKey: Uint8Array) => boolean,
): Uint8Array | undefined {
  const name = certificate.raw.toString('latin1')
  const key = known.get(name) ?? new Uint8Array(certificate.publicKey.export({ format: 'der', type: 'spki' }))
  // A copy: nobody changes what others are compared with.
  if (!authorize(key.slice())) return undefined
  remember(name, key)
  return key.slice()
}

function remember(name: string, key: Uint8Array): void {
  // The latest is last: a Map keeps the order in which entries came.
  known.delete(name)
  known.set(name, key)
  if (known.size <= MAX_KNOWN_CERTIFICATES) return
  const [oldest] = known.keys()
  if (oldest !== undefined) known.delete(oldest)
}
