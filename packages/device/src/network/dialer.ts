/** Whom to dial, when, and over what: until there is a tunnel, and then over what is better than that (spec §8.7). */
import type { Duplex } from 'node:stream'
import { PeerFault, Unavailable, type CircleId, type Clock, type DeviceId, type Random } from '@triode/core'
import type { Channel, Link, Visit } from '@triode/channels'
import { dialTunnel, type Tunnel, type TunnelIdentity } from '@triode/tunnel'
import { ipv6First } from './addressOrder.ts'
import { Allowance } from '../allowance.ts'
import { CardNews } from './cardNews.ts'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { dialFirst } from './dialFirst.ts'
import { DialPlan } from './dialPlan.ts'
import { isKeepers, keepersFirst } from './keepersFirst.ts'
import { circleName } from '../circle/names.ts'
import type { Outlook } from './outlook.ts'
import {
  CARD_NEWS_AT_ONCE,
  CARD_NEWS_EVERY_MS,
  DIAL_TIMEOUT_MS,
  FORWARD_HEAD_START_MS,
  HURRY_BACKOFF_MS,
  HURRY_MS,
  MAX_BETTER_DIALS,
  MAX_DIALED_TUNNELS,
  MAX_DIALS,
  MAX_FORWARD_DIALS,
  MAX_NEWS_DIALS,
  MAX_TUNNELS_PER_CIRCLE,
  SHUT_BACKOFF_MS,
} from '../tuning.ts'

const SIGHTINGS = { most: CARD_NEWS_AT_ONCE, everyMs: CARD_NEWS_EVERY_MS } as const

/** A tunnel as it comes from a channel. */
export interface MadeTunnel {
  readonly tunnel: Tunnel
  readonly channel: string
  readonly remote: string
  /** As `Link.local` says. */
  readonly local?: string
  /** The stream that `DialTarget.first` asked for. */
  readonly first?: Duplex
}

export interface DialTarget {
  readonly knock: string
  readonly authorize: (peerKey: Uint8Array) => boolean
  readonly signal?: AbortSignal
  /** For what a channel with `Services` leads to. */
  readonly visit?: Visit
  /** Path of a stream to open with the last message of the handshake: that saves waiting for a round trip. */
  readonly first?: string
}

export interface DialerOptions {
  readonly channels: readonly Channel[]
  readonly clock: Clock
  readonly random: Random
  /** Ends every attempt. */
  readonly signal: AbortSignal
  /** Devices of a circle that a tunnel is open to, and over which channel. */
  readonly up: (circle: CircleId) => ReadonlyMap<DeviceId, string>
  /** Addresses of a device through others. */
  readonly ways: (circle: CircleRuntime, device: DeviceId) => readonly string[]
  /** Path of the first stream to a device of a circle. */
  readonly firstPath: string
  readonly made: (circle: CircleRuntime, device: DeviceId, made: MadeTunnel) => void
  /** Told of calls that came to nothing. */
  readonly outlook: Outlook
  /** Whoever is at an address of a device broke the rules; `device` is it only once it has proven so. */
  readonly refused: (fault: PeerFault, circle: CircleId, device: DeviceId | undefined) => void
}

export class Dialer {
  private readonly options: DialerOptions
  private readonly plans = new Map<CircleId, DialPlan>()
  /** Of dials through others. */
  private readonly waysPlans = new Map<CircleId, DialPlan>()
  /** Of dials over something better than there is. */
  private readonly betterPlans = new Map<CircleId, DialPlan>()
  /** Ends the dials to devices of circles that are under way. */
  private round = new AbortController()
  /** Until when waits are short, by the monotonic clock. */
  private hurryUntil = -Infinity
  private readonly cards: CardNews
  private readonly sightings = new Map<string, Allowance>()
  private dials = 0
  /** Of these. */
  private betterDials = 0
  /** Beside these. */
  private newsDials = 0
  /** And these, through others. */
  private forwardDials = 0

  constructor(options: DialerOptions) {
    this.options = options
    this.cards = new CardNews(options.clock)
  }

  plan(circle: CircleId): DialPlan {
    return this.planOf(this.plans, circle)
  }

  forget(circle: CircleId): void {
    for (const plans of [this.plans, this.waysPlans, this.betterPlans]) plans.delete(circle)
    this.cards.forget(circle)
    for (const key of this.sightings.keys()) if (key.startsWith(`${circle}/`)) this.sightings.delete(key)
  }

  /** The network is another one: dials under way lead nowhere, and all are due at once, and soon again. */
  restart(): void {
    this.round.abort()
    this.round = new AbortController()
    for (const plans of [this.plans, this.waysPlans, this.betterPlans]) plans.clear()
    this.hurryUntil = this.options.clock.elapsed() + HURRY_MS
  }

  /** There is a new address of a device, or another sign of life: it is dialed without waiting. @param how as of DialPlan.news() */
  news(circle: CircleId, device: DeviceId, how: { readonly failuresCount?: boolean } = {}): void {
    this.plan(circle).news(device, how)
    this.planOf(this.betterPlans, circle).news(device, how)
  }

