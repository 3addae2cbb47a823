/** Links, tunnels and who is reached over which: the meeting point of channels, tunnels and circles. */
import type { Duplex } from 'node:stream'
import {
  Fault,
  PeerFault,
  Unavailable,
  type CircleId,
  type Clock,
  type DeviceId,
  type Random,
} from '@triode/core'
import type { Channel, DhtChannel, Discovery, TcpChannel, TorChannel } from '@triode/channels'
import type { TunnelIdentity } from '@triode/tunnel'
import { Chores } from '../chores.ts'
import { Dialer, type DialTarget, type MadeTunnel } from './dialer.ts'
import { Door } from './door.ts'
import { FarAway } from './farAway.ts'
import type { Forwarding } from '../forward/forwarding.ts'
import { Nearby } from './nearby.ts'
import { Onions } from './onions.ts'
import { Outlook, type Unreached } from './outlook.ts'
import { PathWatch } from './pathWatch.ts'
import { mayMapPort } from './portMapping.ts'
import { isKeepers } from './keepersFirst.ts'
import { measureRoundTrips } from './roundTrips.ts'
import { stopChannels } from './stopChannels.ts'
import { StreamLink, SYNC_PATH } from './streamLink.ts'
import { Surroundings } from './surroundings.ts'
import {
  FAREWELL_MS,
  LEAVE_GRACE_MS,
  MAX_TUNNELS_OF_KEEPER,
  MAX_TUNNELS_PER_CIRCLE,
  SHORT_LIVED_MS,
  SIMULTANEOUS_DIAL_MS,
  STARTING_MS,
  TICK_MS,
} from '../tuning.ts'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { PeerTunnel } from './peerTunnel.ts'
import type { TunnelStreams } from './tunnelStreams.ts'

export interface NetworkEvents {
  up(peer: PeerTunnel): void
  down(peer: PeerTunnel, fault: Fault | undefined): void
  /** Somebody who could be named broke the rules before or after being let in. */
  refused(
    fault: Fault,
    about: { channel?: string; remote?: string; circle?: CircleId; device?: DeviceId },
  ): void
}

/** Names of a device that is looked for. */
export interface SoughtNames {
  readonly lan: ReadonlySet<string>
  /** In the DHT. */
  readonly far: ReadonlySet<string>
}

export interface NetworkOptions {
  readonly channels: readonly Channel[]
  readonly discovery: Discovery | undefined
  readonly dht?: DhtChannel | undefined
  readonly tor?: TorChannel | undefined
  readonly tcp?: TcpChannel | undefined
  readonly forwarding?: Forwarding
  readonly circles: () => Iterable<CircleRuntime>
  readonly clock: Clock
  readonly random: Random
  readonly events: NetworkEvents
  /** Default: this machine's. */
  readonly surroundings?: Surroundings
  /** Those that serve streams beside sync. */
  readonly streams?: readonly TunnelStreams[]
}

export class Network {
  private readonly options: NetworkOptions
  private readonly tunnels = new Map<CircleId, Map<DeviceId, PeerTunnel>>()
  private readonly dialer: Dialer
  private readonly abort = new AbortController()
  private readonly door: Door
  private readonly chores: Chores
  private readonly nearby: Nearby
  private readonly farAway: FarAway
  private readonly onions: Onions
  private readonly pathWatch: PathWatch
  private readonly outlook: Outlook
  private cancelTick: (() => void) | undefined
  private turn = 0
  /** By the monotonic clock. */
  private startedAt = -Infinity
  /** The last change of a channel that was asked for. */
  private switching: Promise<void> = Promise.resolve()

