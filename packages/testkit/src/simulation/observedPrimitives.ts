/**
 * The cryptographic module of a simulation: the real one, with a ledger of what was sealed with which key, and with the
 * outcome of verifications remembered: fifty devices verify the same block, and that would be most of the run's time.
 * Only simulations do this; what is remembered is exactly (key, message, signature).
 */
import type { Primitives, SignatureScheme, Verifier } from '@triode/core'

/** Verifications remembered; then all are forgotten at once. */
const MAX_REMEMBERED = 200_000
const TAG_BYTES = 16

/**
 * What was sealed with each key and nonce. What was sealed inside a store transaction counts when that is committed: before
 * it nothing has left the device or reached its disk, so an attempt that failed may be repeated with other words.
 */
export class SealLedger {
  /** Key and nonce of the first seal that used them again for something else. */
  reused = 0
  private readonly tags = new Map<string, string>()
  /** Of what came before this simulation. */
  private readonly before: SealLedger | undefined
  private readonly open: { readonly place: string; readonly tag: string }[][] = []

  constructor(before?: SealLedger) {
    this.before = before
  }

  get sealed(): number {
    return this.tags.size
  }

  note(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): void {
    const entry = { place: text(key) + text(nonce), tag: text(sealed.subarray(-TAG_BYTES)) }
    const attempt = this.open.at(-1)
    if (attempt === undefined) this.keep(entry)
    else attempt.push(entry)
  }

  begin(): void {
    this.open.push([])
  }

  commit(): void {
    for (const entry of this.open.pop() ?? []) this.keep(entry)
  }

  rollBack(): void {
    this.open.pop()
  }

  private keep({ place, tag }: { readonly place: string; readonly tag: string }): void {
    const before = this.tags.get(place) ?? this.before?.tags.get(place)
    if (before === undefined) this.tags.set(place, tag)
    else if (before !== tag) this.reused++
  }
}

export function observedPrimitives(primitives: Primitives, ledger: SealLedger | undefined): Primitives {
  const signatures = new Map<string, SignatureScheme>()
  return {
    ...primitives,
    aeadSeal(key, nonce, aad, plaintext, out) {
      const sealed = primitives.aeadSeal(key, nonce, aad, plaintext, out)
      ledger?.note(key, nonce, sealed)
      return sealed
    },
    signature(name) {
      let scheme = signatures.get(name)
      if (scheme === undefined) {
        scheme = rememberingVerifications(primitives.signature(name))
        signatures.set(name, scheme)
      }
      return scheme
    },
  }
}

function rememberingVerifications(scheme: SignatureScheme): SignatureScheme {
  const known = new Map<string, boolean>()
  const remembering = (prefix: string, verifier: Verifier): Verifier => ({
    verify(message, signature) {
      const asked = `${prefix}${text(signature)}${text(message)}`
      let holds = known.get(asked)
      if (holds === undefined) {
        if (known.size >= MAX_REMEMBERED) known.clear()
        holds = verifier.verify(message, signature)
        known.set(asked, holds)
      }
      return holds
    },
  })
  return { ...scheme, verifier: (spki) => remembering(text(spki), scheme.verifier(spki)) }
}

/** A byte a letter: the shortest way to a map's key. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
