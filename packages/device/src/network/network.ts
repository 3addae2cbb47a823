/** Links, tunnels and who is reached over which: the meeting point of channels, tunnels and circles. */
import {
  PeerFault,
  Unavailable,
  type CircleId,
  type Clock,
  type DeviceId,
  type Fault,
  type InvitationId,
  type Random,
} from '@triode/core'
import type { Channel, DhtChannel, Discovery, TcpChannel, TorChannel } from '@triode/channels'
import type { TunnelIdentity } from '@triode/tunnel'
import { Chores } from '../chores.ts'
import { Dialer, type DialTarget, type MadeTunnel } from './dialer.ts'
import { Door } from './door.ts'
import { FarAway } from './farAway.ts'
import type { Forwarding } from '../forward/forwarding.ts'
import { FAR_CHANNELS, type FarChannel } from './leadsFar.ts'
import { Nearby } from './nearby.ts'
import { Onions } from './onions.ts'
import { Outlook, type Unreached } from './outlook.ts'
import { PathWatch } from './pathWatch.ts'
import { mayMapPort } from './portMapping.ts'
import { RunningChannels } from './runningChannels.ts'
import { SYNC_PATH } from './streamLink.ts'
import { Surroundings } from './surroundings.ts'
import { FAREWELL_MS, LEAVE_GRACE_MS, SHORT_LIVED_MS, STARTING_MS, TICK_MS } from '../tuning.ts'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { PeerTunnel } from './peerTunnel.ts'
import { PeerTunnels } from './peerTunnels.ts'
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
  private readonly tunnels: PeerTunnels
  private readonly dialer: Dialer
  private readonly abort = new AbortController()
  private readonly channels: RunningChannels
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

  constructor(options: NetworkOptions) {
    this.options = options
    this.chores = new Chores(options.clock, 'tick-failed', (fault) => {
      options.events.refused(fault, {})
    })
    this.channels = new RunningChannels({
      channels: options.channels,
      clock: options.clock,
      signal: this.abort.signal,
      accept: (link) => {
        void this.door.accept(link)
      },
      failed: (fault, { name }) => {
        options.events.refused(fault, { channel: name })
      },
      switched: (on) => {
        // Whom it may lead to is dialed at once, however often that failed before.
        if (on) for (const circle of options.circles()) this.dialer.forget(circle.id)
        this.wake()
      },
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
    this.tunnels = new PeerTunnels({
      clock: options.clock,
      circles: options.circles,
      signal: this.abort.signal,
      streams: options.streams ?? [],
      rankOf: (channel) => this.dialer.rankOf(channel),
      up: (peer) => {
        this.up(peer)
      },
      down: (peer, fault) => {
        this.down(peer, fault)
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
    this.permitMapping()
    await this.channels.start(off)
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
    await this.channels.stop()
  }

  /** One after another. Whoever was reached over a channel that ends is dialed over the others. */
  switchChannel(channel: Channel, on: boolean): Promise<void> {
    return this.channels.switch(channel, on)
  }

  peers(circle?: CircleId): PeerTunnel[] {
    return this.tunnels.of(circle)
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
    return this.tunnels.has(circle, device)
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

  /** Over which channels this device is not found by an invitation now, since there are too many: addresses in it may lead here all the same. */
  leftOut(invitation: InvitationId): readonly FarChannel[] {
    const { farAway, onions } = this
    const of = { dht: farAway.leftOut, tor: onions.leftOut }
    return FAR_CHANNELS.filter((channel) => of[channel].has(invitation))
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

  // ---- tunnels

  private keep(circle: CircleRuntime, device: DeviceId, made: MadeTunnel, dialed: boolean): void {
    const peer = this.tunnels.keep(circle, device, made, dialed)
    if (peer !== undefined && this.outlook.reached(peer.remote)) this.letOut()
  }

  private up(peer: PeerTunnel): void {
    this.dialer.plan(peer.circle).succeeded(peer.device)
    this.options.events.up(peer)
  }

  private down(peer: PeerTunnel, fault: Fault | undefined): void {
    this.options.events.down(peer, fault)
    this.blame(peer, fault)
    const livedMs = this.options.clock.elapsed() - peer.sinceElapsed
    const plan = this.dialer.plan(peer.circle)
    if (fault instanceof PeerFault || livedMs < SHORT_LIVED_MS) plan.failed(peer.device)
    else plan.forget(peer.device)
    if (!this.abort.signal.aborted) this.wake()
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
