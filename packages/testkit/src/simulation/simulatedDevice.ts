/** One device of a simulation: its keys, its disk, its wrong clock, and, while it runs, the real participant on them. */
import {
  deviceIdOf,
  memberIdOf,
  Unavailable,
  type CircleId,
  type CircleState,
  type ConversationId,
  type DeviceId,
  type Fault,
  type FilesAtKeepers,
  type MemberId,
  type Participant,
  type ParticipantEvent,
  type Payload,
  type PeerLink,
  type SigningKey,
  type Suite,
  type SyncConnection,
  type TimelineMessage,
} from '@triode/core'
import { createMemoryStore, type MemorySnapshot, type MemoryStore } from '../memoryStore.ts'
import type { SeededRandom } from '../seededRandom.ts'
import type { SkewedClock } from '../virtualClock.ts'
import type { Misdeed } from './carriers.ts'
import { holdsKeys, type KeyRecord } from './loot.ts'
import type { SealLedger } from './observedPrimitives.ts'
import { ObservedStore, type DeathPlan } from './observedStore.ts'
import { SimulatedProcess } from './simulatedProcess.ts'
import type { SleepingDevice } from './sleeping.ts'

const PAGE = 1_000

export interface DeviceContext {
  readonly suite: Suite
  readonly ledger: SealLedger
  readonly random: SeededRandom
  readonly clock: SkewedClock
  /** Something that must never happen. */
  readonly violated: (rule: string, what: string) => void
  readonly onEvent: (device: SimulatedDevice, event: ParticipantEvent) => void
  /** A row of a timeline is written or deleted, perhaps in a transaction that fails. */
  readonly onRow: (device: SimulatedDevice, conversation: ConversationId, position: Uint8Array) => void
  /** The last frame of a link that the device closes. */
  readonly onLast: (device: SimulatedDevice, to: DeviceId, last: Uint8Array) => void
  /** Whoever has the files of the process that starts now, if anybody. */
  readonly files?: (device: SimulatedDevice) => FilesAtKeepers
  /** The process is gone: cut its links. */
  readonly onEnd: (device: SimulatedDevice) => void
}

export class SimulatedDevice {
  readonly name: string
  readonly key: SigningKey
  readonly self: DeviceId
  /** Its own; or, once it has joined as a further device, whose it is. */
  member: MemberId
  readonly clock: SkewedClock
  circle: CircleId | undefined
  /** It has left the circle, or was never admitted. */
  gone = false
  /** It doesn't keep the rules. */
  hostile = false
  misdeed: Misdeed | undefined
  /** Hostile only in that it runs twice, each with a disk of its own: what it seals is looked at all the same. */
  keepsRules = false
  /** Its disk was set back to an older state at least once. */
  restored = false
  private readonly context: DeviceContext
  private disk: MemoryStore = createMemoryStore()
  /** A new one each start. */
  private process: SimulatedProcess | undefined
  private backup: MemorySnapshot | undefined
  /** Every record of keys that it ever wrote. */
  private readonly held: KeyRecord[] = []
  private starts = 0
  private incarnation = 0

  constructor(name: string, context: DeviceContext, key?: SigningKey) {
    this.name = name
    this.context = context
    this.clock = context.clock
    this.key = key ?? context.suite.signing.generate(context.random)
    this.self = deviceIdOf(context.suite, this.key.publicKey)
    this.member = memberIdOf(this.self)
  }

  get running(): boolean {
    return this.process !== undefined
  }

  /** The running process. @throws Error when there is none: ask `running` first */
  get now(): SimulatedProcess {
    if (this.process === undefined) throw new Error(`${this.name} does not run`)
    return this.process
  }

  get participant(): Participant {
    return this.now.participant
  }

  get state(): CircleState {
    return this.now.log.state()
  }

  /** Before it is in a circle: its disk. */
  get storeToJoinWith(): MemoryStore {
    return this.disk
  }

  /** Randomness for `purpose`, of this start of the device. */
  randomFor(purpose: string): SeededRandom {
    return this.context.random.fork(`${this.starts}/${purpose}`)
  }

  // ---- life and death

  start(): void {
    const { circle } = this
    if (circle === undefined || this.process !== undefined) return
    const { suite, ledger, violated } = this.context
    this.starts++
    this.held.push(...keysOn(this.disk, circle))
    const store = new ObservedStore(this.disk, ledger, () => !this.hostile || this.keepsRules)
    store.onKeys = (record) => this.held.push(record)
    store.onRow = (conversation, position) => {
      this.context.onRow(this, conversation, position)
    }
    const { name, key, self, member, clock, incarnation } = this
    const files = this.context.files?.(this)
    const process = new SimulatedProcess({
      ...(files !== undefined && { files }),
      ...{ name, suite, key, self, member, circle, store, clock, incarnation, violated },
      randomFor: (purpose) => this.randomFor(purpose),
      onEvent: (event) => {
        this.context.onEvent(this, event)
      },
      onLast: (to, last) => {
        this.context.onLast(this, to, last)
      },
    })
    this.process = process
    store.onDeath = () => {
      this.crash()
    }
    process.begin()
  }

