/** The state of one simulation: its devices, the network between them, and what is known of both from outside. */
import {
  createSimulationSuite,
  PeerFault,
  type ConversationId,
  type DeviceId,
  type FilesAtKeepers,
  type ParticipantEvent,
  type Role,
  type SigningKey,
  type Suite,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createSeededRandom, type SeededRandom } from '../seededRandom.ts'
import { createVirtualClock, type VirtualClock } from '../virtualClock.ts'
import { hostileCarrier, Repeater, type Carrier, type Misdeed } from './carriers.ts'
import { tellLast, tellOut } from './farewell.ts'
import { found, join } from './joining.ts'
import { Readers } from './readers.ts'
import { Network } from './network.ts'
import { observedPrimitives, SealLedger } from './observedPrimitives.ts'
import { Outsiders } from './outsiders.ts'
import { Records } from './records.ts'
import { Removals } from './removals.ts'
import { Rosters } from './rosters.ts'
import { ShownRows } from './shownRows.ts'
import type { Theft } from './theft.ts'
import { SimulatedDevice, type DeviceContext } from './simulatedDevice.ts'
import type { Template } from './sleeping.ts'
import { Traffic } from './traffic.ts'
import { Withdrawals } from './withdrawals.ts'

const DAY_MS = 86_400_000
/** Chance that a frame which means something by itself is followed by an earlier one of its link. */
const REPETITION = 0.05
/** Chance that the answer to somebody who joins is lost. */
const LOST_ANSWER = 0.2

/** What honest devices say of each other when one knows more of the membership log than the other. */
const EXCUSED: readonly string[] = ['not-a-member', 'history-not-allowed']

/** What is not as it has to be. */
export interface Finding {
  readonly rule: string
  readonly what: string
}

export interface Violation extends Finding {
  /** The step in which it was found, from 0; undefined: while the world was healed, or at rest. */
  readonly step: number | undefined
}

/** For what follows devices beside the simulation itself, as their files do. */
export interface WorldHooks {
  /** For the process of a device that starts now. */
  readonly files?: (device: SimulatedDevice) => FilesAtKeepers
  readonly onEvent?: (device: SimulatedDevice, event: ParticipantEvent) => void
  /** Its process is gone. */
  readonly onEnd?: (device: SimulatedDevice) => void
}

export class World {
  readonly random: SeededRandom
  readonly clock: VirtualClock
  readonly ledger: SealLedger
  readonly suite: Suite
  readonly network: Network
  readonly records = new Records()
  readonly traffic = new Traffic()
  readonly removals = new Removals()
  readonly readers = new Readers()
  readonly outsiders = new Outsiders()
  readonly rosters = new Rosters()
  readonly shownRows = new ShownRows()
  readonly withdrawals = new Withdrawals()
  readonly thefts: Theft[] = []
  /** That runs now, from 0; undefined before the first and after the last. */
  step: number | undefined
  /** The policy `history` was `all` at some time, in somebody's view. */
  allHistory = false
  readonly devices: SimulatedDevice[] = []
  /** Rooms, and members of each as their creator last had it. */
  readonly rooms = new Set<ConversationId>()
  readonly violations: Violation[] = []
  /** Codes of faults that honest devices told of hostile ones, and how often. */
  readonly accusations = new Map<string, number>()
  readonly repeater: Repeater
  private readonly hooks: WorldHooks
  private readonly maxSkewDays: number
  private readonly carriers = new Map<DeviceId, Carrier>()
  private made = 0

  /** @param template the circle to start from; without one there is nobody yet */
  constructor(seed: string, maxSkewDays: number, template?: Template, hooks: WorldHooks = {}) {
    this.hooks = hooks
    this.random = createSeededRandom(seed)
    this.maxSkewDays = maxSkewDays
    this.clock = createVirtualClock()
    this.ledger = new SealLedger(template?.ledger)
    this.suite = createSimulationSuite(observedPrimitives(nodePrimitives(), this.ledger))
    this.repeater = new Repeater(this.random.fork('repetitions'), REPETITION)
    const random = this.random.fork('network')
    const carry: Carrier = (from, to, frame) => this.carry(from, to, frame)
    const met = (one: SimulatedDevice, other: SimulatedDevice): void => {
      tellOut(this, one, other)
    }
    this.network = new Network({ clock: this.clock, random, carry, met })
    if (template !== undefined) this.wake(template)
  }

  // ---- who is there

  get members(): SimulatedDevice[] {
    return this.devices.filter((device) => device.circle !== undefined && !device.gone)
  }

  get running(): SimulatedDevice[] {
    return this.members.filter((device) => device.running)
  }

  get honest(): SimulatedDevice[] {
    return this.members.filter((device) => !device.hostile)
  }

