/** What TLS may do with an identity: one version, cipher, group and signature (spec §7.1). */
import { X509Certificate, constants, createPrivateKey } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { TunnelIdentity } from './tunnel.ts'
import { CIPHER, suiteTls } from './suiteTls.ts'

/** Parsing a key costs more than a handshake's other set-up; an identity object lives as long as its circle is open. */
const contexts = new WeakMap<TunnelIdentity, SecureContext>()

/** @throws CallerFault 'suite-unknown' */
export function secureContext(identity: TunnelIdentity): SecureContext {
  const known = contexts.get(identity)
  if (known !== undefined) return known
  const context = makeContext(identity)
  contexts.set(identity, context)
  return context
}

function makeContext(identity: TunnelIdentity): SecureContext {
  const { group, signature } = suiteTls(identity.suite)
  const key = createPrivateKey({ key: Buffer.from(identity.pkcs8), format: 'der', type: 'pkcs8' })
  return createSecureContext({
    key: key.export({ format: 'pem', type: 'pkcs8' }),
    cert: new X509Certificate(identity.certificate).toString(),
    // No authority is trusted, so that none can vouch for anyone.
    ca: [],
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: CIPHER,
    ecdhCurve: group,
    sigalgs: signature,
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  })
}
