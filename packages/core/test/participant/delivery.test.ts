/** Where a message has got to when members have several devices, some of which never come back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ROLE,
  type ConversationId,
  type Delivery,
  type DeliveryDetail,
  type DeliveryState,
  type MessageId,
} from '@triode/core'
import { createTestCircle, type TestCircle, type TestDevice } from '../sync/circleOf.ts'
import { Town, type Member } from '../sync/town.ts'
import { linksOf, type Links } from './devices.ts'

interface Scene {
  readonly circle: TestCircle
  readonly links: Links
  readonly laptop: TestDevice
  readonly phone: TestDevice
  readonly bob: TestDevice
}

/** Two members with two devices each; nobody is connected. */
function twoMembers(): Scene {
  const circle = createTestCircle('delivery')
  const laptop = circle.add('laptop')
  const phone = circle.add('phone', 'laptop')
  const bob = circle.add('bob')
  circle.add('bob tablet', 'bob')
  return { circle, links: linksOf(circle), laptop, phone, bob }
}

function stateOf({ circle }: Scene, device: TestDevice, id: MessageId): DeliveryState | undefined {
  const message = device.participant.timeline(circle.everyone).get(id)
  return message && device.participant.delivery(circle.everyone, message).state
}

test('a message is delivered and read when one device of the member has it, though another is away for ever', () => {
  const scene = twoMembers()
  const { circle, links, laptop, bob } = scene
  const id = laptop.say('hello')
  assert.equal(stateOf(scene, laptop, id), 'queued')
  links.join('laptop', 'bob')
  circle.settle()
  assert.equal(stateOf(scene, laptop, id), 'delivered')
  bob.participant.markRead(circle.everyone)
  circle.settle()
  assert.equal(stateOf(scene, laptop, id), 'read')
})

test('a message that only another device of its author has is held', () => {
  const scene = twoMembers()
  const { circle, links, laptop } = scene
  const id = laptop.say('hello')
  links.join('laptop', 'phone')
  circle.settle()
  assert.equal(stateOf(scene, laptop, id), 'held')
})

test('either device of the author knows where its message has got to', () => {
  const scene = twoMembers()
  const { circle, links, laptop, phone, bob } = scene
  const id = laptop.say('hello')
  links.join('laptop', 'phone')
  circle.settle()
  assert.equal(stateOf(scene, phone, id), 'held')
  links.join('phone', 'bob')
  circle.settle()
  assert.equal(stateOf(scene, phone, id), 'delivered')
  bob.participant.markRead(circle.everyone)
  circle.settle()
  assert.equal(stateOf(scene, phone, id), 'read')
  assert.equal(stateOf(scene, laptop, id), 'read')
})

test('a revoked device keeps nothing from being delivered, and what it had counts no more', () => {
  const scene = twoMembers()
  const { circle, links, laptop } = scene
  circle.remove('bob', circle.everyone)
  const id = laptop.say('to the tablet')
  assert.equal(stateOf(scene, laptop, id), 'queued')
  links.join('laptop', 'bob tablet')
  circle.settle()
  assert.equal(stateOf(scene, laptop, id), 'delivered')
})

test('a message is not queued again because those who have it are out', () => {
  const scene = twoMembers()
  const { circle, links, laptop } = scene
  const id = laptop.say('hello')
  links.join('laptop', 'bob')
  circle.settle()
  links.cut('laptop', 'bob')
  circle.remove('bob', circle.everyone)
  assert.equal(stateOf(scene, laptop, id), 'held', 'to Bob, whose tablet has it not yet')
  circle.remove('bob tablet', circle.everyone)
  assert.equal(stateOf(scene, laptop, id), 'delivered', 'to all there are')
  assert.equal(stateOf(scene, laptop, laptop.say('to nobody')), 'queued')
})

test('what was handed over of one’s own is not shown as waiting', () => {
  const circle = createTestCircle('delivery', {
    history: (from, to) => (from === 'laptop' && to === 'phone' ? 'own' : undefined),
  })
  const laptop = circle.add('laptop')
  const bob = circle.add('bob')
  const links = linksOf(circle)
  links.join('laptop', 'bob')
  const id = laptop.say('hello')
  circle.settle()
  const phone = circle.add('phone', 'laptop')
  links.join('laptop', 'phone')
  circle.settle()
  const scene = { circle, links, laptop, phone, bob }
  assert.equal(stateOf(scene, phone, id), 'delivered')
})

test('a device that a member got later, and that stands beyond a message that it never got, says nothing of that', () => {
  const circle = createTestCircle('delivery')
  const [laptop, bob] = [circle.add('laptop'), circle.add('bob')]
  const links = linksOf(circle)
  const before = laptop.say('to the device that Bob has')
  const tablet = circle.add('bob tablet', 'bob')
  const after = laptop.say('to both')
  links.join('laptop', 'bob tablet')
  circle.settle()
  tablet.participant.markRead(circle.everyone)
  circle.settle()
  assert.deepEqual(tablet.texts(), ['to both'])
  const scene = { circle, links, laptop, phone: laptop, bob }
  assert.equal(stateOf(scene, laptop, after), 'read')
  assert.equal(stateOf(scene, laptop, before), 'queued')
  const message = laptop.participant.timeline(circle.everyone).get(before)
  assert.ok(message)
  assert.deepEqual(laptop.participant.deliveryDetail(circle.everyone, message).holders, [])
  links.join('laptop', 'bob')
  circle.settle()
  assert.equal(stateOf(scene, laptop, before), 'delivered')
})

