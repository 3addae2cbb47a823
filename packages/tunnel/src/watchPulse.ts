/** Notices a far side that is gone although its link looks open. */
import type { Http2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { Unavailable, type Fault } from '@triode/core'
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from './tuning.ts'

/** Pings every minute; calls `onDead` when neither the pong nor any other byte came in time. Returns the end of it. */
export function watchPulse(
  session: Pick<Http2Session, 'ping' | 'destroyed'>,
  tls: Pick<TLSSocket, 'bytesRead'>,
  onDead: (fault: Fault) => void,
  { intervalMs = PING_INTERVAL_MS, timeoutMs = PING_TIMEOUT_MS } = {},
): () => void {
  let judgement: NodeJS.Timeout | undefined
  const judgeLater = (bytesBefore: number) => {
    judgement = setTimeout(() => {
      // A pong waits behind megabytes on a slow link: as long as bytes come, the far side lives.
      if (tls.bytesRead > bytesBefore) judgeLater(tls.bytesRead)
      else onDead(new Unavailable('peer-silent', { message: 'The far side does not answer any more.' }))
    }, timeoutMs).unref()
  }
  const beat = setInterval(() => {
    if (judgement !== undefined || session.destroyed) return
    judgeLater(tls.bytesRead)
    session.ping(() => {
      clearTimeout(judgement)
      judgement = undefined
    })
  }, intervalMs).unref()
  return () => {
    clearInterval(beat)
    clearTimeout(judgement)
  }
}
