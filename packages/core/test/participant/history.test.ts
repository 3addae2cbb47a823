/** What a device that was admitted later gets of the time before, from whom, and what a hostile one can't do with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeFrame,
  encodeContent,
  encodeFrame,
  type ConversationId,
  type Frame,
  type HandedMessage,
  type HistoryGiver,
  type TimelineMessage,
} from '@triode/core'
import { createTestCircle, suite, type TestCircle, type TestDevice } from '../sync/circleOf.ts'
import { linksOf, type Links } from './devices.ts'

const HOUSEHOLD = new Set(['laptop', 'phone', 'tablet'])
const ORDER = ['laptop', 'phone', 'tablet']

/** Own devices hand over to those that came later; nobody else does. */
const sinceJoining = (from: string, to: string): HistoryGiver | undefined =>
  HOUSEHOLD.has(from) && HOUSEHOLD.has(to) && ORDER.indexOf(from) < ORDER.indexOf(to) ? 'own' : undefined

interface Scene {
  readonly circle: TestCircle
  readonly links: Links
  readonly laptop: TestDevice
  readonly bob: TestDevice
}

/** A laptop and Bob have talked; then the laptop's member gets a phone, which meets the laptop only. */
function talk(history: (from: string, to: string) => HistoryGiver | undefined = sinceJoining): Scene {
  const circle = createTestCircle('history', { history })
  const [laptop, bob] = [circle.add('laptop'), circle.add('bob')]
  const links = linksOf(circle)
  links.join('laptop', 'bob')
  for (let n = 1; n <= 3; n++) {
    laptop.say(`laptop ${n}`)
    bob.say(`bob ${n}`)
    circle.settle(1_000)
  }
  return { circle, links, laptop, bob }
}

function addPhone({ circle, links }: Scene, carry?: Parameters<Links['join']>[2]): TestDevice {
  const phone = circle.add('phone', 'laptop')
  links.join('laptop', 'phone', carry)
  circle.settle()
  return phone
}

function messages(device: TestDevice, conversation: ConversationId): TimelineMessage[] {
  return device.participant.timeline(conversation).page({ limit: 1_000 }).messages
}

test('a new phone gets what the laptop has, in the same order, and says from whom', () => {
  const scene = talk()
  const { circle, laptop, bob } = scene
  const phone = addPhone(scene)
  assert.deepEqual(phone.texts(), laptop.texts())
  for (const message of messages(phone, circle.everyone)) assert.equal(message.handedOverBy, laptop.id)
  assert.deepEqual(phone.faults(), [])
  assert.deepEqual(
    messages(phone, circle.everyone).map((message) => message.member),
    messages(laptop, circle.everyone).map((message) => message.member),
  )
  bob.say('and now?')
  phone.say('now as well')
  circle.settle()
  assert.deepEqual(phone.texts(), laptop.texts())
  assert.equal(phone.texts().length, 8)
  const last = messages(phone, circle.everyone).filter((message) => message.text === 'and now?')
  assert.equal(last[0]?.handedOverBy, undefined)
})

test('reactions, edits, deletions, what was read and what expires come along; what has expired does not', () => {
  const scene = talk()
  const { circle, laptop, bob } = scene
  const { everyone } = circle
  const [first, second] = [bob.say('typo'), bob.say('to be deleted')]
  bob.participant.write(everyone, { kind: 'text', text: 'short', mentions: [], expiresAfterMs: 2_000 })
  bob.participant.write(everyone, { kind: 'text', text: 'long', mentions: [], expiresAfterMs: 600_000 })
  circle.settle(1_000)
  laptop.participant.write(everyone, { kind: 'reaction', target: first, emoji: '+', on: true })
  bob.participant.write(everyone, { kind: 'edit', target: first, text: 'mended', mentions: [] })
  bob.participant.write(everyone, { kind: 'delete', target: second })
  bob.participant.write(everyone, { kind: 'timer', afterMs: 60_000 })
  circle.settle(5_000)
  laptop.participant.markRead(everyone)
  bob.say('unread')
  circle.settle(1_000)

  const phone = addPhone(scene)
  const got = messages(phone, everyone)
  const mended = got.find((message) => message.id === first)
  assert.equal(mended?.text, 'mended')
  assert.ok(mended.editedAt)
  assert.deepEqual(
    mended.reactions.map(({ emoji }) => emoji),
    ['+'],
  )
  assert.equal(got.find((message) => message.id === second)?.deleted, true)
  assert.ok(!got.some((message) => message.text === 'short'))
  const long = got.find((message) => message.text === 'long')
  const original = messages(laptop, everyone).find((message) => message.text === 'long')
  assert.equal(long?.expiresAt, original?.expiresAt)
  assert.equal(phone.participant.timeline(everyone).timer(), 60_000)
  assert.equal(phone.participant.timeline(everyone).unread(), 1)

  laptop.participant.markRead(everyone)
  circle.settle()
  assert.equal(phone.participant.timeline(everyone).unread(), 0)
  bob.participant.write(everyone, { kind: 'edit', target: first, text: 'mended again', mentions: [] })
  circle.settle()
  assert.equal(phone.participant.timeline(everyone).get(first)?.text, 'mended again')
  circle.settle(700_000)
  phone.participant.expire(everyone)
  assert.ok(!phone.texts().includes('long'))
})