  find(id: DeviceId): SimulatedDevice | undefined {
    return this.devices.find((device) => device.self === id)
  }

  makeDevice(key?: SigningKey): SimulatedDevice {
    const name = `d${this.made++}`
    const skewMs = Math.round((2 * this.random.fraction() - 1) * this.maxSkewDays * DAY_MS)
    const drift = this.random.int(200) - 100
    const device = new SimulatedDevice(name, this.contextOf(name, skewMs, drift), key)
    this.devices.push(device)
    return device
  }

  found(): SimulatedDevice {
    const device = this.makeDevice()
    found(this.suite, device)
    return device
  }

  /** A new device, if `inviter` may invite with `role` and lives through it. */
  join(inviter: SimulatedDevice, role: Role): SimulatedDevice | undefined {
    return this.bring(inviter, role)
  }

  /** A further device of the member of `device`, if it may have one more and `device` lives through it. */
  addDevice(device: SimulatedDevice): SimulatedDevice | undefined {
    return this.bring(device, undefined)
  }

  makeHostile(device: SimulatedDevice, misdeed: Misdeed): void {
    device.hostile = true
    device.misdeed = misdeed
    this.records.makeFrail(device.member)
    const random = this.random.fork(`hostile ${device.name}`)
    this.carriers.set(
      device.self,
      hostileCarrier(misdeed, random, (bytes) => this.suite.hash(bytes)),
    )
    if (misdeed === 'fork') this.addTwin(device).start()
  }

  /** The backup of `device` on two disks, both on: neither may use a key again that it, or the other, has used. */
  restoreTwice(device: SimulatedDevice): void {
    device.restore()
    device.hostile = true
    device.keepsRules = true
    this.records.makeFrail(device.member)
    const twin = this.addTwin(device)
    twin.restore()
    twin.keepsRules = true
    device.start()
    twin.start()
  }

  /** Frames of `device` go this way from now on: for planted faults. */
  carryWith(device: SimulatedDevice, carrier: Carrier): void {
    this.carriers.set(device.self, carrier)
  }

  violated(rule: string, what: string): void {
    if (!this.violations.some((known) => known.rule === rule && known.what === what)) {
      this.violations.push({ rule, what, step: this.step })
    }
  }

  // ---- inside

  /** Late enough that no clock, however wrong, is behind that of the template: else its keys would be of the future. */
  private wake({ devices, elapsedMs }: Template): void {
    this.clock.advance(elapsedMs + this.maxSkewDays * DAY_MS)
    for (const device of devices) this.makeDevice(device.key).wake(device)
  }

  private bring(inviter: SimulatedDevice, role: Role | undefined): SimulatedDevice | undefined {
    const invitee = this.makeDevice()
    this.network.placeBeside(invitee, inviter)
    const random = this.random.fork(`join ${invitee.name}`)
    const joined = join({ suite: this.suite, inviter, invitee, role, lossy: LOST_ANSWER, random })
    return joined ? invitee : undefined
  }

  private addTwin(device: SimulatedDevice): SimulatedDevice {
    const twin = device.twin(this.contextOf(`${device.name}'s twin`, 0, 0))
    this.devices.push(twin)
    return twin
  }

  private carry(from: DeviceId, to: DeviceId, frame: Uint8Array): readonly Uint8Array[] {
    const carrier = this.carriers.get(from)
    return carrier === undefined ? this.repeater.carry(from, to, frame) : carrier(from, to, frame)
  }

  private contextOf(name: string, skewMs: number, driftPpm: number): DeviceContext {
    return {
      suite: this.suite,
      ledger: this.ledger,
      random: this.random.fork(`device ${name}`),
      clock: this.clock.skewed(skewMs, driftPpm),
      violated: (rule, what) => {
        this.violated(rule, what)
      },
      onEvent: (device, event) => {
        this.onEvent(device, event)
      },
      onRow: (device, conversation, position) => {
        this.shownRows.note(device, conversation, position)
      },
      onLast: (device, to, last) => {
        tellLast(this, device, to, last)
      },
      ...(this.hooks.files !== undefined && { files: this.hooks.files }),
      onEnd: (device) => {
        this.network.cutAll(device)
        this.hooks.onEnd?.(device)
      },
    }
  }

  private onEvent(device: SimulatedDevice, event: ParticipantEvent): void {
    this.hooks.onEvent?.(device, event)
    if (event.type !== 'fault' || !(event.fault instanceof PeerFault) || device.hostile) return
    const accused = event.device && this.find(event.device)
    const { code } = event.fault
    if (accused === undefined) return
    if (accused.hostile) this.accusations.set(code, (this.accusations.get(code) ?? 0) + 1)
    else if (!EXCUSED.includes(code))
      this.violated('no-false-accusation', `${device.name} accuses ${accused.name} of ${code}`)
  }
}
