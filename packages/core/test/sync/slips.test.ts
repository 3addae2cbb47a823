/** An author who never meets a reader hears from keepers that the reader has what it wrote, and has read it (spec §16.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  base32,
  decodeFrame,
  encodeFrame,
  fromBase32,
  KEEPER_TERMS,
  ROLE,
  sealSlip,
  u32,
  type DeviceId,
  type Frame,
} from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { acknowledgementStatement } from '../../src/sync/ackStatement.ts'
import { suite } from '../circle/world.ts'
import { hostOf } from './rawPeer.ts'
import { Town, type Member } from './town.ts'

type Cast = [Member, Member, Member, Member]

function gathered(): { town: Town; cast: Cast } {
  const town = new Town()
  const cast = town.peopleOf([
    ['Alice', ROLE.owner],
    ['Bob', ROLE.member],
    ['Carol', ROLE.member],
    ['Kim', ROLE.keeper],
  ]) as Cast
  const [alice, ...others] = cast
  for (let round = 0; round < 2; round++) for (const other of others) town.meet(alice, other)
  return { town, cast }
}

function deliveryOf(author: Member, text: string) {
  const { messages } = author.participant.timeline(author.everyone).page({ limit: 100 })
  const message = messages.find((one) => one.text === text)
  assert.ok(message, text)
  return author.participant.delivery(author.everyone, message)
}

function slipsAt({ participant }: Member, { person }: Member): number {
  return participant.keeping.kept.slips.for(person.device).length
}

/** Frames of `from` to `to` while they meet. */
function overheard(town: Town, from: Member, to: Member): Frame[] {
  const heard: Frame[] = []
  const link = town.link(from, to, (sender, _, bytes) => {
    if (sender === from.person.device) heard.push(decodeFrame(bytes, suite.hashBytes))
    return [bytes]
  })
  town.settle()
  link.cut()
  town.settle()
  return heard
}

/** To `at`, as `from` is there and says nothing of its own accord. */
function attached(at: Member, from: Member, heard: Frame[]): ReturnType<Member['participant']['connect']> {
  const connection = at.participant.connect({
    device: from.person.device,
    send: (bytes) => heard.push(decodeFrame(bytes, suite.hashBytes)),
    backlogBytes: () => 0,
    setPaused: () => undefined,
    close: () => undefined,
  })
  connection.receive(encodeFrame({ type: 'hello', version: 1, cards: new Uint8Array(0) }))
  return connection
}

describe('an author who meets keepers alone', () => {
  it('hears who has a message, and who has read it', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    town.meet(kim, bob)
    assert.deepEqual(bob.texts, ['one'])
    town.meet(alice, kim)
    assert.deepEqual(deliveryOf(alice, 'one').delivered, { count: 1, of: 2 })
    const { messages } = bob.participant.timeline(bob.everyone).page({ limit: 1 })
    bob.participant.markRead(bob.everyone, messages[0]?.id ?? ('' as never))
    town.settle()
    town.meet(kim, bob)
    town.meet(kim, carol)
    town.meet(alice, kim)
    assert.equal(deliveryOf(alice, 'one').state, 'delivered')
    assert.equal(deliveryOf(alice, 'one').read.count, 1)
    assert.equal(slipsAt(kim, alice), 0, 'what has come is held no longer')
    town.meet(alice, kim)
    assert.equal(kim.participant.keeping.kept.figures().boxes, 0, 'nor what everybody has')
    for (const { faults } of cast) assert.deepEqual(faults, [])
  })

  it('hears it at once while both are there, and once', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const links = [town.link(alice, kim), town.link(kim, bob)]
    town.settle()
    alice.say('one')
    town.settle()
    assert.equal(deliveryOf(alice, 'one').delivered.count, 1)
    for (const link of links) link.cut()
    town.settle()
    const again = overheard(town, bob, kim).filter(({ type }) => type === 'slip')
    assert.equal(again.length, 0, 'what was left is not left anew')
  })

  it('hears it later, where a reader’s process ended before it had signed what came', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    const link = town.link(kim, bob)
    town.clock.advance(500)
    assert.deepEqual(bob.texts, ['one'])
    bob.participant.stop()
    link.cut()
    town.settle()
    const again = bob.again()
    for (let time = 0; time < 2; time++) town.meet(kim, again)
    town.meet(alice, kim)
    assert.equal(deliveryOf(alice, 'one').delivered.count, 1)
  })

  it('hears it later, where the keeper lost what was left, or had no room', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    town.meet(kim, bob)
    const { slips } = kim.participant.keeping.kept
    kim.participant.transact(() => {
      slips.eraseAll()
    })
    town.meet(kim, bob)
    assert.equal(slipsAt(kim, alice), 0, 'it is not left with each meeting')
    town.clock.advance(21_600_000)
    town.meet(kim, bob)
    assert.equal(slipsAt(kim, alice), 1)
  })
})

