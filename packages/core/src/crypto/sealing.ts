/** HPKE with a suite's algorithms, as the rest of the core sees it (spec §3.3). */
import { hpkeOpen, hpkeSeal, type HpkeSuite } from './hpke.ts'
import type { KemKey } from './kem.ts'
import type { Sealing, SealingKey } from './suite.ts'

export function hpkeSealing(suite: HpkeSuite): Sealing {
  const sealingKey = (key: KemKey): SealingKey => ({
    publicKey: key.publicKey,
    secret: key.secret,
    open: (enc, info, aad, ciphertext) => hpkeOpen(suite, key, enc, info, aad, ciphertext),
  })
  return {
    publicKeyBytes: suite.kem.publicKeyBytes,
    encBytes: suite.kem.encBytes,
    generate: (random) => sealingKey(suite.kem.generate(random)),
    fromSecret: (secret) => sealingKey(suite.kem.fromSecret(secret)),
    seal: (to, info, aad, plaintext, random) => hpkeSeal(suite, to, info, aad, plaintext, random),
  }
}