  /**
   * A device was found over a channel, or somebody says so in its name, which whoever is in the network can: it is dialed without
   * waiting, as seldom as it is for its cards. @returns whether it is
   */
  found(circle: CircleId, device: DeviceId, channel: string): boolean {
    if (this.isNoBetter(circle, device, channel)) return false
    const key = `${circle}/${device}/${channel}`
    const sightings = this.sightings.get(key) ?? new Allowance(this.options.clock, SIGHTINGS)
    this.sightings.set(key, sightings)
    if (!sightings.take()) return false
    this.news(circle, device)
    return true
  }

  /** Whether `channel` is no better than the one of the tunnel to a device of the circle. */
  isNoBetter(circle: CircleId, device: DeviceId, channel: string): boolean {
    const present = this.options.up(circle).get(device)
    return present !== undefined && this.rankOf(present) <= this.rankOf(channel)
  }

  /** Lower is better. */
  rankOf(channel: string): number {
    return this.options.channels.find(({ name }) => name === channel)?.traits.rank ?? 0
  }

  /** Starts the dials of a circle that are due, within the bounds. */
  dialDue(circle: CircleRuntime): void {
    const plan = this.plan(circle.id)
    const up = this.options.up(circle.id)
    this.readCards(circle)
    this.dialNews(circle, up)
    let room = MAX_DIALED_TUNNELS - up.size
    for (const device of keepersFirst(circle.state, plan.inTurn(circle.whereabouts.dialable()))) {
      if (this.dials >= MAX_DIALS) break
      // A keeper is dialed though there are others enough: nobody else holds what is left.
      if (room <= 0 && (up.size >= MAX_TUNNELS_PER_CIRCLE || !isKeepers(circle.state, device))) break
      if (up.has(device) || !plan.isDue(device)) continue
      const addresses = circle.whereabouts.addressesOf(device)
      if (addresses.length === 0) continue
      room--
      void this.usualDial(circle, device, addresses, plan)
    }
    this.dialThrough(circle, up, room)
    this.dialBetter(circle, up)
  }

  /** Who says anew where it is, which others hand on, is dialed there at once. */
  private readCards(circle: CircleRuntime): void {
    for (const device of circle.whereabouts.dialable()) {
      if (!this.cards.isNews(circle.id, device, circle.whereabouts.cardOf(device))) continue
      this.news(circle.id, device, { failuresCount: this.cards.isOften(circle.id, device) })
    }
  }

  /** Whom there was just news of, at once: dials that lead nowhere take long to say so, those to where it was as well. */
  private dialNews(circle: CircleRuntime, up: ReadonlyMap<DeviceId, string>): void {
    for (const device of circle.whereabouts.dialable()) {
      if (this.newsDials >= MAX_NEWS_DIALS) return
      const present = up.get(device)
      if (present === undefined && up.size >= MAX_DIALED_TUNNELS) continue
      const plan = present === undefined ? this.plan(circle.id) : this.planOf(this.betterPlans, circle.id)
      if (!plan.isNewsDue(device)) continue
      const known = circle.whereabouts.addressesOf(device)
      const addresses = present === undefined ? known : this.betterAddresses(known, present)
      if (addresses.length === 0) continue
      this.newsDials++
      void this.dial(circle, device, addresses, plan).finally(() => {
        this.newsDials--
      })
    }
  }

  private async usualDial(
    circle: CircleRuntime,
    device: DeviceId,
    addresses: readonly string[],
    plan: DialPlan,
  ): Promise<void> {
    this.dials++
    try {
      await this.dial(circle, device, addresses, plan)
    } finally {
      this.dials--
    }
  }

  /** Whom there is a tunnel to, over channels that are better than its: it takes the place of that one, and no dial of whom there is none to. */
  private dialBetter(circle: CircleRuntime, up: ReadonlyMap<DeviceId, string>): void {
    const plan = this.planOf(this.betterPlans, circle.id)
    for (const device of plan.inTurn(circle.whereabouts.dialable())) {
      if (this.betterDials >= MAX_BETTER_DIALS || this.dials >= MAX_DIALS) return
      const present = up.get(device)
      if (present === undefined || !plan.isDue(device)) continue
      const addresses = this.betterAddresses(circle.whereabouts.addressesOf(device), present)
      if (addresses.length === 0) continue
      this.betterDials++
      void this.usualDial(circle, device, addresses, plan).finally(() => {
        this.betterDials--
      })
    }
  }

  private betterAddresses(addresses: readonly string[], present: string): string[] {
    return addresses.filter((address) => {
      const channel = this.channelOf(address)
      return channel?.status().state === 'on' && channel.traits.rank < this.rankOf(present)
    })
  }

