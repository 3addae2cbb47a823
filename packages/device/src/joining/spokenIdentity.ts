/** The keys that two devices meet with over a spoken code: made for that alone, so that they lead to no circle. */
import {
  createSuite,
  SUITE,
  type Primitives,
  type Random,
  type SpokenIdentity,
  type Suite,
} from '@triode/core'
import { createCertificate, type TunnelIdentity } from '@triode/tunnel'

/** The one suite that spoken codes are offered in (spec §6.8). */
export function spokenSuite(primitives: Primitives): Suite {
  return createSuite(SUITE.hybrid, primitives)
}

export async function makeSpokenIdentity(suite: Suite, random: Random): Promise<SpokenIdentity> {
  const key = suite.signing.generate(random)
  const pkcs8 = key.exportPkcs8()
  return { pkcs8, certificate: await createCertificate(suite.name, pkcs8, key.publicKey) }
}

export function asTunnelIdentity(suite: Suite, { pkcs8, certificate }: SpokenIdentity): TunnelIdentity {
  return { suite: suite.name, pkcs8, certificate }
}

/** SPKI DER. */
export function publicKeyOf(suite: Suite, { pkcs8 }: SpokenIdentity): Uint8Array {
  return suite.signing.fromPkcs8(pkcs8).publicKey
}
