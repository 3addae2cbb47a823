/** What is answered to a request that never came to be one; and that what may take long is not cut for that. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** As Node answers where nobody listens. */
const ANSWERS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
}
const OTHERWISE = '400 Bad Request'

/** Requests whose body may take as long as it likes, as long as something comes: they watch over that themselves. */
export class LongRequests {
  private readonly sockets = new WeakSet<Duplex>()

  constructor(server: Server) {
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && this.sockets.has(socket)) return
      refuse(error, socket)
    })
  }

  /** @returns what ends that */
  allow({ socket }: IncomingMessage): () => void {
    this.sockets.add(socket)
    return () => this.sockets.delete(socket)
  }
}

function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const isAnswered = error.code === 'ECONNRESET' || !socket.writable
  if (!isAnswered)
    socket.write(`HTTP/1.1 ${ANSWERS[error.code ?? ''] ?? OTHERWISE}\r\nconnection: close\r\n\r\n`)
  socket.destroy(error)
}
