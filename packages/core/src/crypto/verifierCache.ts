import type { Verifier } from '../ports/primitives.ts'

/**
 * `make`, remembering the `capacity` verifiers used last: parsing a public key costs a tenth to a half of a
 * verification. Malformed keys are not remembered.
 */
export function cachedVerifiers(
  make: (spki: Uint8Array) => Verifier,
  capacity: number,
): (spki: Uint8Array) => Verifier {
  const byKey = new Map<string, Verifier>()
  return (spki) => {
    const key = spki.toHex()
    const verifier = byKey.get(key) ?? make(spki)
    byKey.delete(key)
    byKey.set(key, verifier)
    if (byKey.size > capacity) {
      const [oldest] = byKey.keys()
      if (oldest !== undefined) byKey.delete(oldest)
    }
    return verifier
  }
}
