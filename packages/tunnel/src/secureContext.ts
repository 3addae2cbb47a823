/** What TLS may do: one version, one cipher, and with an identity one group and one signature (spec §7.1). */
import { X509Certificate, constants, createPrivateKey } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { CIPHER, allSuites, suiteTls } from './suiteTls.ts'
import type { TunnelIdentity } from './tunnel.ts'

const COMMON = {
  // No authority is trusted, so that none can vouch for anyone.
  ca: [],
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: CIPHER,
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
} satisfies SecureContextOptions

/** Parsing a key costs as much as a handshake; an identity object lives as long as its circle is open. */
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
    ...COMMON,
    key: key.export({ format: 'pem', type: 'pkcs8' }),
    cert: new X509Certificate(identity.certificate).toString(),
    ecdhCurve: group,
    sigalgs: signature,
  })
}

let anonymous: SecureContext | undefined

/**
 * For a call of which the circle, and so the suite, is not known yet: every suite's group and signature, no
 * certificate. OpenSSL keeps its groups even when the identity's own context takes over; see provenGroup.
 */
export function callContext(): SecureContext {
  anonymous ??= createSecureContext({
    ...COMMON,
    ecdhCurve: allSuites()
      .map(({ group }) => group)
      .join(':'),
    sigalgs: allSuites()
      .map(({ signature }) => signature)
      .join(':'),
  })
  return anonymous
}
