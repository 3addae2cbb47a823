/** Links within one process, for tests and simulations: the same promises as a channel of sockets. */
import { once } from 'node:events'
import { duplexPair, type Duplex } from 'node:stream'
import { CallerFault, Unavailable } from '@triode/core'
import type { Channel, ChannelStatus, Link } from '../channel.ts'

/** What connects the memory channels that share it. */
export type MemoryNetwork = Map<string, (stream: Duplex, from: string) => void>

const NAME = 'memory'
const FORM = /^memory:([\w-]{1,64})$/

export class MemoryChannel implements Channel {
  readonly name = NAME
  readonly traits = { costPerMiB: 0, typicalBytesPerSecond: 1_000_000_000, rank: 0 }
  private readonly network: MemoryNetwork
  private readonly host: string
  private readonly open = new Set<Duplex>()
  private running = false

  /** Others on `network` dial it as `memory:HOST`. */
  constructor(network: MemoryNetwork, host: string) {
    this.network = network
    this.host = host
  }

  start(onLink: (link: Link) => void): Promise<void> {
    if (this.running) return Promise.reject(new CallerFault('channel-started'))
    this.running = true
    this.network.set(this.host, (stream, from) => {
      onLink({ stream: this.keep(stream), channel: NAME, remote: `memory:${from}` })
    })
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    if (this.running) this.network.delete(this.host)
    this.running = false
    await Promise.all(
      [...this.open].map(async (stream) => {
        const gone = once(stream, 'close')
        stream.destroy()
        await gone
      }),
    )
  }

  status(): ChannelStatus {
    return { state: this.running ? 'on' : 'off' }
  }

  addresses(): string[] {
    return this.running ? [`memory:${this.host}`] : []
  }

  async dial(address: string, signal?: AbortSignal): Promise<Link> {
    const host = FORM.exec(address)?.[1]
    if (host === undefined) throw new CallerFault('address-malformed')
    // As a socket would, it takes a moment, in which the caller may think again.
    await Promise.resolve()
    if (!this.running) throw new Unavailable('channel-off')
    if (signal?.aborted === true) throw new Unavailable('aborted', { cause: signal.reason })
    const answer = this.network.get(host)
    if (answer === undefined) throw new Unavailable('unreachable')
    const [here, there] = duplexPair({ allowHalfOpen: true })
    takeAlong(here, there)
    takeAlong(there, here)
    answer(there, this.host)
    return { stream: this.keep(here), channel: NAME, remote: address }
  }

  private keep(stream: Duplex): Duplex {
    this.open.add(stream)
    stream.on('error', () => undefined)
    return stream.once('close', () => this.open.delete(stream))
  }
}

/** A link that is destroyed, instead of ended by both sides, takes its other end with it. */
function takeAlong(one: Duplex, other: Duplex): void {
  one.once('close', () => {
    if (!one.readableEnded || !one.writableFinished) other.destroy()
  })
}
