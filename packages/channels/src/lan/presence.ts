/** This device on one interface: says its names when asked, and when they change; hears others. */
import { randomInt } from 'node:crypto'
import type { Interface } from './interfaces.ts'
import { openMdns, type MdnsSocket } from './mdnsSocket.ts'
import { answer, askingIn, question, sightings, type Packet, type Sighting } from './packets.ts'
import { Questions } from './questions.ts'
import {
  ANSWER_DELAY_MAX_MS,
  ANSWER_DELAY_MIN_MS,
  ANSWER_INTERVAL_MS,
  MAX_PACKETS_A_SECOND,
  REPEAT_MS,
} from './tuning.ts'

export interface PresenceOptions {
  readonly at: Interface
  /** UDP, of multicast DNS. */
  readonly mdnsPort: number
  /** TCP, where this device listens. */
  readonly port: number
  /** The names of this device now. */
  names(this: void): Iterable<string>
  seen(this: void, sighting: Sighting, host: string): void
  ready(this: void): void
  failed(this: void, code: string): void
}

export class Presence {
  readonly at: Interface
  private readonly options: PresenceOptions
  private readonly mdns: MdnsSocket
  private ready = false
  private answerTimer: NodeJS.Timeout | undefined
  private repeatTimer: NodeJS.Timeout | undefined
  private answeredAt = -Infinity
  private readonly questions = new Questions()
  private second = 0
  private packetsThisSecond = 0

  constructor(options: PresenceOptions) {
    this.options = options
    this.at = options.at
    this.mdns = openMdns(options.at, options.mdnsPort, {
      ready: () => {
        this.ready = true
        options.ready()
        this.ask()
        this.announce()
      },
      packet: (packet, from) => {
        this.hear(packet, from)
      },
      failed: options.failed,
    })
  }

  /** Asks who is there. */
  ask(): void {
    if (!this.ready) return
    this.questions.asks(performance.now())
    this.mdns.ask(question())
  }

  /** Asks, unless somebody else did so lately. @param intervalMs how often this is called */
  askAgain(intervalMs?: number): void {
    if (this.questions.isDue(performance.now(), intervalMs)) this.ask()
  }

  /** Says all names now and, in case that is lost, once more. */
  announce(): void {
    if (!this.ready) return
    this.say()
    clearTimeout(this.repeatTimer)
    this.repeatTimer = setTimeout(() => {
      this.say()
    }, REPEAT_MS).unref()
  }

  /** Takes `names` back. */
  async retract(names: Iterable<string>): Promise<void> {
    if (!this.ready) return
    await Promise.all(Array.from(names, (name) => this.mdns.tell(answer(name, this.here(), 0))))
  }

  async close(): Promise<void> {
    clearTimeout(this.answerTimer)
    clearTimeout(this.repeatTimer)
    await this.retract(this.options.names())
    this.ready = false
    await this.mdns.close()
  }

  private say(names = this.options.names()): void {
    this.answeredAt = performance.now()
    // One name a packet: nothing says that names belong together but the address they share.
    for (const name of names) void this.mdns.tell(answer(name, this.here()))
  }

  private hear(packet: Packet, from: { address: string; port: number }): void {
    // Some systems hand a packet to the sockets of all interfaces. RFC 6762 §11: others than neighbours are ignored.
    if (!this.at.includes(from.address) || this.isFlooded()) return
    const asking = packet.type === 'query' ? askingIn(packet) : undefined
    // One's own question comes back, and is answered: another device of this machine may have asked from the same address.
    if (asking !== undefined) {
      this.questions.heard(asking.known, performance.now())
      this.answerSoon()
    }
    if (packet.type === 'response' && from.port === this.options.mdnsPort) {
      for (const sighting of sightings(packet)) this.options.seen(sighting, from.address)
    }
  }

  private answerSoon(): void {
    if (this.answerTimer !== undefined) return
    const politenessMs = randomInt(ANSWER_DELAY_MIN_MS, ANSWER_DELAY_MAX_MS)
    const restMs = this.answeredAt + ANSWER_INTERVAL_MS - performance.now()
    this.answerTimer = setTimeout(
      () => {
        this.answerTimer = undefined
        const names = this.questions.answers(this.options.names())
        if (names.length > 0) this.say(names)
      },
      Math.max(politenessMs, restMs),
    ).unref()
  }

  private isFlooded(): boolean {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.second) {
      this.second = second
      this.packetsThisSecond = 0
    }
    return ++this.packetsThisSecond > MAX_PACKETS_A_SECOND
  }

  private here() {
    return { address: this.at.address, port: this.options.port }
  }
}