  constructor(options: NetworkOptions) {
    this.options = options
    this.chores = new Chores(options.clock, 'tick-failed', (fault) => {
      options.events.refused(fault, {})
    })
    this.door = new Door({
      clock: options.clock,
      circles: options.circles,
      signal: this.abort.signal,
      admitted: (circle, device, made) => {
        this.keep(circle, device, made, false)
      },
      refused: (fault, about) => {
        options.events.refused(fault, about)
      },
    })
    this.nearby = new Nearby({
      ...options,
      found: (circle, device) => this.found(circle, device, 'lan'),
    })
    this.farAway = new FarAway({
      dht: options.dht,
      circles: options.circles,
      isUp: (circle, device) => this.dialer.isNoBetter(circle, device, 'dht'),
      found: (circle, device) => this.found(circle, device, 'dht'),
    })
    this.onions = new Onions({ tor: options.tor, circles: options.circles })
    this.outlook = new Outlook({
      clock: options.clock,
      remotes: () => this.peers().map(({ remote }) => remote),
    })
    this.dialer = new Dialer({
      outlook: this.outlook,
      channels: options.channels,
      clock: options.clock,
      random: options.random,
      signal: this.abort.signal,
      up: (circle) => new Map(this.peers(circle).map(({ device, channel }) => [device, channel])),
      ways: (circle, device) => options.forwarding?.ways(circle, device) ?? [],
      firstPath: SYNC_PATH,
      made: (circle, device, made) => {
        this.keep(circle, device, made, true)
      },
      refused: (fault, circle, device) => {
        options.events.refused(fault, { circle, ...(device !== undefined && { device }) })
      },
    })
    this.pathWatch = new PathWatch({
      surroundings: options.surroundings ?? new Surroundings(options),
      clock: options.clock,
      channels: options.channels,
      peers: () => this.peers(),
      cardOf: (circle, device) => this.circle(circle)?.whereabouts.cardOf(device),
      moved: () => {
        this.dialer.restart()
      },
    })
  }

  /** Starts every channel but those that are `off`; one that can't run says so in its status. */
  async start(off: readonly string[] = []): Promise<void> {
    this.startedAt = this.options.clock.elapsed()
    const wanted = this.options.channels.filter(({ name }) => !off.includes(name))
    this.permitMapping()
    await Promise.all(wanted.map((channel) => this.startChannel(channel)))
    this.nearby.start()
    this.farAway.start()
    this.tick()
  }

  async stop(): Promise<void> {
    this.abort.abort()
    this.cancelTick?.()
    this.nearby.stop()
    this.farAway.stop()
    for (const peer of this.peers()) peer.tunnel.destroy(new Unavailable('stopped'))
    this.door.stop()
    await stopChannels(this.options.channels, this.options.clock, this.switching)
  }

  /** One after another. Whoever was reached over a channel that ends is dialed over the others. */
  switchChannel(channel: Channel, on: boolean): Promise<void> {
    const turn = this.switching.then(async () => {
      if (this.abort.signal.aborted || on === (channel.status().state !== 'off')) return
      await (on ? this.startChannel(channel) : channel.stop())
      // Whom it may lead to is dialed at once, however often that failed before.
      if (on) for (const circle of this.options.circles()) this.dialer.forget(circle.id)
      this.wake()
    })
    this.switching = turn.catch(() => undefined)
    return turn
  }

  peers(circle?: CircleId): PeerTunnel[] {
    if (circle !== undefined) return [...(this.tunnels.get(circle)?.values() ?? [])]
    return [...this.tunnels.values()].flatMap((tunnels) => [...tunnels.values()])
  }

  /** Hosts far away that were called in vain, while nobody far away is reached. */
  unreached(): Unreached | undefined {
    return this.outlook.unreached()
  }

  /** Aborted when the network stops. */
  get signal(): AbortSignal {
    return this.abort.signal
  }

  isUp(circle: CircleId, device: DeviceId): boolean {
    return this.tunnels.get(circle)?.has(device) ?? false
  }

  /** Closes all tunnels of a circle and forgets it. */
  dropCircle(circle: CircleId): void {
    for (const peer of this.peers(circle)) peer.tunnel.destroy(new Unavailable('circle-left'))
    this.dialer.forget(circle)
  }

