/** A device as TLS sees it, for Triode and for the raw TLS rivals alike. */
import { createSuite, type SuiteName } from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { createCertificate, type TunnelIdentity } from '@triode/tunnel'

export async function makeIdentity(suite: SuiteName): Promise<TunnelIdentity> {
  const key = createSuite(suite, nodePrimitives()).signing.generate(systemRandom)
  const pkcs8 = key.exportPkcs8()
  return { suite, pkcs8, certificate: await createCertificate(suite, pkcs8, key.publicKey) }
}