  /** Whom it does not reach by itself, through others: after a head start, and beside going on to try. */
  private dialThrough(circle: CircleRuntime, up: ReadonlyMap<DeviceId, string>, most: number): void {
    const plan = this.planOf(this.waysPlans, circle.id)
    let room = most
    for (const device of plan.inTurn(circle.whereabouts.dialable())) {
      if (room <= 0 || this.forwardDials >= MAX_FORWARD_DIALS) return
      if (up.has(device)) {
        plan.forget(device)
        continue
      }
      plan.begin(device, FORWARD_HEAD_START_MS)
      if (!plan.isDue(device)) continue
      const ways = this.options.ways(circle, device)
      if (ways.length === 0) continue
      room--
      this.forwardDials++
      void this.dial(circle, device, ways, plan).finally(() => {
        this.forwardDials--
      })
    }
  }

  private planOf(plans: Map<CircleId, DialPlan>, circle: CircleId): DialPlan {
    let plan = plans.get(circle)
    if (plan === undefined) {
      plan = new DialPlan(this.options.clock, this.options.random)
      plans.set(circle, plan)
    }
    return plan
  }

  /** Dials `addresses` beside each other until one is a tunnel to a device that the target takes. */
  async dialAny(
    addresses: readonly string[],
    identity: TunnelIdentity,
    target: DialTarget,
  ): Promise<MadeTunnel> {
    const given = target.signal === undefined ? [] : [target.signal]
    const signal = AbortSignal.any([this.options.signal, ...given])
    const limitMs = (address: string): number => this.channelOf(address)?.traits.dialMs ?? DIAL_TIMEOUT_MS
    const dial = async (address: string, attempt: AbortSignal): Promise<MadeTunnel> => {
      const link = await this.dialLink(address, attempt, target.visit).catch((cause: unknown) => {
        this.options.outlook.failed(address, cause)
        throw cause
      })
      const tunnel = await dialTunnel(link.stream, identity, { ...target, signal: attempt })
      const first = target.first === undefined ? undefined : tunnel.open(target.first)
      await tunnel.accepted
      return {
        tunnel,
        channel: link.channel,
        remote: link.remote,
        ...(link.local !== undefined && { local: link.local }),
        ...(first !== undefined && { first }),
      }
    }
    return dialFirst(ipv6First(addresses), signal, dial, limitMs)
  }

  private async dial(
    circle: CircleRuntime,
    device: DeviceId,
    addresses: readonly string[],
    plan: DialPlan,
  ): Promise<void> {
    plan.started(device)
    try {
      const made = await this.dialKnown(circle, device, addresses)
      plan.succeeded(device)
      this.options.made(circle, device, made)
    } catch (cause) {
      plan.failed(device, this.longestWait())
      if (!(cause instanceof PeerFault)) return
      if (cause.code !== 'knock-unknown')
        this.options.refused(cause, circle.id, cause.code === 'peer-refused' ? device : undefined)
      // Another device may be at an old address by now. With no tunnel at all it may be this one's own clock.
      else if (this.options.up(circle.id).size === 0)
        this.options.refused(clockSuspected(circle), circle.id, undefined)
    }
  }

  /** With one name after the other, while whoever answers does not know it. */
  private async dialKnown(
    circle: CircleRuntime,
    device: DeviceId,
    addresses: readonly string[],
  ): Promise<MadeTunnel> {
    const authorize = (peerKey: Uint8Array): boolean => circle.callers.activeDevice(peerKey) === device
    const knocks = circle.names.knocks(device)
    const { signal } = this.round
    for (const [index, knock] of knocks.entries()) {
      try {
        return await this.dialAny(addresses, circle.identity, {
          knock,
          authorize,
          visit: circle.whereabouts.visitTo(device),
          first: this.options.firstPath,
          signal,
        })
      } catch (cause) {
        const unknown = cause instanceof PeerFault && cause.code === 'knock-unknown'
        if (!unknown || index === knocks.length - 1 || signal.aborted) throw cause
      }
    }
    throw new PeerFault('knock-unknown')
  }

  /** Milliseconds until a device is dialed again, at most; undefined: as usual. */
  private longestWait(): number | undefined {
    if (this.options.clock.elapsed() < this.hurryUntil) return HURRY_BACKOFF_MS
    return this.options.outlook.isShut ? SHUT_BACKOFF_MS : undefined
  }

  private channelOf(address: string): Channel | undefined {
    return this.options.channels.find((one) => address.startsWith(`${one.name}:`))
  }

  private dialLink(address: string, signal: AbortSignal, visit?: Visit): Promise<Link> {
    const known = this.channelOf(address)
    const channel = known?.status().state === 'on' ? known : undefined
    if (channel === undefined) {
      throw new Unavailable('no-channel', { message: 'The channel that leads there is not running.' })
    }
    return channel.dial(address, signal, visit)
  }
}

function clockSuspected(circle: CircleRuntime): PeerFault {
  return new PeerFault('clock-suspected', {
    details: { circle: circleName(circle.state) },
    message: `Whoever answers at an address of the circle ${circleName(circle.state)} does not know this device's call.`,
    remedy: "Check this machine's clock: more than a day off, the others take it for a stranger.",
  })
}
