/** Times the cryptographic module, call by call, as core uses it. */
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { answerCalls } from '../../harness/child.ts'
import { timeUs } from './timeUs.ts'

const primitives = nodePrimitives()
const MESSAGE = new Uint8Array(300).fill(7)
const MEGABYTE = new Uint8Array(1_000_000).fill(7)
const KEY = new Uint8Array(32).fill(1)
const NONCE = new Uint8Array(12).fill(2)
const AAD = new Uint8Array(32).fill(3)

function timeSymmetric(): Record<string, number> {
  const sealed = primitives.aeadSeal(KEY, NONCE, AAD, MESSAGE)
  return {
    'seal 300 B': timeUs(() => primitives.aeadSeal(KEY, NONCE, AAD, MESSAGE)),
    'open 300 B': timeUs(() => primitives.aeadOpen(KEY, NONCE, AAD, sealed)),
    'seal 1 MB': timeUs(() => primitives.aeadSeal(KEY, NONCE, AAD, MEGABYTE)),
    'sha256 300 B': timeUs(() => primitives.hash('sha256', MESSAGE)),
    'sha384 300 B': timeUs(() => primitives.hash('sha384', MESSAGE)),
    'sha256 1 MB': timeUs(() => primitives.hash('sha256', MEGABYTE)),
    'hmac-sha256 300 B': timeUs(() => primitives.hmac('sha256', KEY, MESSAGE)),
  }
}

function timeSignatures(): Record<string, number> {
  const costs: Record<string, number> = {}
  for (const name of ['ed25519', 'ecdsa-p384', 'ml-dsa-87'] as const) {
    const scheme = primitives.signature(name)
    const key = scheme.generate(systemRandom)
    const verifier = scheme.verifier(key.publicKey)
    const signature = key.sign(MESSAGE)
    costs[`${name} sign`] = timeUs(() => key.sign(MESSAGE))
    costs[`${name} verify`] = timeUs(() => verifier.verify(MESSAGE, signature))
  }
  return costs
}

function timeKems(): Record<string, number> {
  const costs: Record<string, number> = {}
  for (const name of ['x25519', 'p384'] as const) {
    const scheme = primitives.dh(name)
    const [own, far] = [scheme.generate(systemRandom), scheme.generate(systemRandom)]
    costs[`${name} generate`] = timeUs(() => scheme.generate(systemRandom))
    costs[`${name} agree`] = timeUs(() => scheme.agree(own.privateKey, far.publicKey))
  }
  for (const name of ['ml-kem-768', 'ml-kem-1024'] as const) {
    const scheme = primitives.mlKem(name)
    const { publicKey, seed } = scheme.generate(systemRandom)
    const { ciphertext } = scheme.encapsulate(publicKey)
    costs[`${name} generate`] = timeUs(() => scheme.generate(systemRandom))
    costs[`${name} encapsulate`] = timeUs(() => scheme.encapsulate(publicKey))
    costs[`${name} decapsulate`] = timeUs(() => scheme.decapsulate(seed, ciphertext))
  }
  return costs
}

answerCalls({ time: () => ({ ...timeSymmetric(), ...timeSignatures(), ...timeKems() }) })
