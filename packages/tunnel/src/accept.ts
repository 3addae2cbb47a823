/** The called side (spec §7.3): shows a certificate only to who knows the knock. */
import { performServerHandshake } from 'node:http2'
import type { Duplex } from 'node:stream'
import { TLSSocket, type SecureContext } from 'node:tls'
import { PeerFault } from '@triode/core'
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
import { serverUsed } from './negotiatedGroup.ts'
import { callContext, secureContext } from './secureContext.ts'
import { pace, sessionOptions } from './sessionOptions.ts'
import { SessionTunnel } from './sessionTunnel.ts'
import { suiteTls } from './suiteTls.ts'
import { ALPN, KNOCK } from './spec.ts'
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

/** For whom the caller asked, and who answers. */
interface Answer {
  readonly knock: string
  readonly identity: TunnelIdentity
}

/**
 * Makes a tunnel on `link`, on which a caller is about to speak. It belongs to the tunnel from here on and is
 * destroyed on failure.
 * @throws PeerFault 'knock-unknown', 'group-refused', 'peer-without-certificate', 'peer-not-authorized',
 *   'handshake-failed', 'protocol-unknown'; Unavailable 'handshake-timeout', 'link-broken'; what `resolve` throws
 */
export async function acceptTunnel(link: Duplex, options: AcceptOptions): Promise<Tunnel> {
  const deadline = handshakeDeadline(options.timeoutMs)
  takeOver(link)
  let answer: Answer | undefined
  let refusal: unknown
  const resolve = (knock: string): SecureContext | undefined => {
    try {
      answer = answerTo(knock, options)
      return secureContext(answer.identity)
    } catch (error) {
      refusal = error
      return undefined
    }
  }
  try {
    const tls = startTls(link, resolve)
    await happens(tls, 'secure', deadline.signal)
    if (answer === undefined) throw unknownKnock()
    return await startSession(tls, answer, options, deadline)
  } catch (error) {
    deadline.clear()
    link.destroy()
    throw handshakeFault(refusal ?? error, deadline.signal)
  }
}

function answerTo(knock: string, options: AcceptOptions): Answer {
  const identity = KNOCK.test(knock) ? options.resolve(knock) : undefined
  if (identity === undefined) throw unknownKnock()
  return { knock, identity }
}

/** `resolve` is asked before a byte is sent. When it has nothing, OpenSSL has no certificate and says handshake_failure. */
function startTls(link: Duplex, resolve: (knock: string) => SecureContext | undefined): TLSSocket {
  const tls = new TLSSocket(link, {
    isServer: true,
    secureContext: callContext(),
    SNICallback: (knock, use) => {
      use(null, resolve(knock))
    },
    ALPNProtocols: [ALPN],
    requestCert: true,
    // The far key is compared with the membership log instead of being traced to an authority.
    rejectUnauthorized: false,
  })
  return tls.on('error', ignore)
}

async function startSession(
  tls: TLSSocket,
  { knock, identity }: Answer,
  options: AcceptOptions,
  deadline: Deadline,
): Promise<Tunnel> {
  const suite = suiteTls(identity.suite)
  if (!serverUsed(suite, tls)) throw groupRefused()
  const peerKey = provenKey(tls, (key) => options.authorize(key, knock))
  const session = performServerHandshake(tls, sessionOptions(pace(options.slow)))
  const tunnel = new SessionTunnel('acceptor', session, tls, {
    peerKey,
    knock,
    group: suite.group,
    pace: pace(options.slow),
    deadline,
  })
  // `tls.Server` would say so; HTTP/2 waits for it.
  tls.emit('secureConnect')
  await tunnel.accepted
  return tunnel
}

function unknownKnock(): PeerFault {
  return new PeerFault('knock-unknown', {
    message: 'The caller asked for a name that nobody here answers to.',
  })
}