test('a further device of one’s own that came later, and stands beyond a message, does not hold what it never got', () => {
  const circle = createTestCircle('delivery')
  const [laptop, bob] = [circle.add('laptop'), circle.add('bob')]
  const links = linksOf(circle)
  const scene = { circle, links, laptop, phone: laptop, bob }
  const note = circle.self('laptop')
  const ids = [laptop.say('to Bob'), laptop.say('a note', note)]
  const stateIn = (conversation: ConversationId, id: MessageId): string | undefined => {
    const message = laptop.participant.timeline(conversation).get(id)
    return message && laptop.participant.delivery(conversation, message).state
  }
  const phone = circle.add('phone', 'laptop')
  const after = [laptop.say('to both'), laptop.say('another note', note)]
  links.join('laptop', 'phone')
  circle.settle()
  assert.deepEqual(phone.texts(), ['to both'])
  assert.deepEqual(phone.texts(note), ['another note'])
  for (const [at, conversation] of [circle.everyone, note].entries()) {
    const [before, later] = [ids[at], after[at]]
    assert.ok(before && later)
    assert.equal(stateIn(conversation, before), 'queued')
    assert.equal(stateIn(conversation, later), conversation === note ? 'delivered' : 'held')
    const message = laptop.participant.timeline(conversation).get(before)
    assert.ok(message)
    assert.deepEqual(laptop.participant.deliveryDetail(conversation, message).holders, [])
  }
  links.join('laptop', 'bob')
  circle.settle()
  assert.equal(stateOf(scene, laptop, ids[0] ?? ('' as MessageId)), 'delivered')
})

/** Bob and Kim, who may read what Alice writes, have met her; Kim is made a keeper, and holds for Bob what was sealed to both. */
function heldByOneWhoMayReadIt(): { town: Town; alice: Member; bob: Member; kim: Member } {
  const town = new Town()
  const [alice, bob, kim] = town.peopleOf([
    ['Alice', ROLE.owner],
    ['Bob', ROLE.member],
    ['Kim', ROLE.member],
  ]) as [Member, Member, Member]
  for (let round = 0; round < 2; round++) for (const other of [bob, kim]) town.meet(alice, other)
  alice.say('one')
  alice.says({ type: 'role', member: kim.person.member, role: ROLE.keeper })
  town.meet(alice, kim)
  return { town, alice, bob, kim }
}

/** Of the only message. */
function told({ participant, everyone }: Member): { delivery: Delivery; detail: DeliveryDetail } {
  const [message] = participant.timeline(everyone).page({ limit: 1 }).messages
  assert.ok(message)
  return {
    delivery: participant.delivery(everyone, message),
    detail: participant.deliveryDetail(everyone, message),
  }
}

test('what somebody holds as a keeper is not delivered to them when they may read again', () => {
  const { town, alice, bob, kim } = heldByOneWhoMayReadIt()
  const asKeeper = told(alice)
  assert.equal(asKeeper.delivery.state, 'held')
  assert.deepEqual(
    asKeeper.detail.holders.map(({ device, state }) => ({ device, state })),
    [{ device: kim.person.device, state: 'delivered' }],
  )
  alice.says({ type: 'role', member: kim.person.member, role: ROLE.member })
  assert.deepEqual(told(alice).delivery.delivered, { count: 0, of: 2 })
  assert.deepEqual(told(alice).detail.holders, [])
  assert.equal(alice.participant.waitingFor(kim.person.device), 1)
  town.meet(alice, bob)
  assert.deepEqual(told(alice).delivery.delivered, { count: 1, of: 2 })
  assert.equal(told(alice).delivery.state, 'held')
  town.meet(alice, kim)
  assert.deepEqual(kim.texts, ['one'])
  assert.equal(told(alice).delivery.state, 'delivered')
})

test('what somebody held as a keeper is left for them at others when they may read again', () => {
  const { town, alice, kim } = heldByOneWhoMayReadIt()
  alice.says({ type: 'role', member: kim.person.member, role: ROLE.member })
  const feed = alice.participant.ownFeed(alice.everyone)
  assert.ok(feed)
  const owed = alice.participant.keeping.owedFrom(feed, [kim.person.device])
  assert.ok(owed !== undefined && owed <= feed.head.seq, String(owed))
  town.meet(alice, kim)
  assert.equal(alice.participant.keeping.owedFrom(feed, [kim.person.device]), undefined)
})

test('who becomes a keeper and holds nothing has still read what it had read', () => {
  const { town, alice, kim } = heldByOneWhoMayReadIt()
  alice.says({ type: 'role', member: kim.person.member, role: ROLE.member })
  town.meet(alice, kim)
  kim.participant.markRead(kim.everyone)
  town.meet(alice, kim)
  alice.says({ type: 'role', member: kim.person.member, role: ROLE.keeper })
  town.meet(alice, kim)
  alice.says({ type: 'role', member: kim.person.member, role: ROLE.member })
  assert.deepEqual(told(alice).delivery.read, { count: 1, of: 2 })
  assert.deepEqual(told(alice).delivery.delivered, { count: 1, of: 2 })
})
