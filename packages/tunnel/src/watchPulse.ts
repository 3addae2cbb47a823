/** Notices a far side that is gone although its link looks open. */
import { constants, type Http2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { Unavailable, type Fault } from '@triode/core'
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from './tuning.ts'

export interface Pulse {
  /** Pings now; the far side is dead when neither the pong nor any other byte comes within `withinMs`. */
  check(this: void, withinMs: number): void
  stop(this: void): void
}

/** Looks at the quiet so often in an interval; that costs nothing. */
const LOOKS = 4

/**
 * Pings when nothing came for a minute; calls `onDead` when neither the pong nor any other byte came in time. Both ends watch, from
 * the same moment on: the acceptor waits for one look more, so that the dialer's ping serves both.
 */
export function watchPulse(
  session: Pick<Http2Session, 'ping' | 'destroyed' | 'type'>,
  tls: Pick<TLSSocket, 'bytesRead'>,
  onDead: (fault: Fault) => void,
  { intervalMs = PING_INTERVAL_MS, timeoutMs = PING_TIMEOUT_MS } = {},
): Pulse {
  let judgement: NodeJS.Timeout | undefined
  /** How long the ping under way may take. */
  let patienceMs = Infinity
  const settle = () => {
    clearTimeout(judgement)
    judgement = undefined
    patienceMs = Infinity
  }
  const judgeLater = (bytesBefore: number) => {
    judgement = setTimeout(() => {
      // A pong waits behind megabytes on a slow link: as long as bytes come, the far side lives.
      if (tls.bytesRead > bytesBefore) judgeLater(tls.bytesRead)
      else onDead(new Unavailable('peer-silent', { message: 'The far side does not answer any more.' }))
    }, patienceMs).unref()
  }
  const check = (withinMs: number) => {
    if (session.destroyed || withinMs >= patienceMs) return
    settle()
    patienceMs = withinMs
    judgeLater(tls.bytesRead)
    session.ping(settle)
  }
  const quietLooksToPing = session.type === constants.NGHTTP2_SESSION_SERVER ? LOOKS + 1 : LOOKS
  let heard = tls.bytesRead
  let quietLooks = 0
  const beat = setInterval(() => {
    quietLooks = tls.bytesRead === heard ? quietLooks + 1 : 0
    heard = tls.bytesRead
    if (quietLooks < quietLooksToPing) return
    quietLooks = 0
    check(timeoutMs)
  }, intervalMs / LOOKS).unref()
  return {
    check,
    stop: () => {
      clearInterval(beat)
      settle()
    },
  }
}
