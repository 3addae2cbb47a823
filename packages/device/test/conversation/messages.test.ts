import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Message, MessagesInput } from '../../src/index.ts'
import {
  Bench,
  codeOf,
  event,
  eventsOf,
  eventually,
  join2,
  pair,
  PASSPHRASE,
  type TestDevice,
} from '../devices.ts'

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ alice, bob, circle } = await pair(bench))
})
after(async () => {
  await bench.end()
})

async function newest(one: TestDevice, where: string): Promise<Message[]> {
  return (await one.device.messages({ where, limit: 500 })).messages
}

/** The message with this text, once it is there. */
function arrived(one: TestDevice, where: string, text: string): Promise<Message> {
  return eventually(`"${text}" to come`, async () =>
    (await newest(one, where)).find((message) => message.text === text),
  )
}

describe('a message', () => {
  it('is queued, delivered and read, and both sides hear of each step', async () => {
    const sent = await alice.device.send({ where: 'Circle', text: 'hello' })
    assert.equal(sent.state, 'queued')
    const { message } = await event(bob, 'message', (one) => one.message.id === sent.id)
    assert.equal(message.text, 'hello')
    assert.equal(message.fromName, 'Alice')
    assert.equal(message.state, 'received')
    assert.deepEqual(message.delivered, { count: 0, of: 0 })
    const delivered = await event(alice, 'delivery', (one) => one.id === sent.id && one.state === 'delivered')
    assert.deepEqual(delivered.delivered, { count: 1, of: 1 })
    assert.deepEqual(delivered.read, { count: 0, of: 1 })
    const [conversation] = await bob.device.conversations(circle)
    assert.equal(conversation?.unread, 1)
    assert.equal((await bob.device.circles())[0]?.unread, 1)
    await bob.device.read('Circle', sent.id)
    await event(alice, 'delivery', (one) => one.id === sent.id && one.state === 'read')
    const [own] = (await newest(alice, 'Circle')).filter((one) => one.id === sent.id)
    assert.equal(own?.state, 'read')
    assert.equal((await bob.device.circles())[0]?.unread, 0)
    const told = eventsOf(bob, 'conversation').at(-1)
    assert.equal(told?.conversation.unread, 0)
  })

  it('tells device by device who has it, who read it and when, and for whom it waits', async () => {
    const before = Date.now()
    const sent = await alice.device.send({ where: 'Circle', text: 'where are you?' })
    await event(alice, 'delivery', (one) => one.id === sent.id && one.state === 'delivered')
    const delivered = await alice.device.delivery(sent.id)
    const [to] = delivered.recipients
    assert.deepEqual(
      [to?.name, to?.state, to?.readAt, to?.devices.length],
      ['Bob', 'delivered', undefined, 1],
    )
    assert.ok(to?.deliveredAt !== undefined && to.deliveredAt >= before && to.deliveredAt <= Date.now())
    assert.deepEqual([to.devices[0]?.online, to.devices[0]?.why, delivered.holders], [true, undefined, []])
    await bob.device.read('Circle', sent.id)
    await event(alice, 'delivery', (one) => one.id === sent.id && one.state === 'read')
    const read = (await alice.device.delivery(sent.id)).recipients[0]
    assert.equal(read?.state, 'read')
    assert.equal(read.deliveredAt, to.deliveredAt)
    assert.ok(read.readAt !== undefined && read.readAt >= to.deliveredAt)

    await bob.device.lock()
    await event(alice, 'peer-down')
    const held = await alice.device.send({ where: 'Bob', text: 'are you there?' })
    const [away] = (await alice.device.delivery(held.id)).recipients
    assert.deepEqual([away?.state, away?.devices[0]?.why], ['waiting', 'away'])
    assert.ok((away?.devices[0]?.seenAt ?? 0) >= before)
    const network = await alice.device.network(circle)
    assert.deepEqual([network.known, network.devices.length], ['told-links', 2])
    const theirs = network.devices.find(({ name }) => name === 'Bob')
    assert.deepEqual([theirs?.link, theirs?.waiting, theirs?.own], [undefined, 1, false])
    assert.ok((theirs?.seenAt ?? 0) >= before)
    assert.deepEqual(network.devices.filter(({ self }) => self).length, 1)
    await bob.device.unlock(PASSPHRASE)
    await arrived(bob, 'Alice', 'are you there?')
    const connected = await eventually('nothing to wait', async () => {
      const found = (await alice.device.network(circle)).devices.find(({ name }) => name === 'Bob')
      return found?.waiting === 0 ? found : undefined
    })
    assert.equal(connected.link?.channel, 'tcp')
    const answer = await bob.device.send({ where: 'Alice', text: 'yes' })
    await arrived(alice, 'Bob', 'yes')
    assert.equal(await codeOf(alice.device.delivery(answer.id)), 'not-allowed')
    assert.equal(await codeOf(alice.device.delivery('a'.repeat(32))), 'not-found')
  })

  it('may be a reply, mention members of the conversation, and carry reactions', async () => {
    const first = await alice.device.send({ where: circle, text: 'who comes?' })
    await arrived(bob, circle, 'who comes?')
    const reply = await bob.device.send({
      where: circle,
      text: 'I do',
      replyTo: first.id,
      mentions: ['Alice'],
    })
    const { replyTo, mentions } = await arrived(alice, circle, 'I do')
    assert.equal(replyTo, first.id)
    assert.deepEqual(mentions, [(await alice.device.circle(circle)).me])
    await alice.device.react({ id: reply.id, emoji: '👍' })
    await alice.device.react({ id: reply.id, emoji: '👍' })
    const changed = await event(bob, 'message-changed', (one) => one.message.id === reply.id)
    assert.deepEqual(changed.message.reactions, [{ emoji: '👍', members: mentions }])
    await alice.device.react({ id: reply.id, emoji: '👍', remove: true })
    await event(bob, 'message-changed', (one) => one.message.reactions.length === 0)
    assert.equal(
      await codeOf(bob.device.send({ where: circle, text: 'x', mentions: ['Nobody'] })),
      'not-found',
    )
    const nowhere = { where: circle, text: 'x', replyTo: 'a'.repeat(32) }
    assert.equal(await codeOf(bob.device.send(nowhere)), 'not-found')
  })

  it('is edited and deleted by its author alone, and hidden by anyone', async () => {
    const sent = await alice.device.send({ where: circle, text: 'helo' })
    await arrived(bob, circle, 'helo')
    await alice.device.edit(sent.id, 'hello again')
    const { editedAt } = await arrived(bob, circle, 'hello again')
    assert.ok(editedAt !== undefined)
    assert.equal(await codeOf(bob.device.edit(sent.id, 'forged')), 'not-allowed')
    assert.equal((await bob.device.search({ text: 'again', limit: 10 })).messages.length, 1)
    await bob.device.deleteMessage(sent.id)
    assert.equal(
      (await newest(bob, circle)).some((one) => one.id === sent.id),
      false,
    )
    assert.ok((await newest(alice, circle)).some((one) => one.id === sent.id))

    const other = await alice.device.send({ where: circle, text: 'to be taken back' })
    await arrived(bob, circle, 'to be taken back')
    await alice.device.deleteMessage(other.id)
    await event(bob, 'message-changed', (one) => one.message.id === other.id && one.message.deleted)
    const [tombstone] = (await newest(bob, circle)).filter((one) => one.id === other.id)
    assert.equal(tombstone?.text, '')
    assert.deepEqual((await bob.device.search({ text: 'taken', limit: 10 })).messages, [])
    assert.equal(await codeOf(alice.device.edit(other.id, 'too late')), 'not-found')
  })

  it('has 1 to 12,000 bytes, and a reaction 1 to 32 units', async () => {
    const send = (text: string) => codeOf(alice.device.send({ where: circle, text }))
    assert.equal(await send(''), 'text-empty')
    assert.equal(await send('x'.repeat(12_000)), 'no fault')
    assert.equal(await send('x'.repeat(12_001)), 'text-too-long')
    assert.equal(await send('ü'.repeat(6_001)), 'text-too-long')
    assert.equal(await send('half a \ud800 character'), 'text-malformed')
    const { id } = await alice.device.send({ where: circle, text: 'to react to' })
    const react = (emoji: string) => codeOf(alice.device.react({ id, emoji }))
    assert.equal(await react(''), 'emoji-invalid')
    assert.equal(await react('x'.repeat(32)), 'no fault')
    assert.equal(await react('x'.repeat(33)), 'emoji-invalid')
    assert.equal(await react('👨‍👩‍👧‍👦'), 'no fault')
    assert.equal(await codeOf(alice.device.edit(id, 'x'.repeat(12_001))), 'text-too-long')
    assert.equal(await codeOf(alice.device.edit(id, '')), 'text-empty')
  })

  it('is found by no id that is none', async () => {
    for (const id of ['', 'x', 'a'.repeat(32), 'A'.repeat(33), '../../etc']) {
      for (const attempt of [
        alice.device.edit(id, 'x'),
        alice.device.deleteMessage(id),
        alice.device.react({ id, emoji: '👍' }),
        alice.device.read(circle, id),
        alice.device.messages({ where: circle, before: id, limit: 1 }),
      ])
        assert.equal(await codeOf(attempt), 'not-found')
    }
    for (const limit of [0, -1, 501, 1.5, NaN]) {
      assert.equal(await codeOf(alice.device.messages({ where: circle, limit })), 'limit-out-of-range')
      assert.equal(await codeOf(alice.device.search({ text: 'x', limit })), 'limit-out-of-range')
    }
  })
})

