/** Counts what HTTP/2 lets a peer do without end: control frames, and bytes that nobody reads (spec §7.5). */
import type { Http2Session } from 'node:http2'
import type { Duplex } from 'node:stream'
import { PeerFault, type Fault } from '@triode/core'
import { CONTROL_PERIOD_MS, MAX_CONTROL_FRAMES, MAX_UNREAD_BYTES, UNREAD_CHECK_MS } from './tuning.ts'

/** Calls `onFlood` when `session` receives more than it should. Returns the end of it. */
export function watchControlFrames(session: Http2Session, onFlood: (fault: Fault) => void): void {
  let periodStart = performance.now()
  let count = 0
  const counted = (code: string, message: string) => () => {
    const now = performance.now()
    if (now - periodStart > CONTROL_PERIOD_MS) {
      periodStart = now
      count = 0
    }
    if (++count > MAX_CONTROL_FRAMES) onFlood(new PeerFault(code, { message }))
  }
  session.on('ping', counted('ping-flood', 'The far side floods the tunnel with pings.'))
  session.on('remoteSettings', counted('settings-flood', 'The far side floods the tunnel with settings.'))
}

/**
 * Flow control bounds the unread bytes of one stream by its window, but not their sum over all streams: this does.
 * `openStreams` may grow and shrink; call the returned `look` when it grew, and `stop` at the end.
 */
export function watchUnread(
  openStreams: ReadonlySet<Duplex>,
  windowBytes: number,
  onFlood: (fault: Fault) => void,
): { look(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  const check = () => {
    if (openStreams.size * windowBytes <= MAX_UNREAD_BYTES) {
      stop()
      return
    }
    let unread = 0
    for (const stream of openStreams) unread += stream.readableLength
    if (unread > MAX_UNREAD_BYTES) {
      onFlood(new PeerFault('unread-flood', { message: 'The far side sends more than anybody reads.' }))
    }
  }
  const look = () => {
    if (openStreams.size * windowBytes > MAX_UNREAD_BYTES)
      timer ??= setInterval(check, UNREAD_CHECK_MS).unref()
  }
  return { look, stop }
}
