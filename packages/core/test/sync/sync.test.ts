import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { createTestCircle, type TestCircle, type TestDevice } from './circleOf.ts'

const link = (circle: TestCircle, one: TestDevice, other: TestDevice): MemoryLinkPair =>
  linkInMemory(circle.clock, one.participant, other.participant, { delayMs: () => 5 })

const deliveryOf = (circle: TestCircle, device: TestDevice, index: number) => {
  const message = device.participant.timeline(circle.everyone).page({ limit: 100 }).messages[index]
  assert.ok(message)
  return device.participant.delivery(circle.everyone, message)
}

describe('sync', () => {
  it('hands a message straight to a connected reader, and tells the author', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    alice.say('before we are connected')
    assert.equal(deliveryOf(circle, alice, 0).state, 'queued')
    link(circle, alice, bob)
    circle.settle()
    alice.say('hello Bob')
    bob.say('hello Alice')
    circle.settle()
    assert.deepEqual([...bob.texts()].sort(), ['before we are connected', 'hello Alice', 'hello Bob'])
    assert.deepEqual(alice.texts(), bob.texts())
    assert.equal(deliveryOf(circle, alice, 0).state, 'delivered')
    bob.participant.markRead(circle.everyone)
    circle.settle()
    assert.equal(deliveryOf(circle, alice, 0).state, 'read')
  })

  it('carries a message through a third device to one that never meets the author', () => {
    const circle = createTestCircle()
    const [alice, bob, carol] = [circle.add('alice'), circle.add('bob'), circle.add('carol')]
    alice.say('for everyone')
    const first = link(circle, alice, bob)
    circle.settle()
    first.cut()
    circle.settle()
    assert.equal(deliveryOf(circle, alice, 0).state, 'held')
    const second = link(circle, bob, carol)
    circle.settle()
    assert.deepEqual(carol.texts(), ['for everyone'])
    carol.participant.markRead(circle.everyone)
    circle.settle()
    second.cut()
    link(circle, bob, alice)
    circle.settle()
    assert.deepEqual(deliveryOf(circle, alice, 0), {
      state: 'delivered',
      delivered: { count: 2, of: 2 },
      read: { count: 1, of: 2 },
    })
  })

  it('tells an author by way of others what was lost when their link died', () => {
    const circle = createTestCircle()
    const [alice, bob, carol] = [circle.add('alice'), circle.add('bob'), circle.add('carol')]
    const direct = link(circle, alice, bob)
    circle.settle(1_000)
    direct.stall(bob.id, 0)
    alice.say('did you get this?')
    circle.settle(1_000)
    assert.deepEqual(bob.texts(), ['did you get this?'])
    direct.cut()
    link(circle, alice, carol)
    link(circle, bob, carol)
    circle.settle(30_000)
    assert.equal(deliveryOf(circle, alice, 0).state, 'held', 'Bob might come back himself')
    circle.settle()
    assert.equal(deliveryOf(circle, alice, 0).state, 'delivered')
  })

  it('catches up over many windows and epochs, once each and in order', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    for (let n = 0; n < 1_500; n++) alice.say(`message ${n}`)
    link(circle, alice, bob)
    circle.settle()
    const all: string[] = []
    let before: string | undefined
    for (;;) {
      const page = bob.participant
        .timeline(circle.everyone)
        .page({ limit: 400, ...(before && { before: before as never }) })
      all.unshift(...page.messages.map((message) => message.text))
      before = page.messages[0]?.id
      if (!page.more) break
    }
    assert.deepEqual(
      all,
      Array.from({ length: 1_500 }, (_, n) => `message ${n}`),
    )
    assert.equal(deliveryOf(circle, alice, 99).state, 'delivered')
  })

  it('goes on after a restart from what is on disk, with the ratchet where it was', () => {
    const circle = createTestCircle()
    let alice = circle.add('alice')
    const bob = circle.add('bob')
    const first = link(circle, alice, bob)
    alice.say('one')
    circle.settle()
    first.cut()
    alice = circle.restart('alice')
    alice.say('two')
    link(circle, alice, bob)
    circle.settle()
    alice.say('three')
    circle.settle()
    assert.deepEqual(bob.texts(), ['one', 'two', 'three'])
    const feeds = [...bob.participant.feeds(circle.everyone).all()].filter((feed) => feed.device === alice.id)
    assert.equal(feeds.length, 1)
  })

  it('starts a new feed after its store was restored, and loses nothing it had sent', () => {
    const circle = createTestCircle()
    let alice = circle.add('alice')
    const bob = circle.add('bob')
    const first = link(circle, alice, bob)
    alice.say('one')
    circle.settle()
    first.cut()
    alice = circle.restart('alice', 2)
    alice.say('two')
    link(circle, alice, bob)
    circle.settle()
    assert.deepEqual(bob.texts(), ['one', 'two'])
    const feeds = [...bob.participant.feeds(circle.everyone).all()].filter((feed) => feed.device === alice.id)
    assert.equal(feeds.length, 2)
  })

  it('lets who came later read from then on, and nothing from before', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    link(circle, alice, bob)
    alice.say('before Carol')
    circle.settle()
    const carol = circle.add('carol')
    link(circle, bob, carol)
    circle.settle()
    alice.say('after Carol')
    circle.settle()
    assert.deepEqual(carol.texts(), ['after Carol'])
    assert.deepEqual(bob.texts(), ['before Carol', 'after Carol'])
  })
})
