/** The calling side (spec §7.3): a TLS client with a certificate, and an HTTP/2 client on top. */
import { connect as connectHttp2 } from 'node:http2'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { CallerFault } from '@triode/core'
import {
  handshakeDeadline,
  handshakeFault,
  happens,
  groupRefused,
  ignore,
  provenKey,
  takeOver,
  type Deadline,
} from './handshake.ts'
import { clientUsed } from './negotiatedGroup.ts'
import { secureContext } from './secureContext.ts'
import { SessionTunnel } from './sessionTunnel.ts'
import { pace, sessionOptions } from './sessionOptions.ts'
import { suiteTls } from './suiteTls.ts'
import { ALPN, AUTHORITY, KNOCK } from './spec.ts'
import type { Tunnel, TunnelIdentity } from './tunnel.ts'

const ORIGIN = new URL(`https://${AUTHORITY}`)

export interface DialOptions {
  /** The name to ask for: one DNS label of lower-case letters and digits. */
  readonly knock: string
  /** Whether the device that holds `peerKey` (SPKI DER) is the intended one. */
  authorize(this: void, peerKey: Uint8Array): boolean
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** For links of some kilobytes a second: small windows and frames. */
  readonly slow?: boolean
}

/**
 * Makes a tunnel on `link`, which belongs to it from here on and is destroyed on failure. Resolves once the far side
 * has proven its key; whether it accepts this device tells `accepted` of the tunnel. What is opened and written until
 * then goes with the last message of the handshake, and saves waiting for a round trip.
 * @throws PeerFault 'knock-unknown', 'group-refused', 'peer-not-authorized', 'handshake-failed', 'protocol-unknown';
 *   Unavailable 'handshake-timeout', 'link-broken', 'aborted'; CallerFault 'knock-malformed', 'suite-unknown'
 */
export async function dialTunnel(
  link: Duplex,
  identity: TunnelIdentity,
  options: DialOptions,
): Promise<Tunnel> {
  const deadline = handshakeDeadline(options.timeoutMs, options.signal)
  takeOver(link)
  try {
    const tls = startTls(link, identity, options.knock)
    await happens(tls, 'secureConnect', deadline.signal)
    const suite = suiteTls(identity.suite)
    if (!clientUsed(suite, tls)) throw groupRefused()
    const proven = { group: suite.group, peerKey: provenKey(tls, options.authorize) }
    return startSession(tls, proven, options, deadline)
  } catch (error) {
    deadline.clear()
    link.destroy()
    throw handshakeFault(error, deadline.signal)
  }
}

function startTls(link: Duplex, identity: TunnelIdentity, knock: string): TLSSocket {
  if (!KNOCK.test(knock)) throw new CallerFault('knock-malformed')
  const tls = connectTls({
    socket: link,
    secureContext: secureContext(identity),
    servername: knock,
    ALPNProtocols: [ALPN],
    // The far key is compared with the membership log instead of being traced to an authority.
    rejectUnauthorized: false,
  })
  return tls.on('error', ignore)
}

function startSession(
  tls: TLSSocket,
  proven: { group: string; peerKey: Uint8Array },
  { knock, slow }: DialOptions,
  deadline: Deadline,
): Tunnel {
  const session = connectHttp2(ORIGIN, {
    ...sessionOptions(pace(slow)),
    createConnection: () => tls,
  })
  return new SessionTunnel('dialer', session, tls, { ...proven, knock, pace: pace(slow), deadline })
}