describe('conversations', () => {
  it('of two are nobody else’s, and of oneself not even theirs', async () => {
    const carol = await bench.make('Carol')
    await join2(alice, carol, circle)
    const sent = await alice.device.send({ where: 'Bob', text: 'between us' })
    await arrived(bob, 'Alice', 'between us')
    const resolved = await alice.device.resolve('Bob')
    assert.equal(resolved.kind, 'direct')
    assert.equal(resolved.conversation, sent.conversation)
    assert.equal(resolved.name, 'Bob')
    await alice.device.send({ where: 'self', text: 'a note to myself' })
    await alice.device.send({ where: circle, text: 'for all three' })
    await arrived(carol, circle, 'for all three')
    assert.deepEqual(await newest(carol, 'Alice'), [])
    assert.equal((await alice.device.resolve('Circle/self')).kind, 'self')
    assert.equal((await alice.device.resolve('Alice')).kind, 'self')
    assert.equal(await codeOf(carol.device.messages({ where: sent.conversation, limit: 1 })), 'not-found')
    assert.deepEqual((await carol.device.search({ text: 'between', limit: 5 })).messages, [])
    await carol.device.close()
  })

  it('of a room are read by who is in it, and made whole or not at all', async () => {
    const [dave] = [await bench.make('Dave')]
    await join2(alice, dave, circle)
    const make = (name: string, members: string[]) => alice.device.createRoom({ circle, name, members })
    const before = (await alice.device.conversations(circle)).length
    for (const name of ['', 'x'.repeat(65), ' padded', 'line\nbreak'])
      assert.equal(await codeOf(make(name, ['Bob'])), 'name-invalid')
    assert.equal(await codeOf(make('Room', ['Nobody'])), 'not-found')
    assert.equal((await alice.device.conversations(circle)).length, before)
    const room = await make('Planning', ['Bob'])
    assert.equal(room.kind, 'room')
    assert.equal(room.members.length, 2)
    await alice.device.send({ where: 'Planning', text: 'in the room' })
    await eventually('Bob to see the room by its name', async () =>
      (await codeOf(bob.device.resolve('Planning'))) === 'no fault' ? true : undefined,
    )
    await arrived(bob, 'Planning', 'in the room')
    const line = (await newest(bob, 'Planning')).find((one) => one.kind === 'system')
    assert.equal(line?.text, 'named the room "Planning"')
    assert.equal(await codeOf(dave.device.resolve('Planning')), 'not-found')
    assert.equal(await codeOf(dave.device.resolve(room.conversation)), 'not-found')
    const mention = { where: 'Planning', text: 'x', mentions: ['Dave'] }
    assert.equal(await codeOf(alice.device.send(mention)), 'not-found')
    await dave.device.close()
  })

  it('keep how one of one’s own was to be changed, until it is edited, deleted or gone', async () => {
    const unsent = async () => {
      const all = await alice.device.conversations()
      return all.find((one) => one.circle === circle && one.kind === 'circle')?.unsentEdit
    }
    const [one, other] = [
      await alice.device.send({ where: circle, text: 'One' }),
      await alice.device.send({ where: circle, text: 'Other' }),
    ]
    await alice.device.setUnsentEdit(one.id, 'One, or')
    await alice.device.setUnsentEdit(other.id, 'Other th')
    await alice.device.setUnsentEdit(one.id, undefined)
    assert.deepEqual(await unsent(), { id: other.id, text: 'Other th' })
    await alice.device.edit(other.id, 'Other than that')
    assert.equal(await unsent(), undefined)
    await alice.device.setUnsentEdit(other.id, 'Another')
    assert.equal(await codeOf(alice.device.setUnsentEdit(other.id, 'x'.repeat(65_537))), 'text-too-long')
    await alice.device.deleteMessage(other.id)
    assert.equal(await unsent(), undefined)
    assert.equal(await codeOf(alice.device.setUnsentEdit(other.id, 'Gone')), 'not-found')
  })

  it('keep a draft, which is nobody else’s and survives a lock', async () => {
    const draft = { text: 'I was about to' }
    await alice.device.setDraft(circle, draft)
    assert.deepEqual(await alice.device.draft('Circle'), draft)
    assert.equal(await codeOf(alice.device.setDraft(circle, { text: 'x'.repeat(65_537) })), 'text-too-long')
    await alice.device.lock()
    await alice.device.unlock(PASSPHRASE)
    assert.deepEqual(await alice.device.draft('Circle'), draft)
    assert.equal(await bob.device.draft('Circle'), undefined)
    await alice.device.setDraft(circle, undefined)
    assert.equal(await alice.device.draft('Circle'), undefined)
    await eventually('the tunnel to form again', async () =>
      (await alice.device.peers(circle)).some((peer) => peer.name === 'Bob') ? true : undefined,
    )
  })

  it('show who is typing to connected readers only', async () => {
    await bob.device.typing(circle)
    const typing = await event(alice, 'typing')
    assert.equal(typing.name, 'Bob')
    assert.ok(typing.until > Date.now())
    await alice.device.typing('self')
    await bob.device.typing('Alice')
    assert.equal(
      eventsOf(bob, 'typing').some((one) => one.name === 'Alice'),
      false,
    )
  })

  it('forget what disappears on both sides, from search too', async () => {
    for (const wrong of [0, 999, 1.5, 157_680_000_001])
      assert.equal(await codeOf(alice.device.setExpiry(circle, wrong)), 'timer-out-of-range')
    await alice.device.setExpiry(circle, 1_000)
    const set = await arrived(bob, circle, 'set messages to disappear after 1 second')
    assert.equal(set.kind, 'system')
    const line = (await newest(alice, circle)).find((one) => one.text === set.text)
    for (const meddle of [
      alice.device.react({ id: set.id, emoji: '👍' }),
      bob.device.react({ id: set.id, emoji: '👍' }),
      alice.device.edit(set.id, 'never'),
      alice.device.deleteMessage(set.id),
    ])
      assert.equal(await codeOf(meddle), 'not-allowed')
    assert.deepEqual(line?.reactions, [])
    const sent = await bob.device.send({ where: circle, text: 'evanescent words' })
    const { expiresAt } = await arrived(alice, circle, 'evanescent words')
    assert.ok(expiresAt !== undefined)
    assert.equal((await alice.device.search({ text: 'evanescent', limit: 5 })).messages.length, 1)
    for (const one of [alice, bob]) {
      await eventually('it to disappear', async () =>
        (await newest(one, circle)).some((message) => message.id === sent.id) ? undefined : true,
      )
      assert.deepEqual((await one.device.search({ text: 'evanescent', limit: 5 })).messages, [])
    }
    await alice.device.setExpiry(circle, null)
    await arrived(bob, circle, 'turned disappearing messages off')
    assert.equal((await bob.device.conversations(circle))[0]?.expiresAfterMs, undefined)
  })

  it('are shown as one prefers', async () => {
    const shown = async (): Promise<unknown> => {
      const { conversation } = await alice.device.resolve('Bob')
      const all = await alice.device.conversations()
      const found = all.find((one) => one.conversation === conversation)
      assert.ok(found)
      const { pinned, mutedUntil, archived, markedUnread } = found
      return { pinned, mutedUntil, archived, markedUnread }
    }
    assert.deepEqual(await shown(), {
      pinned: false,
      mutedUntil: undefined,
      archived: false,
      markedUnread: false,
    })
    await alice.device.send({ where: 'Bob', text: 'before it is put away' })
    const set = await alice.device.setPreferences({ where: 'Bob', pinned: true, archived: true })
    assert.deepEqual([set.pinned, set.archived], [true, true])
    const told = await event(alice, 'conversation', (one) => one.conversation.archived)
    assert.equal(told.conversation.conversation, set.conversation)
    await alice.device.setPreferences({ where: 'Bob', mutedUntil: 1, markedUnread: true })
    assert.deepEqual(await shown(), {
      pinned: true,
      mutedUntil: undefined,
      archived: true,
      markedUnread: true,
    })
    const until = Date.now() + 3_600_000
    await alice.device.setPreferences({ where: 'Bob', mutedUntil: until })
    await bob.device.send({ where: 'Alice', text: 'after it was put away' })
    await arrived(alice, 'Bob', 'after it was put away')
    await alice.device.read('Bob')
    assert.deepEqual(await shown(), {
      pinned: true,
      mutedUntil: until,
      archived: true,
      markedUnread: false,
    })
    await alice.device.setPreferences({ where: 'Bob', mutedUntil: null })
    assert.deepEqual(await shown(), {
      pinned: true,
      mutedUntil: undefined,
      archived: false,
      markedUnread: false,
    })
  })

  it('are paged from any place, without a gap or a repetition', async () => {
    const where = 'self'
    for (let n = 0; n < 25; n++) await bob.device.send({ where, text: `note ${String(n)}` })
    const texts: string[] = []
    let before: string | undefined
    for (;;) {
      const page = await bob.device.messages({ where, limit: 10, ...(before !== undefined && { before }) })
      texts.unshift(...page.messages.map((message) => message.text))
      before = page.messages[0]?.id
      if (!page.more) break
    }
    assert.deepEqual(
      texts,
      Array.from({ length: 25 }, (_, n) => `note ${String(n)}`),
    )
    const notes = async (place: Partial<MessagesInput>): Promise<unknown> => {
      const page = await bob.device.messages({ where, limit: 3, ...place })
      return [page.messages.map(({ text }) => text), page.more, page.moreAfter]
    }
    const all = await newest(bob, where)
    const tenth = all[10] as Message
    assert.deepEqual(await bob.device.message(tenth.id), tenth)
    assert.equal(await codeOf(bob.device.message('a'.repeat(32))), 'not-found')
    assert.deepEqual(await notes({ after: tenth.id }), [['note 11', 'note 12', 'note 13'], true, true])
    assert.deepEqual(await notes({ around: tenth.id }), [['note 9', 'note 10', 'note 11'], true, true])
    assert.deepEqual(await notes({ at: 0 }), [['note 0', 'note 1', 'note 2'], false, true])
    assert.deepEqual(await notes({ at: tenth.at + 3_600_000 }), [[], true, false])
    assert.equal(await codeOf(bob.device.messages({ where, limit: 3, at: 0, after: tenth.id })), 'bad-input')
    const found = await bob.device.search({ text: 'note', where, limit: 10 })
    assert.equal(found.messages.length, 10)
    assert.equal(found.more, true)
    await bob.device.lock()
    await bob.device.unlock(PASSPHRASE)
    await eventually('search to be filled again', async () =>
      (await bob.device.search({ text: 'note', limit: 100 })).messages.length === 25 ? true : undefined,
    )
  })
})
