/** Links through a third device of the circle, as a channel: what the tunnel on them is made of, it can't tell. */
import type { Duplex } from 'node:stream'
import type { Channel, ChannelStatus, Link } from '@triode/channels'
import { CallerFault, Unavailable, type CircleId, type DeviceId } from '@triode/core'
import { systemRandom } from '@triode/crypto'

export const FORWARD = 'forward'

/** A way to a device: through another to which there is a tunnel. */
export interface Way {
  readonly circle: CircleId
  readonly via: DeviceId
  readonly to: DeviceId
}

const FORM = /^forward:([0-9a-f]{32})\/([a-z2-7]{52})\/([a-z2-7]{52})\/([a-z2-7]{52})$/

export class ForwardChannel implements Channel {
  readonly name = FORWARD
  readonly traits = { costPerMiB: 1, typicalBytesPerSecond: 1_000_000, rank: 4 }
  /**
   * Nobody else knows it, so no card or invitation names a way: who is in two circles would else have a member of one call
   * through the other, and learn that it is in both.
   */
  private readonly own = systemRandom.bytes(16).toHex()
  private readonly begin: (way: Way) => Duplex
  private onLink: ((link: Link) => void) | undefined
  private readonly open = new Set<Duplex>()

  /** @param begin @throws Unavailable 'unreachable' */
  constructor(begin: (way: Way) => Duplex) {
    this.begin = begin
  }

  start(onLink: (link: Link) => void): Promise<void> {
    this.onLink = onLink
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.onLink = undefined
    for (const stream of this.open) stream.destroy()
    return Promise.resolve()
  }

  status(): ChannelStatus {
    return { state: this.onLink === undefined ? 'off' : 'on' }
  }

  addresses(): string[] {
    return []
  }

  /** What dial() takes, in this run alone. */
  addressOf({ circle, via, to }: Way): string {
    return `${FORWARD}:${this.own}/${circle}/${via}/${to}`
  }

  dial(address: string): Promise<Link> {
    const [, own, circle, via, to] = FORM.exec(address) ?? []
    if (own !== this.own || circle === undefined || via === undefined || to === undefined)
      throw new CallerFault('address-malformed')
    if (this.onLink === undefined) throw new Unavailable('channel-off')
    const way = { circle, via, to } as Way
    return Promise.resolve(this.link(this.begin(way), way.via))
  }

  /** Somebody of `circle` calls through `via`: no other circle of this device may answer. */
  give(stream: Duplex, circle: CircleId, via: DeviceId): void {
    if (this.onLink === undefined) stream.destroy()
    else this.onLink({ ...this.link(stream, via), service: circle })
  }

  private link(stream: Duplex, via: DeviceId): Link {
    this.open.add(stream)
    stream.on('error', ignore).once('close', () => this.open.delete(stream))
    return { stream, channel: FORWARD, remote: `${FORWARD}:${via}` }
  }
}

function ignore(): void {
  // Whoever holds the link hears it as well.
}
