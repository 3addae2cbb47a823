/** What a member's devices tell each other of drafts, of what was read, and of their names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessageId } from '@triode/core'
import { createTestCircle, type TestCircle } from '../sync/circleOf.ts'
import { laptopAndPhone, linksOf } from './devices.ts'

test('a draft and what was read are on the other device a few seconds later', () => {
  const { circle, laptop, phone, bob } = laptopAndPhone()
  bob.say('lunch?')
  bob.say('anyone?')
  circle.settle()
  assert.equal(phone.participant.timeline(circle.everyone).unread(), 2)

  laptop.participant.markRead(circle.everyone)
  laptop.participant.ownState.setDraft(circle.everyone, { text: 'in ten min' })
  circle.settle()
  assert.equal(phone.participant.timeline(circle.everyone).unread(), 0)
  assert.deepEqual(phone.participant.timeline(circle.everyone).draft(), { text: 'in ten min' })
  assert.ok(
    phone.events.some((event) => event.type === 'own-state' && event.conversation === circle.everyone),
  )
  assert.deepEqual(phone.texts(circle.self('laptop')), [], 'own state is no message')
  assert.deepEqual(bob.texts(), ['lunch?', 'anyone?'])

  bob.say('hello?')
  circle.settle()
  assert.equal(phone.participant.timeline(circle.everyone).unread(), 1)
  phone.participant.ownState.setDraft(circle.everyone, undefined)
  circle.settle()
  assert.equal(laptop.participant.timeline(circle.everyone).draft(), undefined)
})

test('what was read before it came is not unread', () => {
  const { circle, laptop, phone, bob, links } = laptopAndPhone()
  links.cut('bob', 'phone')
  links.cut('laptop', 'phone')
  bob.say('psst')
  circle.settle(1_000)
  laptop.participant.markRead(circle.everyone)
  circle.settle()
  links.join('laptop', 'phone')
  circle.settle()
  assert.deepEqual(phone.texts(), ['psst'])
  assert.equal(phone.participant.timeline(circle.everyone).unread(), 0)
})

test('a text that is typed for a minute is told a few times, and only the last draft stays in the feed', () => {
  const { circle, laptop, phone } = laptopAndPhone()
  for (let letter = 1; letter <= 600; letter++) {
    laptop.participant.ownState.setDraft(circle.everyone, { text: 'x'.repeat(letter) })
    circle.settle(100)
  }
  circle.settle()
  assert.equal(phone.participant.timeline(circle.everyone).draft()?.text.length, 600)
  for (const device of [laptop, phone]) {
    const kinds = entryKinds(circle, device.name)
    const data = kinds.filter((kind) => kind === 'data').length
    const erased = kinds.filter((kind) => kind === 'erased').length
    assert.equal(data, 1, `${device.name} keeps one draft`)
    assert.ok(erased > 10 && erased <= 20, `${erased} were told before it on ${device.name}`)
  }
})

test('a draft that is being written here is not replaced by one from elsewhere', () => {
  const { circle, laptop, phone, links } = laptopAndPhone()
  links.cut('laptop', 'phone')
  laptop.participant.ownState.setDraft(circle.everyone, { text: 'from the laptop' })
  circle.settle()
  phone.participant.ownState.setDraft(circle.everyone, { text: 'from the phone' })
  links.join('laptop', 'phone')
  circle.settle()
  const drafts = [laptop, phone].map((one) => one.participant.timeline(circle.everyone).draft()?.text)
  assert.equal(drafts[0], drafts[1])
})

test('what was not told before the end of a process is told after it', () => {
  const { circle, links } = laptopAndPhone()
  circle.get('laptop').participant.ownState.setDraft(circle.everyone, { text: 'half a' })
  links.cut('laptop', 'phone')
  circle.restart('laptop')
  links.join('laptop', 'phone')
  circle.settle()
  assert.equal(circle.get('phone').participant.timeline(circle.everyone).draft()?.text, 'half a')
})

test('what was read is told to a device whose card came after the log had told of it', () => {
  const circle = createTestCircle('late card')
  const [laptop, bob, links] = [circle.add('laptop'), circle.add('bob'), linksOf(circle)]
  links.join('laptop', 'bob')
  const id = bob.say('lunch?')
  circle.settle()
  laptop.participant.markRead(circle.everyone)
  const phone = circle.add('phone', 'laptop')
  const { membership } = laptop.participant
  const targetOf = membership.sealingTarget.bind(membership)
  membership.sealingTarget = (device) => (device === phone.id ? undefined : targetOf(device))
  laptop.participant.ownState.resume()
  circle.settle()
  links.join('laptop', 'phone')
  circle.settle(1_000)
  membership.sealingTarget = targetOf
  circle.settle()
  const { feed, seq } = parseMessageId(id)
  assert.equal(phone.participant.readUpTo(circle.everyone, feed), seq)
})

test('names of devices follow, and own state of one conversation is nothing in another', () => {
  const { circle, laptop, phone, bob } = laptopAndPhone()
  laptop.participant.ownState.nameDevice(phone.id, 'Telephone')
  circle.settle()
  assert.equal(phone.participant.ownState.deviceName(phone.id), 'Telephone')
  assert.throws(() => {
    laptop.participant.ownState.nameDevice(phone.id, '')
  }, /1 to 64/)
  bob.participant.write(circle.everyone, { kind: 'device-name', device: phone.id, name: 'stolen' })
  bob.participant.write(circle.everyone, { kind: 'draft', conversation: circle.everyone, text: 'forged' })
  circle.settle()
  assert.equal(phone.participant.ownState.deviceName(phone.id), 'Telephone')
  assert.equal(phone.participant.timeline(circle.everyone).draft(), undefined)
})

test('what is pinned, muted, put away or to be come back to is so on the other device', () => {
  const { circle, laptop, phone, bob } = laptopAndPhone()
  bob.say('lunch?')
  circle.settle()
  const { everyone } = circle
  const shown = (device: typeof laptop) => {
    const timeline = device.participant.timeline(everyone)
    const { pinned, mutedUntil, markedUnread } = timeline.preferences()
    return { pinned, mutedUntil, markedUnread, archived: timeline.isArchived(circle.clock.now()) }
  }
  laptop.participant.ownState.changePreferences(everyone, { pinned: true, archived: true })
  laptop.participant.ownState.changePreferences(everyone, { mutedUntil: 'always', markedUnread: true })
  circle.settle()
  const all = { pinned: true, mutedUntil: 'always', markedUnread: true, archived: true }
  assert.deepEqual([shown(laptop), shown(phone)], [all, all])
  assert.deepEqual(phone.texts(circle.self('laptop')), [])

  bob.say('hello?')
  circle.settle()
  assert.equal(shown(phone).archived, true, 'muted: it stays away')
  phone.participant.markRead(everyone)
  phone.participant.ownState.changePreferences(everyone, { mutedUntil: null })
  circle.settle()
  const back = { pinned: true, mutedUntil: null, markedUnread: false, archived: false }
  assert.deepEqual([shown(laptop), shown(phone)], [back, back])

  const hourAhead = circle.clock.now() + 3_600_000
  laptop.participant.ownState.changePreferences(everyone, { archived: true, mutedUntil: hourAhead })
  bob.say('anyone?')
  circle.settle()
  assert.equal(shown(laptop).archived, true)
  assert.equal(laptop.participant.timeline(everyone).isArchived(hourAhead), false, 'muted no longer')
})

test('a message from before a conversation was put away, which comes later, does not bring it back', () => {
  const { circle, laptop, phone, bob, links } = laptopAndPhone()
  links.cut('bob', 'phone')
  links.cut('laptop', 'phone')
  bob.say('lunch?')
  circle.settle(1_000)
  laptop.participant.ownState.changePreferences(circle.everyone, { archived: true })
  circle.settle()
  links.join('laptop', 'phone')
  circle.settle()
  assert.deepEqual(phone.texts(), ['lunch?'])
  const archived = [laptop, phone].map((one) =>
    one.participant.timeline(circle.everyone).isArchived(circle.clock.now()),
  )
  assert.deepEqual(archived, [true, true])
})

test('a message whose author had not seen the last ones brings a conversation back, wherever it stands', () => {
  const { circle, laptop, phone, bob, links } = laptopAndPhone()
  links.cut('bob', 'laptop')
  links.cut('bob', 'phone')
  for (const text of ['1', '2', '3']) laptop.say(text)
  bob.say('lunch?')
  laptop.participant.ownState.changePreferences(circle.everyone, { archived: true, mutedUntil: 'always' })
  circle.settle()
  links.join('bob', 'laptop')
  circle.settle()
  assert.notEqual(laptop.texts().at(-1), 'lunch?')
  const archived = () =>
    [laptop, phone].map((one) => one.participant.timeline(circle.everyone).isArchived(circle.clock.now()))
  assert.deepEqual(archived(), [true, true], 'muted')
  phone.participant.ownState.changePreferences(circle.everyone, { mutedUntil: null })
  circle.settle()
  assert.deepEqual(archived(), [false, false])
})

test('a device that comes later hears of preferences', () => {
  const { circle, laptop, phone, links } = laptopAndPhone()
  links.cut('laptop', 'phone')
  laptop.participant.ownState.changePreferences(circle.everyone, { pinned: true })
  circle.restart('laptop')
  links.join('laptop', 'phone')
  circle.settle()
  assert.equal(phone.participant.timeline(circle.everyone).preferences().pinned, true)
})

test('a member with one device tells nobody', () => {
  const circle = createTestCircle()
  const alice = circle.add('alice')
  alice.participant.ownState.setDraft(circle.everyone, { text: 'to myself' })
  circle.settle()
  assert.equal(alice.participant.ownFeed(circle.self('alice')), undefined)
})

/** Kinds of the items of all feeds in the laptop's own conversation, as `name` has them. */
function entryKinds(circle: TestCircle, name: string): string[] {
  const feeds = circle.get(name).participant.feeds(circle.self('laptop'))
  return Array.from(feeds.all()).flatMap((feed) =>
    Array.from({ length: feed.head.seq }, (_, at) => feeds.log(feed.id).item(at + 1)?.kind ?? 'none'),
  )
}
