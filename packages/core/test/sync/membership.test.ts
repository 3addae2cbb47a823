/** Sync with a real membership log and real cards (spec §10.3): who belongs to the circle comes the same way as what they write. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  activeKey,
  CardBook,
  CircleMembership,
  decodeFrame,
  encodeFrame,
  MembershipLog,
  nextCard,
  Participant,
  SealingKeys,
  type ConversationId,
  type Frame,
  type ParticipantEvent,
} from '@triode/core'
import {
  createSeededRandom,
  createVirtualClock,
  linkInMemory,
  type MemoryLinkPair,
  type MemoryStore,
  type VirtualClock,
} from '@triode/testkit'
import { suite, World, type Person } from '../circle/world.ts'
import { faultyStore, type FaultyStore } from './faultyStore.ts'

/** A person of the circle whose log, cards and conversations live in one store. */
class Member {
  readonly person: Person
  readonly store: FaultyStore
  readonly clock: VirtualClock
  readonly log: MembershipLog
  readonly cards: CardBook
  readonly participant: Participant
  readonly events: ParticipantEvent[] = []
  private readonly keys: SealingKeys

  constructor(clock: VirtualClock, person: Person) {
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
      storeIncarnation: Uint8Array.of(1),
      onEvent: (event) => this.events.push(event),
    })
    this.publish()
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

class Town {
  readonly world = new World('town')
  readonly clock = createVirtualClock(this.world.now)

  /** Alice founds, and the others join her circle one after another, each knowing only those before. */
  people(...names: string[]): Member[] {
    const founder = this.world.found(names[0] ?? 'Alice')
    const others = names.slice(1).map((name) => this.world.join(founder, name))
    return [founder, ...others].map((person) => new Member(this.clock, person))
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

describe('membership on its way', () => {
  it('brings the entries of whom it admits, in the same meeting', () => {
    const town = new Town()
    const [alice, bob] = town.people('Alice', 'Bob') as [Member, Member]
    town.meet(alice, bob)
    const carol = town.join(alice, 'Carol')
    town.meet(alice, carol)
    carol.say('hello from Carol')
    alice.say('hello from Alice')
    town.meet(alice, carol)
    // Bob hears of Carol's feed before he has heard of Carol.
    town.meet(alice, bob)
    assert.deepEqual(bob.texts, ['hello from Carol', 'hello from Alice'])
    assert.equal(bob.participant.feeds(bob.everyone).countOf(carol.person.device), 1)
    assert.equal(bob.cards.get(carol.person.device)?.device, carol.person.device)
    assert.deepEqual(bob.faults, [])
  })

  it('ends the tunnel of whom it removes, and tells the others, also when a bad entry follows', () => {
    const town = new Town()
    const [alice, bob, carol, dora] = town.people('Alice', 'Bob', 'Carol', 'Dora') as [
      Member,
      Member,
      Member,
      Member,
    ]
    for (const other of [bob, carol, dora]) town.meet(alice, other)
    for (const other of [bob, carol]) town.meet(alice, other)
    const withCarol = town.link(bob, carol)
    const withDora = town.link(bob, dora)
    town.settle()
    alice.says({ type: 'remove', member: carol.person.member })
    // Alice's entry comes in one frame with one that is none.
    const withAlice = town.link(alice, bob, (from, _to, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (from !== alice.person.device || frame.type !== 'log-entries') return [bytes]
      const bad: Frame = { ...frame, entries: [...frame.entries, Uint8Array.of(1, 2, 3)] }
      return [encodeFrame(bad)]
    })
    town.settle()
    assert.equal(withAlice.isOpen(), false)
    assert.deepEqual(bob.faults, ['malformed'])
    assert.equal(bob.participant.isActive(carol.person.device), false)
    assert.equal(withCarol.isOpen(), false)
    assert.ok(withDora.isOpen())
    assert.equal(dora.participant.isActive(carol.person.device), false)
    bob.say('without Carol')
    town.settle()
    assert.deepEqual(dora.texts, ['without Carol'])
  })

  it('that could not be stored is forgotten, and comes again', () => {
    const town = new Town()
    const [alice, bob] = town.people('Alice', 'Bob') as [Member, Member]
    town.meet(alice, bob)
    town.join(alice, 'Carol')
    const sizes = [alice.log.size, bob.log.size]
    assert.equal(sizes[0], (sizes[1] ?? 0) + 2)
    for (let at = 0; at < 6; at++) {
      bob.store.writesLeft = at
      town.link(alice, bob)
      town.settle()
      if (!bob.store.full) continue
      bob.store.full = false
      assert.equal(bob.log.size, MembershipLog.open({ suite, store: bob.store }, bob.log.circle).size)
    }
    bob.store.writesLeft = undefined
    town.meet(alice, bob)
    assert.equal(bob.log.size, alice.log.size)
    assert.ok(bob.faults.every((code) => code === 'disk-full'))
    assert.ok(bob.faults.length > 0)
    // And what is stored opens again.
    const again = MembershipLog.open({ suite, store: bob.store }, bob.log.circle)
    assert.deepEqual(again.heads(), alice.log.heads())
  })

  it('cards too', () => {
    const town = new Town()
    const [alice, bob] = town.people('Alice', 'Bob') as [Member, Member]
    bob.store.full = true
    town.link(alice, bob)
    town.settle()
    assert.equal(bob.cards.get(alice.person.device), undefined)
    bob.store.full = false
    town.meet(alice, bob)
    assert.ok(bob.cards.get(alice.person.device))
    assert.ok(alice.cards.get(bob.person.device))
  })
})
