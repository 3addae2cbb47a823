/** Content that goes: who deletes, what disappears, and what reaches those who were away (spec §9.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseMessageId, type Body, type Item, type MessageId } from '@triode/core'
import { linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { createTestCircle, type TestCircle, type TestDevice } from './circleOf.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function cast(seed: string, now?: (name: string, now: number) => number) {
  const circle = createTestCircle(seed, now && { now })
  return { circle, alice: circle.add('alice'), bob: circle.add('bob'), carol: circle.add('carol') }
}

const link = (circle: TestCircle, one: TestDevice, other: TestDevice): MemoryLinkPair =>
  linkInMemory(circle.clock, one.participant, other.participant, { delayMs: () => 5 })

function meet(circle: TestCircle, one: TestDevice, other: TestDevice, ms = 60_000): void {
  const met = link(circle, one, other)
  circle.settle(ms)
  met.cut()
  circle.settle(1_000)
}

function shortly(text: string): Body {
  return { kind: 'text', text, mentions: [], expiresAfterMs: HOUR_MS }
}

function item(circle: TestCircle, device: TestDevice, id: MessageId): Item | undefined {
  const { feed, seq } = parseMessageId(id)
  return device.participant.feeds(circle.everyone).log(feed).item(seq)
}

function expire(circle: TestCircle, ...devices: TestDevice[]): void {
  for (const { participant } of devices) participant.expire(circle.everyone)
}

describe('a deleted message', () => {
  it('is gone from every feed, with the word of its author beside it, and those who were away take that', () => {
    const { circle, alice, bob, carol } = cast('deleted')
    const id = bob.say('a secret')
    const edit = bob.participant.write(circle.everyone, {
      kind: 'edit',
      target: id,
      text: 'the secret',
      mentions: [],
    })
    const again = bob.participant.write(circle.everyone, {
      kind: 'edit',
      target: id,
      text: 'a word',
      mentions: [],
    })
    bob.say('more')
    meet(circle, bob, carol)
    assert.equal(item(circle, carol, edit)?.kind, 'erased', 'the second edit says that the first may go')
    assert.equal(item(circle, carol, id)?.kind, 'data')
    bob.participant.write(circle.everyone, { kind: 'delete', target: id })
    meet(circle, bob, carol)
    for (const device of [bob, carol])
      for (const entry of [id, edit, again]) assert.equal(item(circle, device, entry)?.kind, 'erased')
    meet(circle, carol, alice)
    assert.deepEqual(alice.texts(), ['more'])
    assert.deepEqual([alice.faults(), carol.faults()], [[], []])
    assert.deepEqual(item(circle, alice, id), item(circle, carol, id))
  })

  it('stays in the feeds when another member asks for it, who is named', () => {
    const { circle, alice, bob, carol } = cast('not yours')
    const id = bob.say('mine')
    meet(circle, bob, carol)
    carol.participant.write(circle.everyone, {
      kind: 'delete',
      target: id,
      erasures: [{ entry: id, signature: new Uint8Array(64) }],
    })
    meet(circle, carol, alice)
    assert.deepEqual(alice.faults(), ['carol: message-not-author', 'carol: erasure-wrong'])
    assert.deepEqual(alice.texts(), ['mine'])
    for (const device of [alice, carol]) assert.equal(item(circle, device, id)?.kind, 'data')
  })

  it('that is only hidden is still handed on', () => {
    const { circle, alice, bob, carol } = cast('hidden')
    const id = bob.say('not for my eyes')
    meet(circle, bob, carol)
    carol.participant.hide(circle.everyone, id)
    meet(circle, carol, alice)
    assert.deepEqual([carol.texts(), alice.texts()], [[], ['not for my eyes']])
  })
})

describe('a disappearing message', () => {
  it('reaches who comes before its hour has passed, and leaves every feed after', () => {
    const { circle, alice, bob, carol } = cast('in time')
    const id = bob.participant.write(circle.everyone, shortly('for an hour'))
    meet(circle, bob, carol)
    circle.settle(HOUR_MS)
    expire(circle, bob, carol)
    assert.deepEqual([bob.texts(), carol.texts()], [[], []])
    assert.equal(item(circle, carol, id)?.kind, 'data', 'sealed, its key gone, for those who were away')
    meet(circle, carol, alice)
    assert.deepEqual(alice.texts(), ['for an hour'])
    circle.settle(3 * HOUR_MS)
    expire(circle, alice, bob, carol)
    assert.deepEqual(alice.texts(), [])
    for (const device of [alice, bob, carol]) assert.equal(item(circle, device, id)?.kind, 'erased')
    const dora = circle.add('dora')
    bob.say('later')
    meet(circle, bob, dora)
    assert.deepEqual(dora.texts(), ['later'])
  })

  it('that is over holds up nobody who comes later, whoever hands on what followed', () => {
    const { circle, alice, bob, carol } = cast('over')
    bob.participant.write(circle.everyone, shortly('for an hour'))
    bob.say('for ever')
    meet(circle, bob, carol)
    circle.settle(3 * HOUR_MS)
    expire(circle, bob, carol)
    meet(circle, carol, alice)
    assert.deepEqual(alice.texts(), ['for ever'])
    assert.deepEqual(alice.faults(), [])
  })

  it('takes its edits with it, in the same hour', () => {
    const { circle, alice, bob, carol } = cast('belongings')
    const id = bob.participant.write(circle.everyone, shortly('for an hour'))
    const edit = bob.participant.write(circle.everyone, {
      kind: 'edit',
      target: id,
      text: 'for 1 h',
      mentions: [],
    })
    meet(circle, bob, carol)
    circle.settle(3 * HOUR_MS)
    expire(circle, bob, carol)
    for (const device of [bob, carol])
      for (const entry of [id, edit]) assert.equal(item(circle, device, entry)?.kind, 'erased')
    bob.say('for ever')
    meet(circle, bob, carol)
    meet(circle, carol, alice)
    assert.deepEqual(alice.texts(), ['for ever'])
  })

  it('is over for one whose clock is behind when two members say so', () => {
    const scene = cast('two say so', (name, now) => (name === 'alice' ? now - 2 * DAY_MS : now))
    const { circle, alice, bob, carol } = scene
    const dora = circle.add('dora')
    for (const text of ['for an hour', 'this too']) bob.participant.write(circle.everyone, shortly(text))
    bob.say('for ever')
    meet(circle, bob, carol)
    meet(circle, carol, dora)
    circle.settle(3 * HOUR_MS)
    expire(circle, bob, carol, dora)
    meet(circle, carol, alice)
    meet(circle, carol, alice)
    assert.deepEqual(alice.texts(), [], 'one says it as often as it likes')
    link(circle, carol, alice)
    meet(circle, dora, alice)
    assert.deepEqual(alice.texts(), ['for ever'])
  })

  it('that one whose clock is behind is told is over counts as not here, until the clock or its author says so', () => {
    let behind = 2 * DAY_MS
    const { circle, alice, bob, carol } = cast('behind', (name, now) =>
      name === 'alice' ? now - behind : now,
    )
    bob.participant.write(circle.everyone, shortly('for an hour'))
    bob.say('for ever')
    meet(circle, bob, carol)
    circle.settle(3 * HOUR_MS)
    expire(circle, bob, carol)
    const met = link(circle, carol, alice)
    circle.settle(HOUR_MS)
    assert.deepEqual([alice.texts(), alice.faults()], [[], []])
    assert.ok(met.isOpen(), 'clocks differ: nobody is at fault')
    behind = 0
    circle.settle(HOUR_MS)
    assert.deepEqual(alice.texts(), ['for ever'], 'asked for again, every ten minutes')
    behind = 2 * DAY_MS
    const id = bob.participant.write(circle.everyone, shortly('again'))
    circle.settle(3 * HOUR_MS)
    expire(circle, bob)
    assert.equal(item(circle, bob, id)?.kind, 'erased')
    meet(circle, bob, alice)
    assert.equal(item(circle, alice, id)?.kind, 'erased', 'the author\u2019s own word')
    met.cut()
  })
})