test('rooms and notes to oneself come along, and rooms of others do not', () => {
  const scene = talk()
  const { circle, links, laptop, bob } = scene
  circle.add('carol')
  links.join('bob', 'carol')
  const [ours, theirs] = [circle.room('laptop', 'bob'), circle.room('bob', 'carol')]
  bob.say('in the room', ours)
  bob.say('not for you', theirs)
  laptop.say('a note', circle.self('laptop'))
  links.cut('laptop', 'bob')
  links.join('laptop', 'bob')
  circle.settle()
  const phone = addPhone(scene)
  assert.deepEqual(phone.texts(ours), ['in the room'])
  assert.deepEqual(phone.texts(circle.self('laptop')), ['a note'])
  assert.deepEqual(phone.texts(theirs), [])
})

test('under a policy of none, a new device gets nothing from before', () => {
  const scene = talk(() => undefined)
  const phone = addPhone(scene)
  assert.deepEqual(phone.texts(), [])
  scene.laptop.say('from now on')
  scene.circle.settle()
  assert.deepEqual(phone.texts(), ['from now on'])
})

test('under a policy of all, who invites hands over what is from before, and it is shown whose word it is', () => {
  const scene = talk((from, to) => (from === 'bob' && to === 'dave' ? 'inviter' : undefined))
  const { circle, links, bob, laptop } = scene
  const dave = circle.add('dave')
  links.join('laptop', 'dave')
  circle.settle()
  assert.deepEqual(dave.texts(), [])
  links.join('bob', 'dave')
  circle.settle()
  assert.deepEqual(dave.texts(), bob.texts())
  for (const message of messages(dave, circle.everyone)) assert.equal(message.handedOverBy, bob.id)
  assert.equal(dave.participant.timeline(circle.everyone).unread(), 0)
  assert.deepEqual(laptop.faults(), [])
})

test('a third device gets from the second what that had from the first, with whose word it is', () => {
  const history = (from: string, to: string): HistoryGiver | undefined =>
    from === 'bob' && to === 'laptop' ? 'inviter' : sinceJoining(from, to)
  const circle = createTestCircle('history', { history })
  const bob = circle.add('bob')
  for (let n = 1; n <= 3; n++) bob.say(`bob ${n}`)
  const links = linksOf(circle)
  circle.add('laptop')
  links.join('bob', 'laptop')
  circle.settle()
  links.cut('bob', 'laptop')
  const phone = circle.add('phone', 'laptop')
  links.join('laptop', 'phone')
  circle.settle()
  circle.remove('laptop', circle.everyone)
  const tablet = circle.add('tablet', 'laptop')
  links.join('phone', 'tablet')
  circle.settle()
  assert.deepEqual(tablet.texts(), bob.texts())
  for (const message of messages(tablet, circle.everyone)) assert.equal(message.handedOverBy, bob.id)
  assert.equal(messages(phone, circle.everyone).length, 3)
})

