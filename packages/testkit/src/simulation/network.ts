/** Who is linked to whom in a simulation: links come and go, fall silent, and no link crosses a partition. */
import type { DeviceId, Fault } from '@triode/core'
import { linkInMemory, type MemoryLinkPair } from '../memoryLinks.ts'
import type { SeededRandom } from '../seededRandom.ts'
import type { VirtualClock } from '../virtualClock.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

export interface NetworkContext {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  /** What arrives in place of a frame. */
  readonly carry: (from: DeviceId, to: DeviceId, frame: Uint8Array) => readonly Uint8Array[]
  /** Before a link between the two opens. */
  readonly met: (one: SimulatedDevice, other: SimulatedDevice) => void
}

interface OpenLink {
  readonly one: SimulatedDevice
  readonly other: SimulatedDevice
  readonly pair: MemoryLinkPair
}

/** A silent link ends as late as a tunnel notices it: a ping a minute, and twenty seconds for its answer. */
const SILENCE_NOTICED_MS = 80_000
/** Links are as unlike as a LAN and a phone far out: milliseconds one way, and bytes a second. */
const DELAYS_MS = [1, 5, 30, 120, 400] as const
const RATES = [125_000_000, 12_500_000, 250_000] as const

export class Network {
  frames = 0
  bytes = 0
  maxBacklogBytes = 0
  /** Whether devices tell each other of the links that open from now on (spec §10.8). */
  tellsLinks = false
  private readonly context: NetworkContext
  private readonly links = new Map<string, OpenLink>()
  private readonly sides = new Map<SimulatedDevice, number>()

  constructor(context: NetworkContext) {
    this.context = context
  }

  degree(device: SimulatedDevice): number {
    return this.open().filter(({ one, other }) => one === device || other === device).length
  }

  /** Those that `device` is linked to now. */
  neighbours(device: SimulatedDevice): SimulatedDevice[] {
    return this.open().flatMap(({ one, other }) => (one === device ? other : other === device ? one : []))
  }

  linked(one: SimulatedDevice, other: SimulatedDevice): boolean {
    return this.links.get(nameOf(one, other))?.pair.isOpen() === true
  }

  /** @returns whether there is a link now */
  link(one: SimulatedDevice, other: SimulatedDevice): boolean {
    if (one === other || one.self === other.self || !one.running || !other.running) return false
    if (this.side(one) !== this.side(other)) return false
    if (this.linked(one, other)) return true
    const { clock, random, carry, met } = this.context
    met(one, other)
    const [delay, rate] = [random.pick(DELAYS_MS), random.pick(RATES)]
    const pair = linkInMemory(clock, one, other, {
      delayMs: () => delay * (1 + random.fraction()),
      bytesPerSecond: rate,
      carry,
      ...(this.tellsLinks && { roundTripMs: () => 2 * delay }),
      onFrame: (_from, _to, frame) => {
        this.frames++
        this.bytes += frame.length
      },
    })
    this.links.set(nameOf(one, other), { one, other, pair })
    return true
  }

  cut(one: SimulatedDevice, other: SimulatedDevice): void {
    this.links.get(nameOf(one, other))?.pair.cut()
    this.links.delete(nameOf(one, other))
  }

  /** The machine of `device` is off: some far ends notice at once, the others when they miss its pong. */
  cutAll(device: SimulatedDevice): void {
    for (const [name, link] of this.links) {
      if (link.one !== device && link.other !== device) continue
      this.links.delete(name)
      if (this.context.random.chance(0.5)) link.pair.cut()
      else this.silence(link, device)
    }
  }

  /** One direction of some link stops, perhaps inside of a frame. */
  stallOne(): void {
    const open = this.open()
    if (open.length === 0) return
    const { random, clock } = this.context
    const { one, other, pair } = random.pick(open)
    pair.stall(random.chance(0.5) ? one.self : other.self, random.int(2_000))
    clock.after(SILENCE_NOTICED_MS, () => {
      pair.cut()
    })
  }

  cutOne(): void {
    const open = this.open()
    if (open.length === 0) return
    const { one, other } = this.context.random.pick(open)
    this.cut(one, other)
  }

  /** From now on only devices of one side reach each other. */
  partition(devices: readonly SimulatedDevice[], sides: number): void {
    for (const device of devices) this.sides.set(device, this.context.random.int(sides))
    for (const { one, other } of this.open()) if (this.side(one) !== this.side(other)) this.cut(one, other)
  }

  heal(): void {
    this.sides.clear()
  }

  get partitioned(): boolean {
    return this.sides.size > 0
  }

  side(device: SimulatedDevice): number {
    return this.sides.get(device) ?? 0
  }

  /** On the same side of a partition as `like`. */
  placeBeside(device: SimulatedDevice, like: SimulatedDevice): void {
    if (this.partitioned) this.sides.set(device, this.side(like))
  }

  noteBacklogs(): void {
    for (const { pair } of this.links.values()) {
      this.maxBacklogBytes = Math.max(this.maxBacklogBytes, pair.backlogBytes())
    }
  }

  /** Links that a side closed for a fault, once each. */
  takeFaults(): Fault[] {
    const faults: Fault[] = []
    for (const [name, { pair }] of this.links) {
      if (pair.isOpen()) continue
      const fault = pair.fault()
      if (fault !== undefined) faults.push(fault)
      this.links.delete(name)
    }
    return faults
  }

  private open(): OpenLink[] {
    return [...this.links.values()].filter(({ pair }) => pair.isOpen())
  }

  private silence({ one, other, pair }: OpenLink, dead: SimulatedDevice): void {
    pair.stall((dead === one ? one : other).self, 0)
    this.context.clock.after(SILENCE_NOTICED_MS, () => {
      pair.cut()
    })
  }
}

function nameOf(one: SimulatedDevice, other: SimulatedDevice): string {
  return one.name < other.name ? `${one.name}|${other.name}` : `${other.name}|${one.name}`
}
