/** node:tls with the key, certificate, group and cipher of a tunnel: the rival of everything that goes over one. */
import { X509Certificate, constants, createPrivateKey } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket, connect, createSecureContext } from 'node:tls'
import type { SuiteName } from '@triode/core'
import { makeIdentity } from './identity.ts'
import { listenTcp } from './tcp.ts'

const GROUP = { hybrid: 'X25519MLKEM768', cnsa: 'MLKEM1024', p384: 'P-384' } as const

export interface RawTls {
  /** Mutual TLS on each connection to a free port of loopback. @returns the port */
  listen(serve: (socket: TLSSocket) => void, host?: string): Promise<number>
  /** Bytes may be written at once; they go when the handshake is done. */
  dial(port: number, host?: string): TLSSocket
}

/** The context is made once, as a tunnel's is, and gives no session tickets, as a tunnel's gives none. `protocols` for ALPN. */
export async function rawTls(suite: SuiteName, protocols?: string[]): Promise<RawTls> {
  const { pkcs8, certificate } = await makeIdentity(suite)
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const secureContext = createSecureContext({
    key: key.export({ format: 'pem', type: 'pkcs8' }),
    cert: new X509Certificate(certificate).toString(),
    ca: [],
    ciphers: 'TLS_AES_256_GCM_SHA384',
    ecdhCurve: GROUP[suite],
    minVersion: 'TLSv1.3',
    secureOptions: constants.SSL_OP_NO_TICKET,
  })
  const protocol = protocols === undefined ? {} : { ALPNProtocols: protocols }
  const options = { secureContext, requestCert: true, rejectUnauthorized: false, ...protocol }
  return {
    listen: (serve, host) =>
      listenTcp((link: Socket) => serve(new TLSSocket(link, { ...options, isServer: true })), host),
    dial: (port, host = '127.0.0.1') => connect({ ...options, port, host }).setNoDelay(),
  }
}