describe('a keeper that carries acknowledgements', () => {
  it('is told no conversation, no feed and no position: only who leaves something, and for whom', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    const sent = overheard(town, bob, kim).filter(({ type }) => type === 'slip')
    assert.equal(sent.length, 1)
    const [slip] = sent
    assert.ok(slip?.type === 'slip' && slip.device === alice.person.device)
    const bytes = Buffer.from(encodeFrame(slip))
    const feed = alice.participant.ownFeed(alice.everyone)?.id ?? ''
    for (const id of [alice.everyone, feed, bob.person.device])
      assert.ok(!bytes.includes(fromBase32(id).subarray(0, 8)))
    assert.equal(slip.ciphertext.length, 1_024 + 16)
  })

  it('gets none for whom it was not left something by', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('one')
    town.meet(alice, bob)
    assert.deepEqual(
      overheard(town, bob, kim).filter(({ type }) => type === 'slip'),
      [],
    )
  })

  it('makes nobody believe what a reader did not sign', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    const feed = alice.participant.ownFeed(alice.everyone)?.id
    assert.ok(feed)
    const to = bob.participant.keeping
      .targets(bob.everyone)
      .find(({ device }) => device === alice.person.device)
    assert.ok(to)
    const said = { feed, device: bob.person.device, seq: 1, read: 1 }
    const signature = carol.person.key.sign(acknowledgementStatement(alice.everyone, said))
    const frame = {
      type: 'acknowledgements',
      conversation: alice.everyone,
      acknowledgements: [{ ...said, signature }],
    } as const
    const slip = sealSlip(suite, createSeededRandom('Carol'), to, [encodeFrame(frame), Uint8Array.of(1, 2)])
    assert.ok(slip)
    const answers: Frame[] = []
    const connection = alice.participant.connect({
      device: kim.person.device,
      send: (bytes) => answers.push(decodeFrame(bytes, suite.hashBytes)),
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const hello = { type: 'hello', version: 1, cards: new Uint8Array(0) } as const
    for (const one of [hello, { type: 'slip', ...slip, device: carol.person.device } as const])
      connection.receive(encodeFrame(one))
    town.settle()
    assert.equal(deliveryOf(alice, 'one').delivered.count, 0)
    assert.deepEqual(alice.faults, [])
    assert.ok(answers.some(({ type }) => type === 'slip-taken'))
    connection.disconnected()
  })

  it('hands over one of each device at a time, the last one, however fast they are left', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const given: Frame[] = []
    const toAlice = attached(kim, alice, given)
    const toBob = attached(kim, bob, [])
    const leave = (n: number): Frame => ({
      type: 'slip',
      device: alice.person.device,
      generation: 1,
      enc: new Uint8Array(32),
      ciphertext: u32(n),
    })
    const told = (): number[] =>
      given.flatMap((frame) => (frame.type === 'slip' ? [...frame.ciphertext.subarray(3)] : []))
    for (let n = 1; n <= 100; n++) toBob.receive(encodeFrame(leave(n)))
    town.settle()
    assert.deepEqual(told(), [1])
    const digest = suite.hash(u32(1)).slice(0, 8)
    toAlice.receive(encodeFrame({ type: 'slip-taken', device: bob.person.device, digest }))
    town.settle()
    assert.deepEqual(told(), [1, 100])
    assert.equal(slipsAt(kim, alice), 1)
    for (const one of [toAlice, toBob]) one.disconnected()
  })

  it('makes a reader look through what it could say no oftener than in a while', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    town.meet(kim, bob)
    const connection = attached(bob, kim, [])
    let looked = 0
    const { acknowledgements } = hostOf(bob.participant.sync)
    const all = acknowledgements.all.bind(acknowledgements)
    acknowledgements.all = (conversation) => {
      looked++
      return all(conversation)
    }
    const tag = kim.participant.keeping.kept.addressedTo(bob.person.device)[0]?.tag
    assert.ok(tag)
    const frame = encodeFrame({ type: 'offers', offers: [{ tag, generation: 1, next: 2 }] })
    for (let n = 0; n < 1_000; n++) connection.receive(frame)
    town.clock.advance(1_000)
    assert.ok(looked < 20, String(looked))
    connection.disconnected()
  })

  it('goes nowhere once its device is a keeper no more', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const { slips } = kim.participant.keeping.kept
    const slip = { device: alice.person.device, generation: 1, enc: u32(1), ciphertext: u32(1) }
    const link = town.link(alice, kim)
    town.settle()
    kim.participant.transact(() => {
      kim.participant.keeping.kept.eraseAll()
      slips.put(bob.person.device, slip)
    })
    assert.equal(slipsAt(kim, alice), 1)
    alice.says({ type: 'role', member: kim.person.member, role: ROLE.member })
    town.settle()
    link.cut()
    assert.equal(slipsAt(kim, alice), 0)
  })

  it('has an author check no more signatures than a slip may bring', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    const feed = alice.participant.ownFeed(alice.everyone)
    const to = bob.participant.keeping
      .targets(bob.everyone)
      .find(({ device }) => device === alice.person.device)
    assert.ok(feed && to)
    const signed = ({ person: { device, key } }: Member) => {
      const said = { feed: feed.id, device, seq: feed.head.seq, read: 0 }
      return { ...said, signature: key.sign(acknowledgementStatement(alice.everyone, said)) }
    }
    const frame = (...acknowledgements: ReturnType<typeof signed>[]): Uint8Array =>
      encodeFrame({ type: 'acknowledgements', conversation: alice.everyone, acknowledgements })
    const connection = attached(alice, kim, [])
    const bring = (...frames: Uint8Array[]): number => {
      const slip = sealSlip(suite, createSeededRandom('Carol'), to, frames)
      assert.ok(slip)
      connection.receive(encodeFrame({ type: 'slip', ...slip, device: carol.person.device }))
      town.settle()
      return deliveryOf(alice, 'one').delivered.count
    }
    const forged = { ...signed(bob), signature: new Uint8Array(64) }
    assert.equal(bring(...Array.from({ length: 64 }, () => frame(forged)), frame(signed(bob))), 0)
    assert.equal(bring(...Array.from({ length: 48 }, () => frame(forged)), frame(signed(bob))), 0)
    assert.equal(bring(...Array.from({ length: 47 }, () => frame(forged)), frame(signed(bob))), 1)
    connection.disconnected()
  })

  it('holds so much of one member and no more, the last of each device for each other, for its time', () => {
    const { town, cast } = gathered()
    const [, bob, , kim] = cast
    const { slips } = kim.participant.keeping.kept
    const slip = (n: number, bytes: number) => ({
      device: base32(suite.hash(u32(n))) as DeviceId,
      generation: 1,
      enc: new Uint8Array(32),
      ciphertext: new Uint8Array(bytes),
    })
    const put = (n: number, bytes = 390_000): boolean =>
      kim.participant.transact(() => slips.put(bob.person.device, slip(n, bytes)))
    assert.ok(put(1) && put(1, 100) && put(1), 'the last one counts')
    let count = 1
    while (count < 100 && put(count + 1)) count++
    assert.ok(count >= 20 && count <= 22, String(count))
    const link = town.link(kim, bob)
    town.clock.advance(KEEPER_TERMS.holdHours * 3_600_000 + 1_200_000)
    link.cut()
    assert.deepEqual(slips.for(slip(1, 1).device), [])
  })
})
