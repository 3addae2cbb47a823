/** The open links of the DHT channel: dialed, adopted, counted, ended. */
import { once } from 'node:events'
import type { SecretStream } from 'hyperdht'
import type { Link } from '../channel.ts'
import { aborted, isAborted, tooManyLinks, unreachable } from '../linkFaults.ts'
import { opened } from '../opened.ts'
import type { LinkLimits } from '../tcp/tcpLinks.ts'
import { MAX_LINKS_PER_REMOTE } from '../tuning.ts'
import { DhtStream } from './dhtStream.ts'
import { DIAL_TIMEOUT_MS, KEEP_ALIVE_MS, MAX_DHT_LINKS } from './tuning.ts'

const NAME = 'dht'

export class DhtLinks {
  private readonly total: number
  private readonly perRemote: number
  private readonly linked: (host: string, isOpen: boolean) => void
  private readonly open = new Set<DhtStream>()
  /** Links that are being dialed. */
  private readonly dialing = new Set<SecretStream>()
  /** Accepted links by remote host. */
  private readonly accepted = new Map<string, number>()

  /** @param linked a link with a host is there, or is there no more */
  constructor(
    { total = MAX_DHT_LINKS, perRemote = MAX_LINKS_PER_REMOTE }: LinkLimits = {},
    linked: (host: string, isOpen: boolean) => void = () => undefined,
  ) {
    this.total = total
    this.perRemote = perRemote
    this.linked = linked
  }

  /** @throws Unavailable 'unreachable', 'aborted', 'too-many-links' */
  async dial(address: string, connect: () => SecretStream, signal?: AbortSignal): Promise<Link> {
    if (isAborted(signal)) throw aborted(signal)
    if (this.open.size + this.dialing.size >= this.total) throw tooManyLinks()
    const inner = connect()
    inner.on('error', ignore)
    this.dialing.add(inner)
    try {
      await opened(inner, 'open', DIAL_TIMEOUT_MS, signal)
      inner.setKeepAlive(KEEP_ALIVE_MS)
      return { stream: this.keep(inner), channel: NAME, remote: address }
    } catch (cause) {
      inner.destroy()
      throw isAborted(signal) ? aborted(signal) : unreachable(cause)
    } finally {
      this.dialing.delete(inner)
    }
  }

  /** A link for `inner`, which somebody opened; undefined, and `inner` destroyed, when there are too many. */
  adopt(inner: SecretStream): Link | undefined {
    inner.on('error', ignore)
    const host = inner.rawStream?.remoteHost ?? ''
    const count = this.accepted.get(host) ?? 0
    if (this.open.size + this.dialing.size >= this.total || count >= this.perRemote) {
      inner.destroy()
      return undefined
    }
    this.accepted.set(host, count + 1)
    const stream = this.keep(inner).once('close', () => {
      const left = (this.accepted.get(host) ?? 1) - 1
      if (left === 0) this.accepted.delete(host)
      else this.accepted.set(host, left)
    })
    return { stream, channel: NAME, remote: `${NAME}:${inner.remotePublicKey.toString('hex')}` }
  }

  /** Resolves when all links are gone. */
  async end(): Promise<void> {
    for (const inner of this.dialing) inner.destroy()
    await Promise.all(
      [...this.open].map(async (stream) => {
        const gone = once(stream, 'close')
        stream.destroy()
        await gone
      }),
    )
  }

  private keep(inner: SecretStream): DhtStream {
    const stream = new DhtStream(inner)
    this.open.add(stream)
    const host = inner.rawStream?.remoteHost
    if (host !== undefined) this.linked(host, true)
    // A link that breaks before anybody holds it must not end the process.
    stream.on('error', ignore)
    return stream.once('close', () => {
      this.open.delete(stream)
      if (host !== undefined) this.linked(host, false)
    })
  }
}

function ignore(): void {
  // A 'close' follows, and whoever holds the link hears the error as well.
}
