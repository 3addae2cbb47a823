/** The open links of a channel that is made of TCP: it dials, adopts what was accepted, counts, and ends them all. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Link } from '../channel.ts'
import { aborted, isAborted, tooManyLinks, unreachable } from '../linkFaults.ts'
import { opened } from '../opened.ts'
import { CONNECT_TIMEOUT_MS, KEEPALIVE_MS, MAX_LINKS, MAX_LINKS_PER_REMOTE } from '../tuning.ts'
import { formatAddress, type Endpoint } from './endpoint.ts'

export interface LinkLimits {
  /** Links at a time. */
  readonly total?: number
  /** Accepted links of one remote host at a time. */
  readonly perRemote?: number
}

export class TcpLinks {
  private readonly scheme: string
  private readonly total: number
  private readonly perRemote: number
  private readonly open = new Set<Socket>()
  /** Accepted links by remote host. */
  private readonly accepted = new Map<string, number>()

  constructor(scheme: string, { total = MAX_LINKS, perRemote = MAX_LINKS_PER_REMOTE }: LinkLimits = {}) {
    this.scheme = scheme
    this.total = total
    this.perRemote = perRemote
  }

  /** @throws Unavailable 'unreachable', 'aborted', 'too-many-links' */
  async dial(endpoint: Endpoint, signal?: AbortSignal): Promise<Link> {
    if (isAborted(signal)) throw aborted(signal)
    if (this.open.size >= this.total) throw tooManyLinks()
    const socket = connect({ ...endpoint, allowHalfOpen: true })
    this.keep(socket)
    try {
      await opened(socket, 'connect', CONNECT_TIMEOUT_MS, signal)
    } catch (cause) {
      socket.destroy()
      throw isAborted(signal) ? aborted(signal) : unreachable(cause)
    }
    return this.link(socket, endpoint)
  }

  /** A link for `socket`, which was accepted; undefined, and `socket` destroyed, when there are too many. */
  adopt(socket: Socket): Link | undefined {
    const { remoteAddress: host, remotePort: port } = socket
    if (host === undefined || port === undefined) {
      socket.destroy()
      return undefined
    }
    const count = this.accepted.get(host) ?? 0
    if (this.open.size >= this.total || count >= this.perRemote) {
      socket.resetAndDestroy()
      return undefined
    }
    this.accepted.set(host, count + 1)
    this.keep(socket).once('close', () => {
      const left = (this.accepted.get(host) ?? 1) - 1
      if (left === 0) this.accepted.delete(host)
      else this.accepted.set(host, left)
    })
    return this.link(socket, { host, port })
  }

  /** Resolves when all links are gone. */
  async end(): Promise<void> {
    await Promise.all(
      [...this.open].map(async (socket) => {
        const gone = once(socket, 'close')
        socket.destroy()
        await gone
      }),
    )
  }

  private link(socket: Socket, far: Endpoint): Link {
    const local = socket.localAddress
    const remote = formatAddress(this.scheme, far)
    return { stream: socket, channel: this.scheme, remote, ...(local !== undefined && { local }) }
  }

  private keep(socket: Socket): Socket {
    this.open.add(socket)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEPALIVE_MS)
    // A link that breaks before anybody holds it must not end the process.
    socket.on('error', ignore)
    return socket.once('close', () => this.open.delete(socket))
  }
}

function ignore(): void {
  // Whoever holds the link hears of it too.
}
