/** Sync with a real membership log and real cards (spec §10.3): who belongs to the circle comes the same way as what they write. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodeFrame,
  encodeFrame,
  equalBytes,
  MembershipLog,
  PeerFault,
  signCard,
  Unavailable,
  utf8,
  type Frame,
} from '@triode/core'
import { suite } from '../circle/world.ts'
import { Town, type Member } from './town.ts'

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
    // Neither had heard the other when it was written: which comes first is a matter of keys.
    assert.deepEqual(bob.texts.toSorted(), ['hello from Alice', 'hello from Carol'])
    assert.equal(bob.participant.feeds(bob.everyone).countOf(carol.person.device), 1)
    assert.equal(bob.cards.get(carol.person.device)?.device, carol.person.device)
    assert.deepEqual(bob.faults, [])
  })

  it('goes on to everyone also when it had to wait for an entry before it, whoever brings that', () => {
    const town = new Town()
    const [alice, bob, dora, eve] = town.people('Alice', 'Bob', 'Dora', 'Eve') as [
      Member,
      Member,
      Member,
      Member,
    ]
    for (const other of [bob, dora, eve, bob, dora]) town.meet(alice, other)
    alice.says({ type: 'nickname', nickname: 'Alice the first' })
    town.meet(alice, dora)
    const [first] = alice.log.heads().map((hash) => alice.log.bytesOf(hash))
    assert.ok(first)
    alice.says({ type: 'nickname', nickname: 'Alice the second' })
    town.link(bob, eve)
    // Bob gets the second from Alice, and the first from Dora, who has no more.
    town.link(alice, bob, (_from, _to, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (frame.type !== 'log-entries') return [bytes]
      return [encodeFrame({ ...frame, entries: frame.entries.filter((entry) => !equalBytes(entry, first)) })]
    })
    town.settle()
    assert.equal(bob.log.size, alice.log.size - 2)
    town.link(bob, dora)
    town.settle()
    for (const { log } of [bob, dora, eve]) assert.deepEqual(log.heads(), alice.log.heads())
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
    assert.equal(bob.participant.membership.isActive(carol.person.device), false)
    assert.equal(withCarol.isOpen(), false)
    assert.ok(withDora.isOpen())
    assert.equal(dora.participant.membership.isActive(carol.person.device), false)
    bob.say('without Carol')
    town.settle()
    assert.deepEqual(dora.texts, ['without Carol'])
  })

  it('that lets somebody back in brings what they wrote since, in the same meeting', () => {
    const town = new Town()
    const [alice, bob, carol, dora] = town.people('Alice', 'Bob', 'Carol', 'Dora') as [
      Member,
      Member,
      Member,
      Member,
    ]
    for (let round = 0; round < 2; round++) for (const other of [bob, carol, dora]) town.meet(alice, other)
    alice.says({ type: 'suspend', member: carol.person.member })
    for (const other of [bob, dora]) town.meet(alice, other)
    alice.says({ type: 'restore', member: carol.person.member })
    for (const other of [carol, bob]) town.meet(alice, other)
    carol.say('back again')
    town.meet(bob, carol)
    // Dora hears how far Carol's feed is at Bob before she hears that Carol is back.
    town.meet(bob, dora)
    assert.deepEqual(dora.texts, ['back again'])
  })

  it('has nobody ask again for where all stand, while who was put out stays out', () => {
    const town = new Town()
    const [alice, bob, carol] = town.people('Alice', 'Bob', 'Carol') as [Member, Member, Member]
    for (let round = 0; round < 2; round++) for (const other of [bob, carol]) town.meet(alice, other)
    carol.say('before')
    for (const other of [carol, bob]) town.meet(alice, other)
    alice.says({ type: 'suspend', member: carol.person.member })
    const asked: string[] = []
    town.link(alice, bob, (_from, _to, bytes) => {
      const { type } = decodeFrame(bytes, suite.hashBytes)
      if (type === 'have-request') asked.push(type)
      return [bytes]
    })
    town.settle()
    for (let n = 0; n < 5; n++) {
      alice.says({ type: 'nickname', nickname: `Alice ${String(n)}` })
      town.settle()
    }
    assert.deepEqual(asked, [])
    alice.says({ type: 'restore', member: carol.person.member })
    town.settle()
    assert.ok(asked.length > 0)
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

  it('that reached this device while a tunnel was being set up: the removed gets nothing', () => {
    const town = new Town()
    const [alice, bob] = town.people('Alice', 'Bob') as [Member, Member]
    town.meet(alice, bob)
    alice.says({ type: 'remove', member: bob.person.member })
    const sent: Uint8Array[] = []
    let closedWith: string | undefined
    const connection = alice.participant.connect({
      device: bob.person.device,
      send: (frame) => sent.push(frame),
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: (fault) => {
        closedWith = fault?.code
      },
    })
    connection.receive(encodeFrame({ type: 'hello', version: 1, cards: new Uint8Array(32) }))
    connection.disconnected()
    town.settle()
    assert.deepEqual([sent.length, closedWith], [0, 'not-a-member'])
    assert.deepEqual(alice.participant.sync.connected(), [])
  })

  it('has one card of two that a device made of one generation: that with the greater body', () => {
    const town = new Town()
    const [alice, bob, carol] = town.people('Alice', 'Bob', 'Carol') as [Member, Member, Member]
    for (const other of [bob, carol]) town.meet(alice, other)
    const { device, key } = carol.person
    const now = carol.cards.get(device)
    assert.ok(now)
    // Carol was restored from a backup, and both copies published within one second.
    const twins = ['tcp:192.0.2.1:1', 'tcp:192.0.2.2:1'].map((address) =>
      signCard(suite, key, carol.log.circle, {
        ...now,
        generation: now.generation + 1,
        addresses: [address],
      }),
    )
    for (const [index, member] of [alice, bob].entries()) {
      const card = twins[index]
      assert.ok(card)
      assert.equal(member.cards.put(card), 'newer')
    }
    town.meet(alice, bob)
    for (const { cards } of [alice, bob]) assert.deepEqual(cards.get(device)?.addresses, ['tcp:192.0.2.2:1'])
    assert.deepEqual(alice.participant.membership.cards.digest(), bob.participant.membership.cards.digest())
  })
})

describe('a mistake that one session brings to light', () => {
  it('ends that session, undoes what it did, and stores what the others sent at the same moment', () => {
    const town = new Town()
    const [alice, bob, carol] = town.people('Alice', 'Bob', 'Carol') as [Member, Member, Member]
    for (let round = 0; round < 2; round++) for (const other of [bob, carol]) town.meet(alice, other)
    const [withBob, withCarol] = [town.link(alice, bob), town.link(alice, carol)]
    town.settle()
    alice.stumblesOver = 'trip'
    carol.say('before')
    bob.participant.writeControl(utf8('fine'))
    bob.participant.writeControl(utf8('trip'))
    carol.say('after')
    town.clock.advance(1_000)
    assert.deepEqual([withBob.isOpen(), withCarol.isOpen()], [false, true])
    assert.deepEqual(alice.faults, ['frame-failed'])
    assert.deepEqual(alice.texts, ['before', 'after'])
    assert.deepEqual(alice.controls, ['Bob: fine'], 'applied, and undone')
    alice.controls.length = 0
    alice.stumblesOver = undefined
    town.meet(alice, bob)
    assert.deepEqual(alice.controls, ['Bob: fine', 'Bob: trip'], 'nothing of it was kept')
    assert.deepEqual(alice.texts, ['before', 'after'])
  })

  it('undoes what it did also when it is called a fault of the far device', () => {
    const town = new Town()
    const [alice, bob] = town.people('Alice', 'Bob') as [Member, Member]
    for (let round = 0; round < 2; round++) town.meet(alice, bob)
    alice.stumblesOver = 'trip'
    alice.mistake = new PeerFault('malformed')
    bob.participant.writeControl(utf8('trip'))
    town.meet(alice, bob)
    assert.deepEqual(alice.faults, ['frame-failed'])
    alice.stumblesOver = undefined
    town.meet(alice, bob)
    assert.deepEqual(alice.controls, ['Bob: trip'], 'half of it was kept')
  })
})

describe('a store that closes in the middle of a transaction', () => {
  it('does not hide what failed first, and membership is read again when it can be', () => {
    const town = new Town()
    const [alice] = town.people('Alice', 'Bob') as [Member, Member]
    const membership = alice.participant.membership
    const forget = membership.forget.bind(membership)
    let readable = false
    let read = 0
    membership.forget = () => {
      if (!readable) throw new Unavailable('store-locked')
      read++
      forget()
    }
    const first = new Unavailable('disk-full')
    const failing = (): never =>
      alice.participant.transact(() => {
        throw first
      })
    assert.throws(failing, first)
    assert.throws(() => {
      alice.say('not yet')
    }, /locked/i)
    readable = true
    alice.say('again')
    assert.equal(read, 1)
    assert.deepEqual(alice.texts, ['again'])
  })
})
