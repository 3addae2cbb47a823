/** One device of a simulation: its keys, its disk, its wrong clock, and, while it runs, the real participant on them. */
import {
  CardBook,
  CircleMembership,
  CircleSecrets,
  deviceIdOf,
  equalBytes,
  LABEL,
  labelled,
  memberIdOf,
  MembershipLog,
  nextCard,
  OwnInvitations,
  Participant,
  SealingKeys,
  SecretRotation,
  Unavailable,
  type CircleId,
  type CircleState,
  type Clock,
  type ConversationId,
  type DeviceId,
  type EntryHash,
  type Fault,
  type MemberId,
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
import type { SleepingDevice } from './sleeping.ts'

/** How often a running device looks whether its sealing key is due and messages have expired. */
const TICK_MS = 600_000
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
  /** The process is gone: cut its links. */
  readonly onEnd: (device: SimulatedDevice) => void
}

/** What a running process has; a new one each start. */
interface Process {
  readonly store: ObservedStore
  readonly clock: Clock
  readonly log: MembershipLog
  readonly cards: CardBook
  readonly sealingKeys: SealingKeys
  readonly secrets: CircleSecrets
  readonly rotation: SecretRotation
  readonly invitations: OwnInvitations
  readonly participant: Participant
  readonly life: Life
}

interface Life {
  alive: boolean
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
  private process: Process | undefined
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
  get now(): Process {
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
    const { suite, ledger } = this.context
    this.starts++
    this.held.push(...keysOn(this.disk, circle))
    const store = new ObservedStore(this.disk, ledger, () => !this.hostile || this.keepsRules)
    store.onKeys = (record) => this.held.push(record)
    store.onRow = (conversation, position) => {
      this.context.onRow(this, conversation, position)
    }
    const life: Life = { alive: true }
    const clock = mortalClock(this.clock, life)
    const log = MembershipLog.open({ suite, store }, circle)
    const cards = new CardBook({ suite, store, circle, publicKeyOf: (device) => activeKeyIn(log, device) })
    const sealingKeys = new SealingKeys({ suite, store, circle, random: this.randomFor('keys') })
    const secrets = new CircleSecrets(store, circle)
    const invitations = new OwnInvitations({ suite, store, log, key: this.key })
    const rotation = this.makeRotation(clock, log, cards, secrets)
    const parts = { store, clock, log, cards, sealingKeys, secrets, rotation, invitations, life }
    const process = { ...parts, participant: this.makeParticipant(parts) }
    this.process = process
    store.onDeath = () => {
      this.crash()
    }
    this.tick(process)
    this.tickLater(process)
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
    const { life, participant, store } = this.now
    const connection = participant.connect({
      ...link,
      send: (frame) => {
        if (!life.alive) return
        if (store.writing) this.context.violated('durable-first', `${this.name} sent before it had committed`)
        link.send(frame)
      },
      close: (fault, last) => {
        if (!life.alive) return
        if (last !== undefined) this.context.onLast(this, link.device, last)
        link.close(fault)
      },
    })
    return {
      receive: (frame) => {
        if (life.alive) connection.receive(frame)
      },
      drained: () => {
        if (life.alive) connection.drained()
      },
      disconnected: () => {
        if (life.alive) connection.disconnected()
      },
    }
  }

  // ---- what its person does with the circle

  /** Signs an entry of the membership log and hands it to whoever is connected. @throws CallerFault */
  append(payload: Payload): void {
    const { log, rotation } = this.now
    this.announce(log.append(this.key, payload, this.clock.now()).hash)
    rotation.signed()
  }

  /** Takes in a log entry that somebody hands to it, and hands it on. @throws PeerFault */
  take(entry: Uint8Array): void {
    this.now.log.add(entry)
    this.announceHeads()
  }

  /** Tells connected devices of log entries that were added by other means than append(). */
  announceHeads(): void {
    for (const hash of this.now.log.heads()) this.announce(hash)
  }

  publishCard(): void {
    const { cards, sealingKeys, rotation, participant } = this.now
    const { circle } = this
    if (circle === undefined) return
    const now = this.clock.now()
    sealingKeys.rotateIfDue(now)
    const { generation, key } = sealingKeys.current
    const known = cards.get(this.self)
    // After a restore the others may know another key of the same generation.
    const sameKey = known?.sealingGeneration === generation && equalBytes(known.sealingKey, key.publicKey)
    const secret = rotation.named(known?.secret)
    if (sameKey && known.secret === secret) return
    const fields = {
      sealingGeneration: generation,
      sealingKey: key.publicKey,
      addresses: [],
      secret,
      at: now,
    }
    const card = nextCard(this.context.suite, this.key, circle, cards, fields)
    cards.put(card)
    rotation.published(known?.secret)
    participant.sync.cardChanged(card)
  }

  /** Looks whether the circle's secret is due, and names it on the card: more often than all the rest. */
  tickSecrets(): void {
    try {
      this.now.rotation.tick()
      this.publishCard()
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

  private makeRotation(
    clock: Clock,
    log: MembershipLog,
    cards: CardBook,
    secrets: CircleSecrets,
  ): SecretRotation {
    const { suite } = this.context
    const { self, member } = this
    return new SecretRotation({
      suite,
      state: () => log.state(),
      cards,
      secrets,
      clock,
      random: this.randomFor('secrets'),
      self,
      member,
      write: (plaintext) => {
        this.participant.writeControl(plaintext)
      },
      sealedTo: ({ feed, seq }, device) => this.participant.controlSealedTo(feed, seq, device),
    })
  }

  private makeParticipant(parts: Omit<Process, 'participant'>): Participant {
    const { suite } = this.context
    const { store, clock, log, cards, sealingKeys, secrets, rotation } = parts
    const { self, member } = this
    return new Participant({
      suite,
      store,
      clock,
      random: this.randomFor('writing'),
      search: undefined,
      membership: new CircleMembership({ suite, log, cards, sealingKeys, self, member }),
      self,
      member,
      signingKey: this.key,
      orderKey: suite.expand(secrets.first.secret, labelled(LABEL.orderKey), 32),
      control: rotation,
      storeIncarnation: Uint8Array.of(this.incarnation),
      onEvent: (event) => {
        this.context.onEvent(this, event)
      },
    })
  }

  private announce(hash: EntryHash): void {
    const bytes = this.now.log.bytesOf(hash)
    if (bytes !== undefined) this.participant.sync.logAppended(bytes)
  }

  private tickLater(process: Process): void {
    process.clock.after(TICK_MS, () => {
      this.tick(process)
      this.tickLater(process)
    })
  }

  private tick(process: Process): void {
    try {
      process.rotation.tick()
      this.publishCard()
      process.invitations.sweep(this.clock.now())
      for (const conversation of process.participant.conversations()) process.participant.expire(conversation)
    } catch {
      // A full disk, or the end of the process: the next tick tries again.
    }
  }

  private end(process: Process): void {
    process.life.alive = false
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

/** Timers of a process die with it. */
function mortalClock(clock: Clock, life: Life): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    after: (delayMs, work) =>
      clock.after(delayMs, () => {
        if (life.alive) work()
      }),
  }
}

function activeKeyIn(log: MembershipLog, device: DeviceId): Uint8Array | undefined {
  const known = log.state().devices.get(device)
  return known?.active === true ? known.publicKey : undefined
}
