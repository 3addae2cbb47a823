/** node:http2 on raw TLS, as tunnels use it but with nothing of theirs: what of a difference to TLS is HTTP/2's. */
import { once } from 'node:events'
import {
  connect,
  performServerHandshake,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type Http2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { RawTls } from './rawTls.ts'

/** As large as a tunnel's: no window ever fills on loopback. */
const WINDOW_BYTES = 8 * 1024 * 1024
const OPTIONS = { settings: { initialWindowSize: WINDOW_BYTES } }

/** `tls` must speak 'h2'. Hands every stream to `serve`. @returns the port */
export function listenHttp2(tls: RawTls, serve: (stream: ServerHttp2Stream) => void): Promise<number> {
  return tls.listen((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('secure', () => {
      const session = widen(performServerHandshake(socket, OPTIONS))
      session.on('stream', (stream: ServerHttp2Stream) => {
        stream.on('error', () => stream.destroy())
        stream.respond({ ':status': 200 })
        serve(stream)
      })
      // `tls.Server` would say so; HTTP/2 waits for it.
      socket.emit('secureConnect')
    })
  })
}

/** Resolves when TLS is done; streams may be opened at once. */
export async function dialHttp2(tls: RawTls, port: number): Promise<ClientHttp2Session> {
  const socket = tls.dial(port)
  await once(socket, 'secureConnect')
  return widen(connect('https://device.invalid', { ...OPTIONS, createConnection: () => socket }))
}

export function openStream(session: ClientHttp2Session): ClientHttp2Stream {
  const stream = session.request({ ':method': 'POST', ':path': '/bench' }, { endStream: false })
  return stream.on('error', () => stream.destroy())
}

function widen<Session extends Http2Session>(session: Session): Session {
  session.once('connect', () => {
    if (!session.destroyed) session.setLocalWindowSize(WINDOW_BYTES)
  })
  session.on('error', () => session.destroy())
  return session
}
