/**
 * The cryptographic module of a simulation: the real one, with a ledger of what was sealed with which key, and a memory. Fifty devices
 * verify the same block, and derive the same keys to read it, and that would be most of the run's time: outcomes of verifications are
 * remembered, by exactly (key, message, signature), what was signed here among them; and HMACs, by exactly (key, data). Only simulations
 * do this.
 */
import type { HashName, Primitives, SignatureScheme, SigningKey, Verifier } from '@triode/core'

/** Verifications remembered; then all are forgotten at once. */
const MAX_REMEMBERED = 50_000
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
  return {
    ...primitives,
    aeadSeal(key, nonce, aad, plaintext, out) {
      const sealed = primitives.aeadSeal(key, nonce, aad, plaintext, out)
      ledger?.note(key, nonce, sealed)
      return sealed
    },
    hmac: (name, key, data) => rememberedHmac(primitives, name, key, data),
    signature: (name) => rememberingVerifications(primitives.signature(name), signaturesOf(name)),
  }
}

/** By hash, key and data: each reader of an epoch derives the same keys, and each device the same names. */
const hmacs = new Map<string, Uint8Array>()

/** A copy, as whoever asks may erase it. */
function rememberedHmac(
  primitives: Primitives,
  name: HashName,
  key: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const asked = `${name}${key.length}/${text(key)}${text(data)}`
  let known = hmacs.get(asked)
  if (known === undefined) {
    if (hmacs.size >= MAX_REMEMBERED) hmacs.clear()
    known = primitives.hmac(name, key, data)
    hmacs.set(asked, known)
  }
  return known.slice()
}

/** Outcomes by key, signature and message. */
type Remembered = Map<string, boolean>

/** By scheme; of all simulations of a process, as they start from copies of one circle. */
const signatures = new Map<string, Remembered>()

function signaturesOf(scheme: string): Remembered {
  const known = signatures.get(scheme) ?? new Map<string, boolean>()
  signatures.set(scheme, known)
  return known
}

/** What is signed here holds, and need not be verified to be known to. */
function rememberingVerifications(scheme: SignatureScheme, known: Remembered): SignatureScheme {
  const remember = (asked: string, holds: boolean): boolean => {
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(asked, holds)
    return holds
  }
  const signing = (key: SigningKey): SigningKey => ({
    publicKey: key.publicKey,
    exportPkcs8: () => key.exportPkcs8(),
    sign(message) {
      const signature = key.sign(message)
      remember(question(key.publicKey, message, signature), true)
      return signature
    },
  })
  const verifying = (spki: Uint8Array, verifier: Verifier): Verifier => ({
    verify(message, signature) {
      const asked = question(spki, message, signature)
      return known.get(asked) ?? remember(asked, verifier.verify(message, signature))
    },
  })
  return {
    generate: (random) => signing(scheme.generate(random)),
    fromPkcs8: (pkcs8) => signing(scheme.fromPkcs8(pkcs8)),
    verifier: (spki) => verifying(spki, scheme.verifier(spki)),
  }
}

function question(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): string {
  return `${text(spki)}${text(signature)}${text(message)}`
}

/** A byte a letter: the shortest way to a map's key. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
