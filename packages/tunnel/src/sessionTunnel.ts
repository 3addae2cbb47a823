/** A tunnel as an HTTP/2 session on an authenticated TLS socket (spec §7.4). */
import {
  constants,
  type ClientHttp2Session,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { CallerFault, Fault, PeerFault, Unavailable } from '@triode/core'
import { handshakeFault, happens, type Deadline } from './handshake.ts'
import { quietly } from './quietly.ts'
import { sessionFault } from './sessionFault.ts'
import type { Pace } from './sessionOptions.ts'
import { EXPORTER_BYTES, EXPORTER_LABEL, STREAM_PATH } from './spec.ts'
import { CLOSE_GRACE_MS, FAREWELL_MS } from './tuning.ts'
import { strictStream } from './strictStream.ts'
import type { Traffic, Tunnel } from './tunnel.ts'
import { watchControlFrames, watchUnread } from './watchFloods.ts'
import { watchPulse, type Pulse } from './watchPulse.ts'

/** What the handshake found out. */
export interface Proven {
  readonly peerKey: Uint8Array
  readonly knock: string
  readonly group: string
  readonly pace: Pace
  /** By when the far side must have accepted this device. */
  readonly deadline: Deadline
}

type StreamHandler = (path: string, stream: Duplex) => void

export class SessionTunnel implements Tunnel {
  readonly side: 'dialer' | 'acceptor'
  readonly peerKey: Uint8Array
  readonly knock: string
  readonly group: string
  readonly cipher: string
  readonly accepted: Promise<void>
  readonly closed: Promise<Fault | undefined>

  private readonly session: Http2Session
  private readonly tls: TLSSocket
  private readonly streams = new Set<Duplex>()
  private readonly unread: ReturnType<typeof watchUnread>
  private readonly pulse: Pulse
  private channelBinding: Uint8Array | undefined
  /** Streams that came before their handler. */
  private waiting: [path: string, stream: Duplex][] = []
  private handler: StreamHandler | undefined
  private fault: Fault | undefined
  /** Either side said goodbye. */
  private closing = false
  /** The far side's SETTINGS have come. */
  private isAccepted = false

  constructor(side: 'dialer' | 'acceptor', session: Http2Session, tls: TLSSocket, proven: Proven) {
    this.side = side
    this.session = session
    this.tls = tls
    this.peerKey = proven.peerKey
    this.knock = proven.knock
    this.group = proven.group
    this.cipher = tls.getCipher().name
    const drop = (fault: Fault) => {
      this.destroy(fault)
    }
    this.unread = watchUnread(this.streams, proven.pace.streamWindowBytes, drop)
    watchControlFrames(session, drop)
    this.pulse = watchPulse(session, tls, drop)
    this.closed = this.listen().finally(this.pulse.stop)
    this.accepted = this.acceptance(proven.deadline)
    this.accepted.catch(ignore)
    session.once('connect', () => {
      if (!session.destroyed) session.setLocalWindowSize(proven.pace.sessionWindowBytes)
    })
  }

  exporter(): Uint8Array {
    if (this.channelBinding === undefined && this.tls.destroyed) throw tunnelClosed()
    this.channelBinding ??= new Uint8Array(
      this.tls.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)),
    )
    return this.channelBinding.slice()
  }

  open(path: string): Duplex {
    if (!isClient(this.session)) throw new CallerFault('acceptor-cannot-open')
    if (!STREAM_PATH.test(path)) throw new CallerFault('path-malformed')
    if (this.closing || this.session.closed || this.session.destroyed) throw tunnelClosed()
    const stream = strictStream(
      this.session.request({ ':method': 'POST', ':path': path }, { endStream: false }),
    )
    stream.once('response', (headers) => {
      if (headers[':status'] !== constants.HTTP_STATUS_OK) stream.destroy(refusedStream())
    })
    return this.keep(stream)
  }

  onStream(handler: StreamHandler): void {
    this.handler = handler
    const waiting = this.waiting
    this.waiting = []
    for (const [path, stream] of waiting) this.handle(handler, path, stream)
  }

  ping(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.session.destroyed) {
        reject(tunnelClosed())
        return
      }
      this.session.ping((error, durationMs) => {
        if (error === null) resolve(durationMs)
        else reject(tunnelClosed())
      })
    })
  }

  get traffic(): Traffic {
    return { readBytes: this.tls.bytesRead, writtenBytes: this.tls.bytesWritten }
  }

  probe(withinMs: number): void {
    this.pulse.check(withinMs)
  }

  close(): void {
    if (this.closing) return
    this.session.close()
    this.expectEnd()
  }

  destroy(fault?: Fault): void {
    if (this.session.destroyed) return
    this.closing = true
    this.fault ??= fault
    this.cutStreams(fault ?? tunnelClosed())
    this.session.destroy(
      undefined,
      fault instanceof PeerFault ? constants.NGHTTP2_PROTOCOL_ERROR : constants.NGHTTP2_NO_ERROR,
    )
    // Node waits until the goodbye is sent; a far side that does not read would keep us for ever.
    this.unlessClosed(FAREWELL_MS, () => {
      this.tls.destroy()
    })
  }

  private cutStreams(fault?: Fault): void {
    for (const stream of this.streams) stream.destroy(fault)
  }

  /** Somebody said goodbye: open streams may finish, but not for ever. */
  private expectEnd(): void {
    this.closing = true
    this.unlessClosed(CLOSE_GRACE_MS, () => {
      this.destroy()
    })
  }

  private unlessClosed(delayMs: number, work: () => void): void {
    const timer = setTimeout(work, delayMs).unref()
    void this.closed.then(() => {
      clearTimeout(timer)
    })
  }

  /** Its SETTINGS are the first that a side says, once it has checked the other (spec §7.3). */
  private async acceptance(deadline: Deadline): Promise<void> {
    try {
      await happens(this.session, 'remoteSettings', deadline.signal)
    } catch (cause) {
      const fault = handshakeFault(this.fault ?? this.broken(cause), deadline.signal)
      this.destroy(fault instanceof Fault ? fault : undefined)
      // Whoever did not accept this device gets no goodbye.
      this.tls.destroy()
      throw fault
    } finally {
      deadline.clear()
    }
  }

  /** Why session or link failed: before it has accepted this device, the acceptor refuses by hanging up. */
  private broken(cause?: unknown): Fault {
    return this.side === 'dialer' && !this.isAccepted ? peerRefused(cause) : sessionFault(cause)
  }

  /** Resolves, with the reason, when session and link are gone. */
  private listen(): Promise<Fault | undefined> {
    this.session.on('goaway', (code) => {
      if (code === constants.NGHTTP2_NO_ERROR) this.expectEnd()
      else
        this.fault ??= new PeerFault('peer-hung-up', {
          message: 'The far side ended the tunnel for an error.',
        })
    })
    this.session.on('error', (error) => {
      this.fault ??= this.broken(error)
    })
    this.session.once('remoteSettings', () => {
      this.isAccepted = true
    })
    this.session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      this.accept(stream, headers)
    })
    // Before Node does, which would make an error of its own for each.
    this.tls.prependListener('close', () => {
      this.cutStreams()
    })
    return new Promise((resolve) => {
      this.session.once('close', () => {
        this.unread.stop()
        this.tls.destroy()
        resolve(this.fault ?? (this.closing ? undefined : this.broken()))
      })
    })
  }

  private accept(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.keep(strictStream(stream))
    const path = headers[':path'] ?? ''
    if (headers[':method'] !== 'POST' || !STREAM_PATH.test(path)) {
      stream.respond({ ':status': constants.HTTP_STATUS_BAD_REQUEST }, { endStream: true })
      stream.close()
      return
    }
    stream.respond({ ':status': constants.HTTP_STATUS_OK }, NO_DATE)
    if (this.handler === undefined) this.waiting.push([path, stream])
    else this.handle(this.handler, path, stream)
  }

  private handle(handler: StreamHandler, path: string, stream: Duplex): void {
    try {
      if (!stream.destroyed) handler(path, stream)
    } catch (error) {
      stream.destroy(error instanceof Error ? error : undefined)
    }
  }

  private keep(stream: Duplex): Duplex {
    this.streams.add(stream)
    stream.on('error', ignore)
    stream.once('close', () => {
      this.streams.delete(stream)
    })
    this.unread.look()
    return stream
  }
}

/** The clock of this device is nobody's business. */
const NO_DATE = { endStream: false, sendDate: false }

function isClient(session: Http2Session): session is ClientHttp2Session {
  return 'request' in session
}

function tunnelClosed(): Unavailable {
  return quietly(() => new Unavailable('tunnel-closed', { message: 'The tunnel is closed.' }))
}

function peerRefused(cause: unknown): PeerFault {
  return new PeerFault('peer-refused', { message: 'The far side does not accept this device.', cause })
}

function refusedStream(): PeerFault {
  return new PeerFault('stream-refused', { message: 'The far side does not offer this service.' })
}

function ignore(): void {
  // It reaches whoever listens to the stream, or awaits the acceptance; without them it must not end the process.
}
