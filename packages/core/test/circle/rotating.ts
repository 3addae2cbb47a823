/** Devices with real logs, cards, conversations and circle secrets, which meet only where their names let them. */
import assert from 'node:assert/strict'
import {
  activeKey,
  CardBook,
  CircleMembership,
  CircleSecrets,
  HOUR_MS,
  knockName,
  lanName,
  MembershipLog,
  NameWindow,
  nextCard,
  Participant,
  SealingKeys,
  SecretRotation,
  type CircleSecret,
  type Clock,
  type Payload,
} from '@triode/core'
import {
  createSeededRandom,
  createVirtualClock,
  linkInMemory,
  type MemoryStore,
  type SeededRandom,
} from '@triode/testkit'
import { faultyStore, type FaultyStore } from '../sync/faultyStore.ts'
import { suite, World, type Person } from './world.ts'

const MINUTE_MS = 60_000

/** One device of the circle, with everything in one store. */
export class Resident {
  readonly person: Person
  readonly store: FaultyStore
  readonly log: MembershipLog
  readonly cards: CardBook
  readonly secrets: CircleSecrets
  readonly participant: Participant
  readonly rotation: SecretRotation
  /** How many cards it made. */
  published = 0
  private readonly keys: SealingKeys
  private readonly clock: Clock

  constructor(clock: Clock, person: Person, store: FaultyStore, random: SeededRandom) {
    const { device: self, member, key } = person
    const { circle } = person.log
    const context = { suite, store }
    this.person = person
    this.clock = clock
    this.store = store
    this.log = MembershipLog.open(context, circle)
    this.cards = new CardBook({ ...context, circle, publicKeyOf: (device) => activeKey(this.log, device) })
    this.keys = new SealingKeys({ ...context, circle, random })
    this.secrets = new CircleSecrets(store, circle)
    const { log, cards, secrets } = this
    this.rotation = new SecretRotation({
      suite,
      state: () => log.state(),
      cards,
      secrets,
      clock,
      random,
      self,
      member,
      write: (plaintext) => {
        this.participant.writeControl(plaintext)
      },
      sealedTo: ({ feed, seq }, device) => this.participant.controlSealedTo(feed, seq, device),
    })
    const membership = new CircleMembership({ suite, log, cards, sealingKeys: this.keys, self, member })
    this.participant = new Participant({
      ...context,
      clock,
      random,
      search: undefined,
      membership,
      self,
      member,
      signingKey: key,
      orderKey: new Uint8Array(32),
      storeIncarnation: Uint8Array.of(1),
      control: this.rotation,
      onEvent: () => undefined,
    })
  }

  get generation(): number {
    return this.secrets.current.generation
  }

  /** Signs an entry of the log, as a device does it. */
  says(payload: Payload): void {
    this.saysAndDies(payload)
    this.rotation.signed()
  }

  /** And is switched off before anything follows from it. */
  saysAndDies(payload: Payload): void {
    const { hash } = this.log.append(this.person.key, payload, this.clock.now())
    const bytes = this.log.bytesOf(hash)
    assert.ok(bytes)
    this.participant.sync.logAppended(bytes)
  }

  tick(): void {
    this.rotation.tick()
    const now = this.clock.now()
    this.keys.rotateIfDue(now)
    const { generation: sealingGeneration, key } = this.keys.current
    const known = this.cards.get(this.person.device)
    const secret = this.rotation.named(known?.secret)
    if (known?.secret === secret && known.sealingGeneration === sealingGeneration) return
    const fields = { sealingGeneration, sealingKey: key.publicKey, addresses: [], secret, at: now }
    const card = nextCard(suite, this.person.key, this.log.circle, this.cards, fields)
    this.cards.put(card)
    this.rotation.published(known?.secret)
    this.published++
    this.participant.sync.cardChanged(card)
  }

  /** Whether `other` takes a call of this device, by any of the names that it tries. */
  reaches(other: Resident): boolean {
    return this.rotation.calling(other.person.device).some((secret) => other.answers(secret))
  }

  answers({ secret }: CircleSecret): boolean {
    const now = this.clock.now()
    const knock = knockName(suite, secret, Math.floor(now / HOUR_MS))
    return this.rotation
      .answering()
      .some((own) => new NameWindow((hour) => knockName(suite, own.secret, hour)).accepts(knock, now))
  }

  /** The names under which it is on a LAN now. */
  get announced(): string[] {
    const hour = Math.floor(this.clock.now() / HOUR_MS)
    return this.rotation.answering().map(({ secret }) => lanName(suite, secret, this.person.device, hour))
  }

  /** Whether it can tell `other` by a call to it or by what that announces, with everything that it has. */
  recognises(other: Resident): boolean {
    const hour = Math.floor(this.clock.now() / HOUR_MS)
    const names = this.secrets.all().map(({ secret }) => lanName(suite, secret, other.person.device, hour))
    return (
      this.secrets.all().some((secret) => other.answers(secret)) ||
      other.announced.some((name) => names.includes(name))
    )
  }
}

export class Village {
  readonly world = new World('village')
  readonly clock = createVirtualClock(this.world.now)
  readonly residents: Resident[] = []
  private readonly away = new Set<Resident>()
  private starts = 0

  /** The first one founds; each knows all, and has the card of all. */
  people(...cast: (readonly [name: string, role: 'admin' | 'member' | 'guest'])[]): Resident[] {
    const founder = this.world.found('Olga')
    const persons = [founder, ...cast.map(([name, role]) => this.world.join(founder, name, role))]
    const first = new CircleSecrets(founder.store, founder.log.circle).create(this.world.random)
    for (const person of persons) {
      if (person !== founder) new CircleSecrets(person.store, founder.log.circle).put(first)
      person.learnFrom(founder)
      this.residents.push(this.wake(person))
    }
    this.pass(1)
    return this.residents
  }

  wake(person: Person, store = faultyStore(person.store as MemoryStore)): Resident {
    const random = createSeededRandom(`${person.nickname} ${String(this.starts++)}`)
    return new Resident(this.clock, person, store, random)
  }

  /** The same device after its process ended, wherever it was. */
  restart(resident: Resident): Resident {
    resident.participant.stop()
    const again = this.wake(resident.person, resident.store)
    this.residents.splice(this.residents.indexOf(resident), 1, again)
    return again
  }

  /** Nobody meets it, and it does nothing, until it is back. */
  leaves(...residents: Resident[]): void {
    for (const resident of residents) this.away.add(resident)
  }

  comesBack(...residents: Resident[]): void {
    for (const resident of residents) this.away.delete(resident)
  }

  /** Minutes go by, in each of which all that can reach each other meet. @param apart who is on the other side of a partition */
  pass(minutes: number, apart: readonly Resident[] = []): void {
    for (let minute = 0; minute < minutes; minute++) {
      const here = this.residents.filter((resident) => !this.away.has(resident))
      for (const resident of here) resident.tick()
      for (const [index, one] of here.entries()) {
        for (const other of here.slice(index + 1)) {
          if (apart.includes(one) === apart.includes(other)) this.meet(one, other)
        }
      }
      this.clock.advance(MINUTE_MS - 1_000)
      for (const resident of here) resident.tick()
      this.clock.advance(1_000)
    }
  }

  private meet(one: Resident, other: Resident): void {
    if (!one.reaches(other) && !other.reaches(one)) return
    const link = linkInMemory(this.clock, one.participant, other.participant, { delayMs: () => 1 })
    this.clock.advance(200)
    link.cut()
  }

  /** Days in which nothing happens. */
  skip(days: number): void {
    this.clock.advance(days * 86_400_000)
  }
}
