/** Where a message has got to when members have several devices, some of which never come back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryState, MessageId } from '@triode/core'
import { createTestCircle, type TestCircle, type TestDevice } from '../sync/circleOf.ts'
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