  /** Ends tunnels with whom is out, and all where this device is, once they had time for a farewell; those without a sync too. */
  dropEnded(circle: CircleRuntime): void {
    const out = circle.standing.standing !== 'active'
    const ended = this.peers(circle.id).filter(
      ({ device }) => out || circle.state.devices.get(device)?.active !== true,
    )
    if (ended.length === 0) return
    this.options.clock.after(FAREWELL_MS, () => {
      for (const { tunnel } of ended) tunnel.destroy(new PeerFault('not-a-member'))
    })
  }

  /** Gives what is queued for a circle's devices a moment to leave the machine. */
  async drained(circle: CircleId): Promise<void> {
    if (this.peers(circle).length === 0) return
    await new Promise<void>((resolve) => {
      this.options.clock.after(LEAVE_GRACE_MS, resolve)
    })
  }

  /**
   * How other devices may reach this one. Addresses on the LAN are for invitations only: members find each other there
   * by name, and those far away need not know them. In a DHT they are found by name alone; where it can be entered is told:
   * at this device, and to who is invited to `circle` at others of it as well.
   */
  addresses(scope: 'card' | 'invitation' = 'card', circle?: CircleRuntime): string[] {
    const { channels, dht, tor } = this.options
    const own = channels.flatMap((channel) =>
      channel === dht || channel === tor || (channel.name === 'lan' && scope === 'card')
        ? []
        : channel.addresses(),
    )
    return [...own, ...(dht?.nodes() ?? []), ...(circle?.whereabouts.dhtNodes() ?? [])]
  }

  /** Where an inviter is reached through Tor, if that channel is used. @param seed invitationOnionSeed() */
  inviterAddresses(seed: Uint8Array): string[] {
    return this.onions.inviterAddresses(seed)
  }

  /** Enters the DHT at the nodes among `addresses` as well, if that channel is used. */
  enterAt(addresses: readonly string[]): void {
    this.options.dht?.begin(addresses)
  }

  /** Looks now for whom to dial: something changed. */
  wake(): void {
    this.cancelTick?.()
    this.tick()
  }

  /** Dials a device that is in no circle of this one yet. */
  dialAny(addresses: readonly string[], identity: TunnelIdentity, target: DialTarget): Promise<MadeTunnel> {
    return this.dialer.dialAny(addresses, identity, target)
  }

  /** Reports the addresses of devices that announce one of the names, on the LAN or in the DHT, until cancelled. */
  watchNames({ lan, far }: SoughtNames, listener: (address: string) => void): () => void {
    const stops = [this.nearby.watchNames(lan, listener), this.farAway.watchNames(far, listener)]
    return () => {
      for (const stop of stops) stop()
    }
  }

  private circle(id: CircleId): CircleRuntime | undefined {
    for (const circle of this.options.circles()) if (circle.id === id) return circle
    return undefined
  }

  // ---- channels

  private async startChannel(channel: Channel): Promise<void> {
    try {
      await channel.start((link) => {
        void this.door.accept(link)
      })
    } catch (cause) {
      const fault = cause instanceof Fault ? cause : new Unavailable('channel-failed', { cause })
      this.options.events.refused(fault, { channel: channel.name })
    }
  }

  // ---- keeping one tunnel a device

