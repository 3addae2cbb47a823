/** What both sides of a handshake share: waiting with a deadline, checking the far end, naming what went wrong. */
import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { Fault, PeerFault, Unavailable } from '@triode/core'
import { authorizedKey } from './peerKeys.ts'
import { linkBroken } from './sessionFault.ts'
import { ALPN } from './spec.ts'
import { HANDSHAKE_TIMEOUT_MS } from './tuning.ts'

export interface Deadline {
  readonly signal: AbortSignal
  /** The handshake is over: leaves no timer. Idempotent. */
  clear(): void
}

/** Aborts after `timeoutMs` (reason: a TimeoutError) or with `signal`. */
export function handshakeDeadline(timeoutMs = HANDSHAKE_TIMEOUT_MS, signal?: AbortSignal): Deadline {
  const control = new AbortController()
  const timer = setTimeout(() => {
    control.abort(new DOMException('no answer in time', 'TimeoutError'))
  }, timeoutMs).unref()
  const giveUp = () => {
    control.abort(signal?.reason)
  }
  signal?.addEventListener('abort', giveUp)
  if (signal?.aborted) giveUp()
  return {
    signal: control.signal,
    clear: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
    },
  }
}

/** Makes a link the tunnel's: its errors are reported elsewhere, and an end in one direction is the end. */
export function takeOver(link: Duplex): void {
  link.on('error', ignore)
  // A tunnel says goodbye inside; a far side that only stops sending is gone.
  link.allowHalfOpen = false
}

export function ignore(): void {
  // Reported by whoever awaits the handshake, or by `Tunnel.closed`.
}

/** Resolves at `event`; rejects at an error, at 'close' and when `deadline` aborts. */
export function happens(emitter: EventEmitter, event: string, deadline: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      emitter.off(event, succeed).off('error', fail).off('close', fail)
      deadline.removeEventListener('abort', fail)
      act()
    }
    const succeed = () => {
      settle(resolve)
    }
    const fail = (error?: unknown) => {
      settle(() => {
        reject(error instanceof Error ? error : linkBroken())
      })
    }
    emitter.on(event, succeed).on('error', fail).on('close', fail)
    deadline.addEventListener('abort', fail)
    if (deadline.aborted) fail()
  })
}

/**
 * The public key (SPKI DER) that the far side proved to hold. Chains, names and dates in its certificate mean nothing.
 * @throws PeerFault 'peer-without-certificate', 'protocol-unknown', 'peer-not-authorized'
 */
export function provenKey(tls: TLSSocket, authorize: (peerKey: Uint8Array) => boolean): Uint8Array {
  const certificate = tls.getPeerX509Certificate()
  if (certificate === undefined) {
    throw new PeerFault('peer-without-certificate', { message: 'The far side showed no certificate.' })
  }
  if (tls.alpnProtocol !== ALPN) {
    throw new PeerFault('protocol-unknown', { message: 'The far side does not speak this protocol.' })
  }
  const key = authorizedKey(certificate, authorize)
  if (key === undefined) {
    throw new PeerFault('peer-not-authorized', { message: 'The far side is not a device expected here.' })
  }
  return key
}

export function groupRefused(): PeerFault {
  return new PeerFault('group-refused', { message: 'The far side used a key exchange of another suite.' })
}

/** Names what ended a handshake: a Fault, or what somebody threw by mistake. */
export function handshakeFault(error: unknown, deadline: AbortSignal): unknown {
  if (deadline.aborted) return deadlineFault(deadline)
  if (error instanceof Fault) return error
  // No error of Node's: somebody's mistake, which must show.
  if (!(error instanceof Error && 'code' in error)) return error
  const code = String(error.code)
  // An unknown knock and another suite look the same from outside.
  if (code === 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE') {
    return new PeerFault('knock-unknown', {
      message: 'The far side does not know this circle.',
      cause: error,
    })
  }
  if (code.startsWith('ERR_SSL_')) {
    return new PeerFault('handshake-failed', { message: 'The far side speaks TLS otherwise.', cause: error })
  }
  return linkBroken(error)
}

function deadlineFault(deadline: AbortSignal): Fault {
  const cause: unknown = deadline.reason
  return cause instanceof Error && cause.name === 'TimeoutError'
    ? new Unavailable('handshake-timeout', { message: 'The far side took too long to answer.', cause })
    : new Unavailable('aborted', { message: 'The call was given up.', cause })
}
