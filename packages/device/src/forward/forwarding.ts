/**
 * Links between two devices that can't reach each other, handed on by a third that both reach (spec §8.6). It sees lengths and
 * times: inside is a tunnel of its own, whose keys are pinned as always.
 */
import type { Duplex } from 'node:stream'
import { policyOf, Unavailable, type CircleId, type Clock, type DeviceId, type Random } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { PeerTunnel } from '../network/peerTunnel.ts'
import { FORWARD_HEADER_MS, MAX_FORWARDED, MAX_FORWARDED_PER_PEER, MAX_FORWARD_WAYS } from '../tuning.ts'
import type { TunnelStreams } from '../network/tunnelStreams.ts'
import { FORWARD, ForwardChannel, type Way } from './forwardChannel.ts'
import { encodeHeader, readHeader, type Header } from './header.ts'
import { likelyWays } from './likelyWays.ts'
import { BEGIN_PATH, KIND, PARK_PATH } from './spec.ts'
import { splice } from './splice.ts'

export interface ForwardingOptions {
  readonly clock: Clock
  readonly random: Random
  readonly circle: (id: CircleId) => CircleRuntime | undefined
  readonly peers: (circle: CircleId) => readonly PeerTunnel[]
}

export class Forwarding implements TunnelStreams {
  readonly channel: ForwardChannel
  private readonly options: ForwardingOptions
  private readonly attached = new Set<PeerTunnel>()
  /** Streams that the dialers of tunnels parked here, to begin on. */
  private readonly parked = new Map<PeerTunnel, Duplex>()
  /** Links that came, or are handed on, from a device: by kind and id. */
  private readonly busy = new Map<string, number>()
  private handedOn = 0

  constructor(options: ForwardingOptions) {
    this.options = options
    this.channel = new ForwardChannel((way) => this.call(way))
  }

  attach(peer: PeerTunnel): void {
    this.attached.add(peer)
    // No chains: what is forwarded already is not parked on.
    if (peer.dialed && peer.channel !== FORWARD) this.park(peer)
  }

  detach(peer: PeerTunnel): void {
    this.attached.delete(peer)
    this.parked.get(peer)?.destroy()
    this.parked.delete(peer)
  }

  accept(peer: PeerTunnel, path: string, stream: Duplex): boolean {
    if (path !== PARK_PATH && path !== BEGIN_PATH) return false
    stream.on('error', ignore)
    if (peer.channel === FORWARD) stream.destroy()
    else if (path === BEGIN_PATH) void this.take(peer, stream)
    else {
      this.parked.get(peer)?.destroy()
      this.parked.set(peer, stream)
      stream.once('close', () => {
        if (this.parked.get(peer) === stream) this.parked.delete(peer)
      })
    }
    return true
  }

  /** Addresses of `to` through some of the devices that there is a tunnel to: others each time, unless some say that they are linked to it. */
  ways(circle: CircleRuntime, to: DeviceId): string[] {
    if (!isAllowed(circle)) return []
    const through = this.options
      .peers(circle.id)
      .filter(({ device, channel }) => device !== to && channel !== FORWARD)
      .map(({ device }) => device)
    const told = circle.participant.sync.links.told()
    return likelyWays(through, to, told, MAX_FORWARD_WAYS, this.options.random).map((via) =>
      this.channel.addressOf({ circle: circle.id, via, to }),
    )
  }

  // ---- inside

  /** @throws Unavailable 'unreachable' */
  private call({ circle, via, to }: Way): Duplex {
    const peer = this.options.peers(circle).find(({ device }) => device === via)
    const runtime = this.options.circle(circle)
    if (peer === undefined || runtime === undefined || !isAllowed(runtime)) throw unreachable()
    return this.begin(peer, { kind: KIND.to, device: to })
  }

  /** A stream to `peer` that begins with `header`. @throws Unavailable 'unreachable' */
  private begin(peer: PeerTunnel, header: Header): Duplex {
    const stream = peer.dialed ? peer.tunnel.open(BEGIN_PATH) : this.parked.get(peer)
    if (stream === undefined) throw unreachable()
    this.parked.delete(peer)
    stream.on('error', ignore)
    stream.write(encodeHeader(header))
    return stream
  }

  private park(peer: PeerTunnel): void {
    const stream = peer.tunnel.open(PARK_PATH)
    stream.on('error', ignore)
    void readHeader(stream)
      .then((header) => {
        if (header === undefined || !this.attached.has(peer)) {
          stream.destroy()
          return
        }
        this.park(peer)
        this.handle(peer, header, stream)
      })
      // Also where the far side said goodbye before it began: no stream can be parked then.
      .catch(() => {
        stream.destroy()
      })
  }

  /** A stream on which the dialer of the tunnel begins. */
  private async take(peer: PeerTunnel, stream: Duplex): Promise<void> {
    const cancel = this.options.clock.after(FORWARD_HEADER_MS, () => {
      stream.destroy()
    })
    try {
      const header = await readHeader(stream)
      if (header === undefined || !this.attached.has(peer)) stream.destroy()
      else this.handle(peer, header, stream)
    } catch {
      stream.destroy()
    } finally {
      cancel()
    }
  }

  private handle(peer: PeerTunnel, { kind, device }: Header, stream: Duplex): void {
    const circle = this.options.circle(peer.circle)
    const key = `${String(kind)} ${peer.device}`
    const count = this.busy.get(key) ?? 0
    // Who hands on has a bound for each asker: one alone must not be all that is heard through it.
    const most = kind === KIND.from ? MAX_FORWARDED : MAX_FORWARDED_PER_PEER
    if (circle === undefined || !isAllowed(circle) || count >= most) {
      stream.destroy()
      return
    }
    this.busy.set(key, count + 1)
    stream.once('close', () => {
      const left = (this.busy.get(key) ?? 1) - 1
      if (left === 0) this.busy.delete(key)
      else this.busy.set(key, left)
    })
    if (kind === KIND.from) this.channel.give(stream, circle.id, peer.device)
    else this.handOn(circle, peer, device, stream)
  }

  /** Only between devices that the log names, and that are here. */
  private handOn(circle: CircleRuntime, from: PeerTunnel, to: DeviceId, stream: Duplex): void {
    const active = (device: DeviceId): boolean => circle.state.devices.get(device)?.active === true
    const mayGoOn = (): boolean => isAllowed(circle) && active(from.device) && active(to)
    const target = this.options.peers(circle.id).find(({ device }) => device === to)
    const fits = target !== undefined && target !== from && target.channel !== FORWARD
    if (!fits || !mayGoOn() || this.handedOn >= MAX_FORWARDED) {
      stream.destroy()
      return
    }
    try {
      const onward = this.begin(target, { kind: KIND.from, device: from.device })
      this.handedOn++
      void splice(stream, onward, this.options.clock, mayGoOn).finally(() => {
        this.handedOn--
      })
    } catch {
      stream.destroy()
    }
  }
}

function isAllowed(circle: CircleRuntime): boolean {
  return circle.standing.standing === 'active' && policyOf(circle.state.policies, 'forwarding') === 'members'
}

function unreachable(): Unavailable {
  return new Unavailable('unreachable', { message: 'No device in between leads there now.' })
}

function ignore(): void {
  // The stream closes.
}