test('the process of either side may end at any moment: everything comes, and nothing twice', () => {
  const circle = createTestCircle('history', { history: sinceJoining })
  const laptop = circle.add('laptop')
  for (let n = 0; n < 2_100; n++) laptop.say(`note ${n}`)
  circle.add('phone', 'laptop')
  const links = linksOf(circle)
  let pages = 0
  for (let attempt = 0; attempt < 40 && circle.get('phone').texts().length < 2_100; attempt++) {
    const before = circle.get('phone').texts().length
    const pair = links.join('laptop', 'phone')
    circle.settle(20 + attempt * 7)
    if (circle.get('phone').texts().length > before) pages++
    pair.cut()
    circle.settle(10)
    circle.restart(attempt % 2 === 0 ? 'phone' : 'laptop')
  }
  assert.ok(pages > 1, 'it was cut short in the middle')
  assert.deepEqual(circle.get('phone').texts(), circle.get('laptop').texts())
})

test('what an author sealed before it knew of the phone, and who was away brings later, comes as well', () => {
  const scene = talk()
  const { circle, links, laptop, bob } = scene
  links.cut('laptop', 'bob')
  const late = bob.say('from Bob, who has not heard of the phone')
  const phone = addPhone(scene)
  assert.equal(phone.texts().length, 6)
  links.join('laptop', 'bob')
  circle.settle()
  assert.equal(phone.participant.timeline(circle.everyone).get(late)?.handedOverBy, laptop.id)
})

// ---- who may not

test('a removed device, and one of another member, ask in vain and are named', () => {
  const { circle, links, laptop } = talk()
  for (const [name, member] of [
    ['eve', 'eve'],
    ['phone', 'laptop'],
  ] as const) {
    const asker = circle.add(name, member)
    if (name === 'phone') circle.remove('phone', circle.everyone)
    const seen: Frame[] = []
    const request = encodeFrame({ type: 'history-request', conversation: circle.everyone, before: undefined })
    let asked = false
    links.join('laptop', name, (from, _to, frame) => {
      if (from === laptop.id) seen.push(decodeFrame(frame, suite.hashBytes))
      if (from !== asker.id || asked) return [frame]
      asked = decodeFrame(frame, suite.hashBytes).type === 'hello'
      return asked ? [frame, request] : [frame]
    })
    circle.settle()
    assert.ok(!seen.some((frame) => frame.type === 'history'), `${name} gets nothing`)
    assert.deepEqual(asker.texts(), [])
    links.cut('laptop', name)
  }
  assert.deepEqual(laptop.faults(), ['eve: history-not-allowed'])
})

test('pages that nobody asked for end the tunnel and change nothing', () => {
  const scene = talk()
  const { circle, laptop, bob, links } = scene
  links.cut('laptop', 'bob')
  const page = { authors: [], messages: [], next: undefined, whole: true }
  const frame = encodeFrame({ type: 'history', conversation: circle.everyone, before: undefined, page })
  links.join('laptop', 'bob', (from, _to, one) => (from === bob.id ? [one, frame] : [one]))
  circle.settle()
  assert.ok(laptop.faults().includes('bob: history-unasked'))
  assert.equal(laptop.texts().length, 6)
})

// ---- hostile ones that may

/** A phone whose laptop changes what it hands over. */
function hostile(change: (message: HandedMessage) => HandedMessage | undefined) {
  const scene = talk()
  const { laptop } = scene
  const phone = addPhone(scene, (from, _to, bytes) => {
    const frame = from === laptop.id ? decodeFrame(bytes, suite.hashBytes) : undefined
    if (frame?.type !== 'history') return [bytes]
    const changed = frame.page.messages.map((one) => change(one)).filter((one) => one !== undefined)
    return [encodeFrame({ ...frame, page: { ...frame.page, messages: changed } })]
  })
  return { ...scene, phone }
}

