/** A second device of one's own, over real tunnels: what was before comes along, and drafts and read marks follow. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Bench, event, eventually, pair, textsIn } from '../devices.ts'

const bench = new Bench()
after(() => bench.end())

/** Alice and Bob have talked in the circle and with each other; then Alice takes a second device, with which `policy` applies. */
async function withSecond(policy?: string) {
  const { alice, bob, circle } = await pair(bench)
  if (policy !== undefined) await alice.device.setPolicy({ circle, key: 'history', value: policy })
  const room = (await alice.device.createRoom({ circle, name: 'Duo', members: ['Bob'] })).conversation
  await alice.device.send({ where: room, text: 'in the room' })
  const direct = (await alice.device.conversations(circle)).find(({ kind }) => kind === 'direct')
  assert.ok(direct)
  const { id } = await alice.device.send({ where: direct.conversation, text: 'between us' })
  await event(bob, 'message', ({ message }) => message.id === id)
  await bob.device.react({ id, emoji: '👍' })
  await event(alice, 'message-changed', ({ message }) => message.reactions.length === 1)
  const second = await bench.make('Alice, second')
  await second.device.join({ link: (await alice.device.addDevice({ circle })).link })
  return { alice, bob, circle, second, room, direct: direct.conversation }
}

test('rooms and direct conversations come along, found by search, and under the name of who handed them over', async () => {
  const { second, room, direct } = await withSecond()
  await eventually('history', async () =>
    (await textsIn(second, direct)).includes('between us') &&
    (await textsIn(second, room)).includes('in the room')
      ? true
      : undefined,
  )
  const [message] = (await second.device.messages({ where: direct, limit: 10 })).messages
  assert.ok(message)
  assert.equal(message.handedOverBy, message.device)
  assert.deepEqual(
    message.reactions.map(({ emoji }) => emoji),
    ['👍'],
  )
  assert.equal(message.state, 'delivered')
  const found = await second.device.search({ text: 'between', limit: 10 })
  assert.deepEqual(
    found.messages.map(({ text }) => text),
    ['between us'],
  )
  await second.device.react({ id: String(found.messages[0]?.id), emoji: '🎉' })
})

test('a draft and what was read are on the second device seconds later', async () => {
  const { alice, bob, second, direct } = await withSecond()
  await bob.device.send({ where: direct, text: 'are you there?' })
  // Bob may not have heard of the second device yet: then the first one hands it over.
  for (const one of [alice, second]) {
    await eventually('the message', async () =>
      (await textsIn(one, direct)).includes('are you there?') ? true : undefined,
    )
  }
  await alice.device.read(direct)
  await alice.device.setDraft(direct, { text: 'on my way' })
  await eventually('the draft', async () =>
    (await second.device.draft(direct))?.text === 'on my way' ? true : undefined,
  )
  const conversation = (await second.device.conversations()).find((one) => one.conversation === direct)
  assert.equal(conversation?.unread, 0)
})

test('under the policy none a second device begins with nothing', async () => {
  const { alice, second, room } = await withSecond('none')
  const { id } = await alice.device.send({ where: room, text: 'from now on' })
  await event(second, 'message', ({ message }) => message.id === id)
  assert.deepEqual(
    (await textsIn(second, room)).filter((text) => text === 'in the room'),
    [],
  )
})