  /** Ends in good order. */
  stop(): void {
    const { process } = this
    if (process === undefined) return
    process.participant.stop()
    this.end(process)
  }

  /** Dies here and now: what is not committed is gone. */
  crash(): void {
    const { process } = this
    if (process === undefined) return
    this.disk = process.store.inner.crash()
    this.end(process)
  }

  /** Stops, and gives what there is of it: see wake(). */
  sleep(): SleepingDevice {
    const { name, key, member, circle } = this
    if (circle === undefined) throw new Error(`${name} is in no circle`)
    this.stop()
    return { name, key, member, circle, disk: this.disk.snapshot() }
  }

  /** Starts as what another once was, in another simulation: with its disk, and new randomness. */
  wake({ member, circle, disk }: SleepingDevice): void {
    this.member = member
    this.circle = circle
    this.disk = createMemoryStore(disk)
    for (const [name, records] of disk.maps)
      for (const [key, value] of records) if (holdsKeys(name, key)) this.held.push({ name, value })
    this.start()
  }

  dieAt(death: DeathPlan): void {
    this.now.store.dieAt(death)
  }

  /** Whether dieAt() was called and it is not dead yet. */
  get dying(): boolean {
    return this.process?.store.dying === true
  }

  takeBackup(): void {
    this.backup = (this.process?.store.inner ?? this.disk).snapshot()
  }

  get hasBackup(): boolean {
    return this.backup !== undefined
  }

  /** The disk is set back to the last backup, as a restore does it: feeds are started anew. */
  restore(): void {
    this.setBack()
    this.incarnation++
    this.restored = true
  }

  /** The disk is set back and nobody knows. No device does this; see the planted faults. */
  setBack(): void {
    if (this.process !== undefined) this.crash()
    if (this.backup !== undefined) this.disk = createMemoryStore(this.backup)
  }

  /** The same device a second time, on a copy of its disk: what a hostile member does to write two histories. */
  twin(context: DeviceContext): SimulatedDevice {
    const twin = new SimulatedDevice(`${this.name}'s twin`, context, this.key)
    twin.backup = this.backup
    twin.disk = createMemoryStore((this.process?.store.inner ?? this.disk).snapshot())
    twin.circle = this.circle
    twin.member = this.member
    twin.incarnation = this.incarnation
    twin.hostile = true
    return twin
  }

  /** Its disk is full from now on; or with `undefined` it has room again. */
  fillDisk(fault: Fault | undefined): void {
    this.disk.failWith(fault)
  }

  // ---- what it holds

  /** Every key that opens entries and was ever in its state. */
  everHeld(): readonly KeyRecord[] {
    return this.held
  }

  /** Those that are in its state now. */
  holdsNow(): KeyRecord[] {
    const found: KeyRecord[] = []
    for (const [name, records] of this.now.store.inner.snapshot().maps)
      for (const [key, value] of records) if (holdsKeys(name, key)) found.push({ name, value })
    return found
  }

  // ---- links

  connect(link: PeerLink): SyncConnection {
    return this.now.connect(link)
  }

  // ---- what its person does with the circle

  /** Signs an entry of the membership log and hands it to whoever is connected. @throws CallerFault */
  append(payload: Payload): void {
    this.now.append(payload)
  }

  /** Takes in a log entry that somebody hands to it, and hands it on. @throws PeerFault */
  take(entry: Uint8Array): void {
    this.now.take(entry)
  }

  /** Tells connected devices of log entries that were added by other means than append(). */
  announceHeads(): void {
    this.now.announceHeads()
  }

  /** Looks whether the circle's secret is due, and names it on the card: more often than all the rest. */
  tickSecrets(): void {
    try {
      this.now.rotation.tick()
      this.now.publishCard()
    } catch (cause) {
      if (this.running && !(cause instanceof Unavailable)) throw cause
    }
  }

  /** All messages of a conversation, from old to new. */
  shown(conversation: ConversationId): TimelineMessage[] {
    const timeline = this.participant.timeline(conversation)
    const pages: TimelineMessage[][] = []
    for (;;) {
      const before = pages[0]?.[0]?.id
      const page = timeline.page({ limit: PAGE, ...(before !== undefined && { before }) })
      pages.unshift(page.messages)
      if (!page.more) return pages.flat()
    }
  }

  // ---- inside

  private end(process: SimulatedProcess): void {
    process.end()
    this.process = undefined
    this.context.onEnd(this)
  }
}

/** Sealing keys are on the disk before the first start. */
function keysOn(disk: MemoryStore, circle: CircleId): KeyRecord[] {
  const name = `circle/${circle}/sealing-keys`
  return disk
    .map(name)
    .entries()
    .map(([, value]) => ({ name, value }))
}