  private keep(circle: CircleRuntime, device: DeviceId, made: MadeTunnel, dialed: boolean): void {
    if (this.abort.signal.aborted || !this.runs(circle)) {
      made.tunnel.destroy(new Unavailable('stopped'))
      return
    }
    const tunnels = this.tunnels.get(circle.id) ?? new Map<DeviceId, PeerTunnel>()
    this.tunnels.set(circle.id, tunnels)
    const { clock } = this.options
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
      return
    }
    const most = isKeepers(circle.state, circle.self) ? MAX_TUNNELS_OF_KEEPER : MAX_TUNNELS_PER_CIRCLE
    if (existing === undefined && tunnels.size >= most) {
      peer.tunnel.destroy(new Unavailable('too-many-tunnels'))
      return
    }
    tunnels.set(device, peer)
    this.dialer.plan(circle.id).succeeded(device)
    if (existing !== undefined) {
      this.detach(existing)
      existing.tunnel.close()
    }
    this.watch(circle, peer)
    this.options.events.up(peer)
    if (dialed) this.attach(circle, peer, made.first ?? peer.tunnel.open(SYNC_PATH))
    for (const one of this.options.streams ?? []) one.attach(peer)
    if (!dialed) {
      peer.tunnel.onStream((path, stream) => {
        if (tunnels.get(device) !== peer) stream.destroy()
        else if (path === SYNC_PATH) this.attach(circle, peer, stream)
        else if (!(this.options.streams ?? []).some((one) => one.accept(peer, path, stream))) stream.destroy()
      })
    }
    if (this.outlook.reached(peer.remote)) this.letOut()
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
    const better = this.dialer.rankOf(existing.channel) - this.dialer.rankOf(fresh.channel)
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
    for (const one of this.options.streams ?? []) one.detach(peer)
  }

  private watch(circle: CircleRuntime, peer: PeerTunnel): void {
    const stopMeasuring = measureRoundTrips(peer, this.options.clock, () => {
      circle.participant.sync.links.measured(peer.device)
    })
    void peer.tunnel.closed.then((fault) => {
      stopMeasuring()
      this.detach(peer)
      const tunnels = this.tunnels.get(circle.id)
      if (tunnels?.get(peer.device) !== peer) return
      tunnels.delete(peer.device)
      if (!this.runs(circle)) {
        if (tunnels.size === 0) this.tunnels.delete(circle.id)
        return
      }
      this.options.events.down(peer, fault)
      this.blame(peer, fault)
      const livedMs = this.options.clock.elapsed() - peer.sinceElapsed
      if (fault instanceof PeerFault || livedMs < SHORT_LIVED_MS)
        this.dialer.plan(circle.id).failed(peer.device)
      else this.dialer.plan(circle.id).forget(peer.device)
      if (!this.abort.signal.aborted) this.wake()
    })
  }

  /** Names who broke the rules inside of a tunnel. That it hung up on us for an error is no fault of its. */
  private blame({ circle, device, channel, remote }: PeerTunnel, fault: Fault | undefined): void {
    if (!(fault instanceof PeerFault) || fault.code === 'peer-hung-up' || fault.code === 'not-a-member')
      return
    this.options.events.refused(fault, { circle, device, channel, remote })
  }

  // ---- dialing

  private tick(): void {
    if (this.abort.signal.aborted) return
    this.chores.round(this.due())
    this.cancelTick = this.options.clock.after(TICK_MS, () => {
      this.tick()
    })
  }

  /** What can't be written now keeps no circle from talking. */
  private *due(): Iterable<() => void> {
    yield () => {
      this.pathWatch.look()
    }
    yield () => {
      this.nearby.announce()
    }
    yield () => {
      this.farAway.tick()
    }
    yield () => {
      this.onions.tick()
    }
    yield () => {
      this.permitMapping()
    }
    for (const circle of this.circlesInTurn()) {
      yield () => {
        const isStarting = this.options.clock.elapsed() - this.startedAt < STARTING_MS
        circle.tick([...this.addresses(), ...this.onions.addressesOf(circle.id)], isStarting)
      }
      yield () => {
        this.dialer.dialDue(circle)
      }
    }
  }

  /** Another one first each time: what a circle's dials take, which are bounded for all together, is not always taken before the others'. */
  private circlesInTurn(): CircleRuntime[] {
    const circles = [...this.options.circles()]
    const first = this.turn++ % Math.max(1, circles.length)
    return [...circles.slice(first), ...circles.slice(0, first)]
  }

  /** The network lets calls out again: all others are called now. */
  private letOut(): void {
    for (const channel of this.options.channels) channel.moved?.(true)
    this.dialer.restart()
    this.wake()
  }

  private permitMapping(): void {
    this.options.tcp?.permitMapping(mayMapPort(this.options.circles()))
  }

  private found(circle: CircleId, device: DeviceId, channel: string): boolean {
    if (!this.dialer.found(circle, device, channel)) return false
    this.wake()
    return true
  }
}
