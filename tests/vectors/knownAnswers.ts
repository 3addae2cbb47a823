/** The project's own small set of known answers, each with its source. */
import { readFileSync } from 'node:fs'
import type { DhName, HashName, MlKemName, SignatureName } from '@triode/core'

interface Sourced {
  readonly source: string
}

export interface KemAnswer extends Sourced {
  readonly kem: 'x25519' | 'p384' | 'ml-kem-1024' | 'x-wing'
  readonly skR: string
  readonly pkR: string
  readonly enc: string
  readonly sharedSecret: string
}

export interface HpkeAnswer extends KemAnswer {
  readonly kdf: 'sha256' | 'sha384'
  readonly aead: number
  readonly info: string
  /** Of the ephemeral key, where the KEM's encapsulation can be repeated. */
  readonly skE: string | null
  readonly key: string
  readonly baseNonce: string
  readonly exporterSecret: string
  readonly encryptions: readonly {
    readonly aad: string
    readonly nonce: string
    readonly pt: string
    readonly ct: string
  }[]
  readonly exports: readonly { readonly context: string; readonly length: number; readonly value: string }[]
}

type DhAnswer = Sourced & { privateKey: string; publicKey: string; shared: string }

interface KnownAnswers extends Readonly<Record<DhName, readonly DhAnswer[]>> {
  readonly hash: readonly (Sourced & { name: HashName; data: string; digest: string })[]
  readonly shake256: readonly (Sourced & { data: string; output: string })[]
  readonly hmac: readonly (Sourced & { name: HashName; key: string; data: string; mac: string })[]
  readonly hkdf: readonly (Sourced & {
    name: HashName
    ikm: string
    salt: string
    info: string
    okm: string
  })[]
  readonly aesGcm: readonly (Sourced & {
    key: string
    nonce: string
    aad: string
    plaintext: string
    sealed: string
  })[]
  readonly signature: readonly (Sourced & {
    name: SignatureName
    pkcs8: string | null
    spki: string
    message: string
    signature: string
    deterministic: boolean
  })[]
  readonly mlKem: readonly (Sourced & {
    name: MlKemName
    seed: string
    publicKey: string
    ciphertext: string
    sharedSecret: string
  })[]
  readonly xwing: readonly (Sourced & {
    secret: string
    publicKey: string
    enc: string
    sharedSecret: string
  })[]
  readonly dhkem: readonly KemAnswer[]
  readonly hpke: readonly HpkeAnswer[]
}

export const KNOWN = JSON.parse(
  readFileSync(new URL('known-answers.json', import.meta.url), 'utf8'),
) as KnownAnswers
