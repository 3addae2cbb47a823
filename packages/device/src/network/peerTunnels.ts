/** One tunnel a device of each circle: which one stays where there are two, what runs on it, and what is said of its end. */
import type { Duplex } from 'node:stream'
import { Unavailable, type CircleId, type Clock, type DeviceId, type Fault } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { MAX_TUNNELS_OF_KEEPER, MAX_TUNNELS_PER_CIRCLE, SIMULTANEOUS_DIAL_MS } from '../tuning.ts'
import type { MadeTunnel } from './dialer.ts'
import { isKeepers } from './keepersFirst.ts'
import type { PeerTunnel } from './peerTunnel.ts'
import { measureRoundTrips } from './roundTrips.ts'
import { StreamLink, SYNC_PATH } from './streamLink.ts'
import type { TunnelStreams } from './tunnelStreams.ts'

export interface PeerTunnelsOptions {
  readonly clock: Clock
  readonly circles: () => Iterable<CircleRuntime>
  /** Aborted when the network stops. */
  readonly signal: AbortSignal
  /** Those that serve streams beside sync. */
  readonly streams: readonly TunnelStreams[]
  /** Of a channel; lower is better. */
  readonly rankOf: (channel: string) => number
  /** It is the tunnel to its device from now on, also instead of another one. */
  readonly up: (peer: PeerTunnel) => void
  /** It ended, and no other is there instead. */
  readonly down: (peer: PeerTunnel, fault: Fault | undefined) => void
}

export class PeerTunnels {
  private readonly options: PeerTunnelsOptions
  private readonly tunnels = new Map<CircleId, Map<DeviceId, PeerTunnel>>()

  constructor(options: PeerTunnelsOptions) {
    this.options = options
  }

  /** Of one circle, or of all. */
  of(circle?: CircleId): PeerTunnel[] {
    if (circle !== undefined) return [...(this.tunnels.get(circle)?.values() ?? [])]
    return [...this.tunnels.values()].flatMap((tunnels) => [...tunnels.values()])
  }

  has(circle: CircleId, device: DeviceId): boolean {
    return this.tunnels.get(circle)?.has(device) ?? false
  }

  /** @returns undefined where it was ended: a better one is there, or there is no room */
  keep(circle: CircleRuntime, device: DeviceId, made: MadeTunnel, dialed: boolean): PeerTunnel | undefined {
    const { clock, signal } = this.options
    if (signal.aborted || !this.runs(circle)) {
      made.tunnel.destroy(new Unavailable('stopped'))
      return undefined
    }
    const tunnels = this.tunnels.get(circle.id) ?? new Map<DeviceId, PeerTunnel>()
    this.tunnels.set(circle.id, tunnels)
    const peer: PeerTunnel = {
      circle: circle.id,
      device,
      ...made,
      since: clock.now(),
      sinceElapsed: clock.elapsed(),
      dialed,
      roundTripMs: undefined,
    }
    const existing = tunnels.get(device)
    if (existing !== undefined && this.staysBetter(circle, existing, peer)) {
      made.first?.destroy()
      peer.tunnel.close()
      return undefined
    }
    const most = isKeepers(circle.state, circle.self) ? MAX_TUNNELS_OF_KEEPER : MAX_TUNNELS_PER_CIRCLE
    if (existing === undefined && tunnels.size >= most) {
      peer.tunnel.destroy(new Unavailable('too-many-tunnels'))
      return undefined
    }
    tunnels.set(device, peer)
    if (existing !== undefined) {
      this.detach(existing)
      existing.tunnel.close()
    }
    this.watch(circle, peer)
    this.options.up(peer)
    this.serve(circle, peer, made.first)
    return peer
  }

  /** @param first the stream that was opened with the handshake */
  private serve(circle: CircleRuntime, peer: PeerTunnel, first: Duplex | undefined): void {
    const { dialed, tunnel } = peer
    const { streams } = this.options
    if (dialed) this.attach(circle, peer, first ?? tunnel.open(SYNC_PATH))
    for (const one of streams) one.attach(peer)
    if (dialed) return
    tunnel.onStream((path, stream) => {
      if (!this.isCurrent(peer)) stream.destroy()
      else if (path === SYNC_PATH) this.attach(circle, peer, stream)
      else if (!streams.some((one) => one.accept(peer, path, stream))) stream.destroy()
    })
  }

  private isCurrent(peer: PeerTunnel): boolean {
    return this.tunnels.get(peer.circle)?.get(peer.device) === peer
  }

  /** It may have been left while a device of it was dialed. */
  private runs(circle: CircleRuntime): boolean {
    for (const one of this.options.circles()) if (one === circle) return true
    return false
  }

  /**
   * Made at the same time: both keep the one over the better channel, and of two over one channel that which the device with the smaller
   * id dialed. Else the newer.
   */
  private staysBetter(circle: CircleRuntime, existing: PeerTunnel, fresh: PeerTunnel): boolean {
    const simultaneous = fresh.sinceElapsed - existing.sinceElapsed < SIMULTANEOUS_DIAL_MS
    if (!simultaneous) return false
    const better = this.options.rankOf(existing.channel) - this.options.rankOf(fresh.channel)
    if (better !== 0) return better < 0
    if (existing.dialed === fresh.dialed) return false
    return existing.dialed === circle.self < existing.device
  }

  private attach(circle: CircleRuntime, peer: PeerTunnel, stream: Duplex): void {
    const link = new StreamLink(peer, stream)
    link.attach(circle.connect(link))
    // A tunnel without sync is ending: it must not wait for the others.
    stream.once('close', () => {
      this.detach(peer)
    })
  }

  private detach(peer: PeerTunnel): void {
    for (const one of this.options.streams) one.detach(peer)
  }

  private watch(circle: CircleRuntime, peer: PeerTunnel): void {
    const stopMeasuring = measureRoundTrips(peer, this.options.clock, () => {
      circle.participant.sync.links.measured(peer.device)
    })
    void peer.tunnel.closed.then((fault) => {
      stopMeasuring()
      this.detach(peer)
      if (!this.isCurrent(peer)) return
      const tunnels = this.tunnels.get(circle.id)
      tunnels?.delete(peer.device)
      if (this.runs(circle)) this.options.down(peer, fault)
      else if (tunnels?.size === 0) this.tunnels.delete(circle.id)
    })
  }
}
