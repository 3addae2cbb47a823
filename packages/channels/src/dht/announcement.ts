/** One name of this device in the DHT: a throw-away key at which it is called, announced under the name's topic. */
import type HyperDHT from 'hyperdht'
import type { DhtServer, KeyPair, SecretStream } from 'hyperdht'
import { topicOf } from './spec.ts'
import { ANNOUNCE_INTERVAL_MS, ANNOUNCE_RETRY_MS, KEEP_ALIVE_MS, RETIRE_MS } from './tuning.ts'

export interface AnnouncementOptions {
  readonly dht: HyperDHT
  /** Made for this name, used for nothing else. */
  readonly keyPair: KeyPair
  readonly name: string
  readonly onStream: (stream: SecretStream) => void
}

export class Announcement {
  /** Resolves after the first try. */
  readonly ready: Promise<void>
  private readonly options: AnnouncementOptions
  private server: DhtServer | undefined
  private timer: NodeJS.Timeout | undefined
  private closed = false
  private announcing = false
  /** What is being announced has to be once more. */
  private isOld = false
  private retracted = false

  constructor(options: AnnouncementOptions) {
    this.options = options
    this.ready = this.round()
  }

  /** At which it is called: 64 digits of hexadecimal. */
  get key(): string {
    return this.options.keyPair.publicKey.toString('hex')
  }

  /** Announces it now, not when it is due. */
  again(): void {
    if (this.closed) return
    clearTimeout(this.timer)
    if (this.announcing) this.isOld = true
    else void this.round()
  }

  /** Takes the name back. Calls are answered for a while still, and links live on. @param closed after that */
  async retire(closed: () => void): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      void this.close().then(closed)
    }, RETIRE_MS).unref()
    await this.unannounce()
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    await this.ready
    await Promise.allSettled([this.unannounce(), this.server?.close()])
  }

  private async unannounce(): Promise<void> {
    const { dht, keyPair, name } = this.options
    await this.ready
    if (this.server === undefined || this.retracted) return
    this.retracted = true
    // Nodes forget it by themselves when they can't be told.
    await dht.unannounce(topicOf(name), keyPair).catch(() => undefined)
  }

  private async round(): Promise<void> {
    let nextMs = ANNOUNCE_INTERVAL_MS
    this.announcing = true
    try {
      await this.announce()
    } catch {
      // No node answers now.
      nextMs = ANNOUNCE_RETRY_MS
    }
    this.announcing = false
    if (this.isOld) nextMs = 0
    this.isOld = false
    if (this.closed) return
    this.timer = setTimeout(() => {
      void this.round()
    }, nextMs).unref()
  }

  private async announce(): Promise<void> {
    const { dht, keyPair, name, onStream } = this.options
    if (this.server === undefined) {
      // Whoever sees the topic can call; which addresses this machine has at home is not their business.
      const server = dht.createServer({ shareLocalAddress: false }, onStream)
      await server.listen(keyPair)
      slowDown(server)
      this.server = server
    } else {
      // Its own key, under which relays know it.
      this.server.refresh()
      sleeperOf(this.server)?.resume?.()
    }
    await dht.announce(topicOf(name), keyPair, this.server.relayAddresses.slice(0, 3)).finished()
  }
}

/** What of the library's inside is used, where it is there. */
interface Inside {
  readonly _announcer?: { readonly _sleeper?: Sleeper } | null
}

/** What a server waits with between two looks after its relays. */
interface Sleeper {
  pause?: (ms: number) => Promise<void>
  resume?: () => void
}

function sleeperOf(server: DhtServer): Sleeper | undefined {
  return (server as Inside)._announcer?._sleeper
}

/**
 * A server asks three relays each 3 s whether they are there, which keeps the way in through a NAT open, and is by far the most that
 * an idle device sends. The library has no setting for that; where it is built otherwise, it goes on as it does.
 */
function slowDown(server: DhtServer): void {
  const sleeper = sleeperOf(server)
  const pause = sleeper?.pause?.bind(sleeper)
  if (sleeper === undefined || pause === undefined) return
  sleeper.pause = () => pause(KEEP_ALIVE_MS)
}
