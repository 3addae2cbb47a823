/** A circle with a real membership log and real cards, whose devices meet when the test says so. */
import assert from 'node:assert/strict'
import {
  activeKey,
  CardBook,
  CircleMembership,
  MembershipLog,
  nextCard,
  Participant,
  ROLE,
  SealingKeys,
  Unavailable,
  type Clock,
  type ConversationId,
  type FilesAtKeepers,
  type KeeperTerms,
  type ParticipantEvent,
  type Role,
} from '@triode/core'
import {
  createMemoryStore,
  createSeededRandom,
  createVirtualClock,
  linkInMemory,
  type MemoryLinkPair,
  type MemorySnapshot,
  type MemoryStore,
} from '@triode/testkit'
import { Person, suite, World } from '../circle/world.ts'
import { faultyStore, type FaultyStore } from './faultyStore.ts'

/** A person of the circle whose log, cards and conversations live in one store. */
export class Member {
  readonly person: Person
  readonly store: FaultyStore
  readonly clock: Clock
  readonly log: MembershipLog
  readonly cards: CardBook
  readonly participant: Participant
  readonly events: ParticipantEvent[] = []
  /** Who wrote what in the hidden conversation. */
  readonly controls: string[] = []
  refusesControl = false
  /** A mistake in this device's program comes to light when it reads this. */
  stumblesOver: string | undefined
  mistake: Error = new TypeError('stumbled')
  private readonly keys: SealingKeys
  private readonly made: readonly [KeeperTerms | undefined, FilesAtKeepers | undefined]
  /** Of its disk. */
  freeBytes = Infinity

  /** @param keeperTerms what it takes for others, if it is a keeper @param incarnation of the store: another one after a restore */
  constructor(
    clock: Clock,
    person: Person,
    keeperTerms?: KeeperTerms,
    files?: FilesAtKeepers,
    incarnation = 1,
  ) {
    this.made = [keeperTerms, files]
    const { device: self, member, key } = person
    const { circle } = person.log
    const random = createSeededRandom(`member ${person.nickname}`)
    this.person = person
    this.clock = clock
    this.store = faultyStore(person.store as MemoryStore)
    const context = { suite, store: this.store }
    this.log = MembershipLog.open(context, circle)
    this.cards = new CardBook({ ...context, circle, publicKeyOf: (device) => activeKey(this.log, device) })
    this.keys = new SealingKeys({ ...context, circle, random })
    this.keys.rotateIfDue(clock.now())
    this.participant = new Participant({
      ...context,
      clock,
      random,
      search: undefined,
      membership: new CircleMembership({
        suite,
        log: this.log,
        cards: this.cards,
        sealingKeys: this.keys,
        self,
        member,
      }),
      self,
      member,
      signingKey: key,
      orderKey: new Uint8Array(32),
      storeIncarnation: Uint8Array.of(incarnation),
      ...(keeperTerms && { keeperTerms }),
      freeBytes: () => this.freeBytes,
      ...(files && { files }),
      control: {
        apply: (entries) => {
          if (this.refusesControl) throw new Unavailable('disk-full')
          for (const { member, plaintext } of entries) {
            const text = new TextDecoder().decode(plaintext)
            if (text === this.stumblesOver) throw this.mistake
            const author = this.log.state().members.get(member)?.nickname ?? '?'
            this.controls.push(`${author}: ${text}`)
          }
        },
      },
      onEvent: (event) => this.events.push(event),
    })
    this.publish()
  }

  /** What its device is after a restart. @param clock where that is another one by then */
  again(clock = this.clock): Member {
    return new Member(clock, this.person, ...this.made)
  }

  backup(): MemorySnapshot {
    return (this.person.store as MemoryStore).snapshot()
  }

  /** What its device is after a restore. */
  restored(from = this.backup()): Member {
    this.participant.stop()
    const { world, nickname, key, log, member } = this.person
    const person = new Person(world, nickname, key, createMemoryStore(from), log, member)
    return new Member(this.clock, person, ...this.made, 2)
  }

  get everyone(): ConversationId {
    return this.log.state().conversations.circle
  }

  publish(): void {
    const { generation, key } = this.keys.current
    const fields = {
      sealingGeneration: generation,
      sealingKey: key.publicKey,
      addresses: [],
      at: this.clock.now(),
    }
    const card = nextCard(suite, this.person.key, this.log.circle, this.cards, fields)
    this.cards.put(card)
    this.participant.sync.cardChanged(card)
  }

  /** Signs a log entry, and hands it to whoever is connected. */
  says(payload: Parameters<MembershipLog['append']>[1]): void {
    const { hash } = this.log.append(this.person.key, payload, this.clock.now())
    const bytes = this.log.bytesOf(hash)
    assert.ok(bytes)
    this.participant.sync.logAppended(bytes)
  }

  say(text: string): void {
    this.participant.write(this.everyone, { kind: 'text', text, mentions: [] })
  }

  get texts(): string[] {
    return this.participant
      .timeline(this.everyone)
      .page({ limit: 1_000 })
      .messages.map((message) => message.text)
  }

  get faults(): string[] {
    return this.events.flatMap((event) => (event.type === 'fault' ? event.fault.code : []))
  }
}

type Carry = Parameters<typeof linkInMemory>[3]['carry']

export class Town {
  readonly world = new World('town')
  readonly clock = createVirtualClock(this.world.now)
  keeperTerms: KeeperTerms | undefined
  /** What each has of files. */
  filesOf: ((nickname: string) => FilesAtKeepers) | undefined

  /** Alice founds, and the others join her circle one after another, each knowing only those before. */
  people(...names: string[]): Member[] {
    return this.peopleOf(names.map((name) => [name, ROLE.member]))
  }

  /** The first one founds, whatever the role. */
  peopleOf(cast: readonly (readonly [string, Role])[]): Member[] {
    const founder = this.world.found(cast[0]?.[0] ?? 'Alice')
    const others = cast.slice(1).map(([name, role]) => this.world.join(founder, name, role))
    return [founder, ...others].map(
      (person) => new Member(this.clock, person, this.keeperTerms, this.filesOf?.(person.nickname)),
    )
  }

  /** Somebody joins through `inviter`. */
  join(inviter: Member, name: string): Member {
    const guest = this.world.stranger(inviter.person, name)
    inviter.person.log = inviter.log
    const before = new Set(inviter.log.entries().map((entry) => entry.hash))
    inviter.person.admit(inviter.person.invite(), guest)
    for (const { hash } of inviter.log.entries()) {
      const bytes = before.has(hash) ? undefined : inviter.log.bytesOf(hash)
      if (bytes !== undefined) inviter.participant.sync.logAppended(bytes)
    }
    guest.learnFrom(inviter.person)
    return new Member(this.clock, guest)
  }

  link(one: Member, other: Member, carry?: Carry): MemoryLinkPair {
    return linkInMemory(this.clock, one.participant, other.participant, {
      delayMs: () => 5,
      ...(carry && { carry }),
    })
  }

  meet(one: Member, other: Member): void {
    const met = this.link(one, other)
    this.settle()
    met.cut()
    this.settle()
  }

  settle(): void {
    this.clock.advance(60_000)
  }
}
