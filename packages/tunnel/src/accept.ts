/** The called side (spec §7.3): reads the knock before TLS begins, shows a certificate only to who knows it. */
import { performServerHandshake } from 'node:http2'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { PeerFault } from '@triode/core'
import { readHelloRecord, serverName } from './clientHello.ts'
import { handshakeDeadline, handshakeFault, happens, provenKey } from './handshake.ts'
import { secureContext } from './secureContext.ts'
import { SessionTunnel } from './sessionTunnel.ts'
import { pace, sessionOptions } from './sessionOptions.ts'
import { ALPN, KNOCK } from './spec.ts'
import { suiteTls } from './suiteTls.ts'
import type { Tunnel, TunnelIdentity } from './tunnel.ts'

export interface AcceptOptions {
  /** The identity that answers to `knock`; undefined: nobody, and the caller learns nothing more. */
  resolve(this: void, knock: string): TunnelIdentity | undefined
  /** Whether the device that holds `peerKey` (SPKI DER) may be served under `knock`. */
  authorize(this: void, peerKey: Uint8Array, knock: string): boolean
  readonly timeoutMs?: number
  /** For links of some kilobytes a second: small windows and frames. */
  readonly slow?: boolean
}

/** TLS 1.3 alert record (RFC 8446 §5.1, §6): fatal, unrecognized_name. */
const UNRECOGNIZED_NAME = Uint8Array.of(21, 3, 3, 0, 2, 2, 112)

/**
 * Makes a tunnel on `link`, on which a caller is about to speak. It belongs to the tunnel from here on and is
 * destroyed on failure.
 * @throws PeerFault 'hello-malformed', 'knock-unknown', 'peer-without-certificate', 'peer-not-authorized',
 *   'handshake-failed', 'protocol-unknown'; Unavailable 'handshake-timeout', 'link-broken'
 */
export async function acceptTunnel(link: Duplex, options: AcceptOptions): Promise<Tunnel> {
  const deadline = handshakeDeadline(options.timeoutMs)
  link.on('error', ignore)
  try {
    const hello = await readHelloRecord(link, deadline)
    const { knock, identity } = answerTo(hello, link, options)
    const tls = startTls(link, hello, identity)
    await happens(tls, 'secure', deadline)
    return await startSession(tls, identity, knock, options, deadline)
  } catch (error) {
    link.destroy()
    throw handshakeFault(error, deadline)
  }
}

function answerTo(hello: Buffer, link: Duplex, options: AcceptOptions) {
  const knock = serverName(hello) ?? ''
  const identity = KNOCK.test(knock) ? options.resolve(knock) : undefined
  if (identity === undefined) {
    link.end(UNRECOGNIZED_NAME)
    throw new PeerFault('knock-unknown', {
      message: 'The caller asked for a name that nobody here answers to.',
    })
  }
  return { knock, identity }
}

function startTls(link: Duplex, hello: Buffer, identity: TunnelIdentity): TLSSocket {
  // A socket of the kernel hands what it holds to TLS; any other stream must say it again once TLS listens.
  const native = link instanceof Socket
  if (native) link.unshift(hello)
  const tls = new TLSSocket(link, {
    isServer: true,
    secureContext: secureContext(identity),
    ALPNProtocols: [ALPN],
    requestCert: true,
    // The far key is compared with the membership log instead of being traced to an authority.
    rejectUnauthorized: false,
  })
  if (!native) process.nextTick(() => link.unshift(hello))
  return tls.on('error', ignore)
}

async function startSession(
  tls: TLSSocket,
  identity: TunnelIdentity,
  knock: string,
  options: AcceptOptions,
  deadline: AbortSignal,
): Promise<Tunnel> {
  const peerKey = provenKey(tls, (key) => options.authorize(key, knock))
  const session = performServerHandshake(tls, sessionOptions(pace(options.slow)))
  // The identity's context allows one group only, so that is the one.
  const { group } = suiteTls(identity.suite)
  const tunnel = new SessionTunnel('acceptor', session, tls, {
    peerKey,
    knock,
    group,
    pace: pace(options.slow),
  })
  // `tls.Server` would say so; HTTP/2 waits for it.
  tls.emit('secureConnect')
  try {
    await happens(session, 'remoteSettings', deadline)
  } catch (error) {
    tunnel.destroy()
    throw error
  }
  return tunnel
}

function ignore(): void {
  // Reported by whoever awaits the handshake, or by `Tunnel.closed`.
}