test('a forged message stands under the name of who handed it over, and gives way to what comes in its feed', () => {
  const forged = (text: string): Uint8Array =>
    encodeContent({ lamport: 100, at: 0, body: { kind: 'text', text, mentions: [] } })
  let first = true
  const { circle, links, laptop, phone, bob } = hostile((message) => {
    if (!first) return undefined
    first = false
    // Of Bob or of the laptop, whichever wrote last: the entry after the one that there is.
    return { ...message, seq: message.seq + 3, content: forged('forged') }
  })
  const [lie] = messages(phone, circle.everyone)
  assert.equal(lie?.text, 'forged')
  assert.equal(lie.handedOverBy, laptop.id)
  links.join('phone', 'bob')
  for (let n = 0; n < 5; n++) {
    bob.say(`true ${n}`)
    laptop.say(`true too ${n}`)
    circle.settle()
  }
  const now = messages(phone, circle.everyone).find((message) => message.id === lie.id)
  assert.ok(now === undefined || now.handedOverBy === undefined)
  assert.ok(!phone.texts().includes('forged'))
})

test('nothing is forged where the phone reads itself', () => {
  const scene = talk()
  const { circle, links, laptop, bob } = scene
  const phone = circle.add('phone', 'laptop')
  links.join('phone', 'bob')
  circle.settle()
  bob.say('to the phone as well')
  circle.settle()
  const real = messages(phone, circle.everyone)[0]
  assert.ok(real)
  links.join('laptop', 'phone', (from, _to, bytes) => {
    const frame = from === laptop.id ? decodeFrame(bytes, suite.hashBytes) : undefined
    if (frame?.type !== 'history') return [bytes]
    const author = frame.page.authors.findIndex((one) => one.device === bob.id)
    const [message] = frame.page.messages
    if (message === undefined || author < 0) return [bytes]
    const body = { kind: 'text', text: 'put over it', mentions: [] } as const
    const lies = [real.seq + 3, real.seq].map((seq, at): HandedMessage => {
      const content = encodeContent({ lamport: 60 - at, at: 0, body })
      return { ...message, author, seq, content, edit: undefined, reactions: [] }
    })
    return [encodeFrame({ ...frame, page: { ...frame.page, messages: [...lies, ...frame.page.messages] } })]
  })
  circle.settle()
  assert.ok(!phone.texts().includes('put over it'))
  assert.equal(phone.participant.timeline(circle.everyone).get(real.id)?.text, 'to the phone as well')
  assert.equal(phone.texts().length, 7)
})

test('a page in a wrong order, or with what is no message, ends the tunnel and leaves nothing', () => {
  let lamport = 1
  const rising = hostile((message) => ({
    ...message,
    content: encodeContent({ lamport: lamport++, at: 0, body: { kind: 'text', text: 'x', mentions: [] } }),
  }))
  assert.ok(rising.phone.faults().includes('laptop: history-wrong'))
  assert.deepEqual(rising.phone.texts(), [])
  const bad = hostile((message) => ({ ...message, content: Uint8Array.of(1, 2, 3) }))
  assert.ok(bad.phone.faults().includes('laptop: malformed'))
  assert.deepEqual(bad.phone.texts(), [])
})

test('a forged setting gives way to the first one that comes in a feed', () => {
  let first = true
  const { circle, phone, bob } = hostile((message) => {
    if (!first) return message
    first = false
    const content = encodeContent({ lamport: 1_000_000, at: 0, body: { kind: 'timer', afterMs: 1_000 } })
    return { ...message, content }
  })
  assert.equal(phone.participant.timeline(circle.everyone).timer(), 1_000)
  bob.participant.write(circle.everyone, { kind: 'timer', afterMs: 5_000 })
  circle.settle()
  assert.equal(phone.participant.timeline(circle.everyone).timer(), 5_000)
})

test('twenty thousand messages come in seconds, so that a hundred thousand take tens of seconds at most', () => {
  const count = 20_000
  const circle = createTestCircle('history', { history: sinceJoining })
  const laptop = circle.add('laptop')
  laptop.participant.transact(() => {
    for (let n = 0; n < count; n++) laptop.say(`note ${n}`)
  })
  const phone = circle.add('phone', 'laptop')
  linksOf(circle).join('laptop', 'phone')
  const started = process.cpuUsage()
  circle.settle(600_000)
  const { user, system } = process.cpuUsage(started)
  const seconds = (user + system) / 1e6
  assert.equal(phone.participant.timeline(circle.everyone).lastMessage()?.text, `note ${count - 1}`)
  assert.equal(phone.texts().length, count)
  assert.ok(seconds < 8, `${count} messages took ${seconds.toFixed(1)} s`)
})
