import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  MAX_LAMPORT,
  Timeline,
  encodeValue,
  fromBase32,
  messageId,
  type Change,
  type MessageId,
  type PageRequest,
  type Store,
} from '@triode/core'
import { createMemorySearch } from '@triode/testkit'
import fc from 'fast-check'
import { CONVERSATION, NOW, Pen, idOf, memberNamed, openReader, orderKey, suite } from './cast.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Noise, and arrays that look like entries: of targets, some are entries of this very conversation. */
const hostileBytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 60 }),
  fc
    .tuple(
      fc.nat(MAX_LAMPORT),
      fc.nat(6),
      fc.array(
        fc.oneof(someTarget(), fc.string(), fc.boolean(), fc.nat(), fc.constant(null), fc.constant([])),
      ),
    )
    .map(([lamport, kind, fields]) => encodeValue([1, lamport, NOW, kind, ...fields])),
  fc
    .tuple(fc.nat(MAX_LAMPORT), someTarget())
    .map(([lamport, target]) => encodeValue([1, lamport, NOW, 3, target])),
  fc
    .tuple(fc.nat(MAX_LAMPORT), fc.string())
    .map(([lamport, text]) => encodeValue([1, lamport, NOW, 0, text, null, [], null])),
)

function someTarget(): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom('alice', 'bob', 'mallory'), fc.nat(10))
    .map(([who, seq]) => fromBase32(messageId(new Pen(who).feed, seq)))
}

/** `store`, reporting how many rows each read of a range gave. */
function countingReads(store: Store, report: (rows: number) => void): Store {
  return {
    map: (name) => store.map(name),
    transaction: (work) => store.transaction(work),
    erase: (name) => {
      store.erase(name)
    },
    series(name) {
      const series = store.series(name)
      return {
        ...series,
        range(range) {
          const rows = series.range(range)
          report(rows.length)
          return rows
        },
      }
    },
  }
}

function kinds(changes: Change[]): string[] {
  return changes.map((change) => (change.kind === 'refused' ? `refused ${change.reason}` : change.kind))
}

describe('a conversation', () => {
  it('shows messages in Lamport order, whatever the clocks say and whichever came first', () => {
    const [alice, bob] = [new Pen('alice'), new Pen('bob')]
    const reader = openReader()
    const question = alice.write(1, { kind: 'text', text: 'Lunch?', mentions: [] }, NOW + 40 * DAY_MS)
    const answer = bob.text(2, 'Yes', { replyTo: idOf(question) })
    reader.take(answer)
    reader.take(question)
    assert.deepEqual(reader.texts(), ['Lunch?', 'Yes'])
    assert.equal(reader.timeline.nextLamport(), 3)
    const [first, second] = reader.timeline.page({ limit: 2 }).messages
    assert.deepEqual([first?.atSuspect, second?.atSuspect], [true, false])
    assert.equal(second?.replyTo, first?.id)
    assert.equal(reader.timeline.lastMessage()?.text, 'Yes')
  })

  it('takes each entry once', () => {
    const bob = new Pen('bob')
    const reader = openReader()
    const hello = bob.text(1, 'hello')
    const wave = bob.write(2, { kind: 'reaction', target: idOf(hello), emoji: '👋', on: true })
    assert.deepEqual(kinds(reader.take(hello, wave)), ['added', 'changed'])
    const before = reader.timeline.page({ limit: 10 })
    assert.deepEqual(reader.take(hello, wave, hello), [])
    reader.reopen()
    assert.deepEqual(reader.take(wave, hello), [])
    assert.deepEqual(reader.timeline.page({ limit: 10 }), before)
    assert.equal(reader.timeline.unread(), 1)
  })

  it('pages both ways and from messages that are gone since', () => {
    const bob = new Pen('bob')
    const reader = openReader()
    const entries = Array.from({ length: 25 }, (_, i) => bob.text(i + 1, `${i}`))
    reader.take(...entries)
    const ids = entries.map(idOf)
    const seen: string[] = []
    let page = reader.timeline.page({ limit: 10 })
    for (;;) {
      seen.unshift(...page.messages.map(({ text }) => text))
      const oldest = page.messages[0]
      if (!page.more || oldest === undefined) break
      page = reader.timeline.page({ before: oldest.id, limit: 10 })
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, i) => `${i}`),
    )
    assert.ok(ids[10] !== undefined)
    reader.timeline.hide(ids[10])
    assert.equal(reader.timeline.get(ids[10]), undefined)
    const newer = reader.timeline.page({ after: ids[10], limit: 3 })
    assert.deepEqual(
      [newer.messages.map(({ text }) => text), newer.more, newer.moreAfter],
      [['11', '12', '13'], true, true],
    )
    const older = reader.timeline.page({ before: ids[10], limit: 100 })
    assert.deepEqual([older.messages.length, older.more, older.moreAfter], [10, false, true])
    const around = reader.timeline.page({ around: ids[10], limit: 4 })
    assert.deepEqual(
      [around.messages.map(({ text }) => text), around.more, around.moreAfter],
      [['8', '9', '11', '12'], true, true],
    )
    const end = reader.timeline.page({ around: ids[24] as MessageId, limit: 5 })
    assert.deepEqual(
      [end.messages.map(({ text }) => text), end.more, end.moreAfter],
      [['22', '23', '24'], true, false],
    )
    const nothing = reader.timeline.page({ after: ids[24] as MessageId, limit: 5 })
    assert.deepEqual(nothing, { messages: [], more: true, moreAfter: false })
    const both = { after: ids[24] as MessageId, before: ids[24] as MessageId, limit: 1 }
    assert.throws(() => reader.timeline.page(both), { code: 'bad-input' })
    assert.throws(() => reader.timeline.page({ before: messageId(bob.feed, 99), limit: 1 }), {
      code: 'not-found',
    })
    assert.throws(() => reader.timeline.page({ limit: 0 }), { code: 'limit-out-of-range' })
  })

  it('pages backwards through 100,000 messages, reading no more than each page shows', () => {
    const bob = new Pen('bob')
    const reader = openReader()
    for (let i = 0; i < 100_000; i += 500) {
      reader.take(
        ...Array.from({ length: 500 }, (_, k) =>
          bob.write(i + k + 1, { kind: 'text', text: 'x', mentions: [] }, NOW + i + k),
        ),
      )
    }
    const reads: number[] = []
    const counted = countingReads(reader.store, (rows) => reads.push(rows))
    const timeline = new Timeline({
      store: counted,
      conversation: CONVERSATION,
      me: bob.member,
      suite,
      orderKey,
    })
    let [page, messages] = [timeline.page({ limit: 100 }), 0]
    for (;;) {
      messages += page.messages.length
      const oldest = page.messages[0]
      if (!page.more || oldest === undefined) break
      page = timeline.page({ before: oldest.id, limit: 100 })
    }
    // One row more a page: whether there are newer ones.
    const rows = reads.reduce((sum, read) => sum + read, 0)
    assert.deepEqual([messages, rows, Math.max(...reads)], [100_000, 100_000 + 999 * 2, 101])
    const jumps: PageRequest[] = [
      { after: messageId(bob.feed, 50_000), limit: 100 },
      { around: messageId(bob.feed, 50_000), limit: 100 },
      { at: NOW + 50_000, limit: 100 },
      { at: NOW - 1, limit: 100 },
      { at: NOW + 200_000, limit: 100 },
    ]
    for (const jump of jumps) {
      reads.length = 0
      timeline.page(jump)
      const read = reads.reduce((sum, rows) => sum + rows, 0)
      assert.ok(read <= 102 + 60, `${JSON.stringify(jump)} read ${read} rows`)
    }
  })

  it('begins at a time, also where clocks differ', () => {
    const [bob, carol] = [new Pen('bob'), new Pen('carol')]
    const reader = openReader()
    assert.deepEqual(reader.timeline.page({ at: NOW, limit: 5 }), {
      messages: [],
      more: false,
      moreAfter: false,
    })
    // Forty hours, Carol's clock ten minutes behind; hers and Bob's of one hour share a counter.
    for (let hour = 0; hour < 40; hour++) {
      const at = NOW - (40 - hour) * HOUR_MS
      reader.take(bob.write(hour + 1, { kind: 'text', text: `${hour} bob`, mentions: [] }, at))
      reader.take(carol.write(hour + 1, { kind: 'text', text: `${hour} carol`, mentions: [] }, at - 600_000))
    }
    const from = reader.timeline.page({ at: NOW - 20 * HOUR_MS - 600_000, limit: 2 })
    assert.deepEqual(from.messages.map(({ text }) => text).sort(), ['20 bob', '20 carol'])
    assert.deepEqual([from.more, from.moreAfter], [true, true])
    const all = reader.timeline.page({ at: 0, limit: 100 })
    assert.deepEqual([all.messages.length, all.more, all.moreAfter], [80, false, false])
    const later = reader.timeline.page({ at: NOW, limit: 5 })
    assert.deepEqual(later, { messages: [], more: true, moreAfter: false })
  })

  it('finds a time past a message whose clock is far off', () => {
    const bob = new Pen('bob')
    const reader = openReader()
    const text = (lamport: number, at: number) =>
      reader.take(bob.write(lamport, { kind: 'text', text: `${lamport}`, mentions: [] }, at))
    for (let lamport = 1; lamport <= 9; lamport++)
      text(lamport, lamport === 5 ? 1 : NOW - (10 - lamport) * HOUR_MS)
    // Received at NOW, and so taken to be from then.
    const [first] = reader.timeline.page({ at: NOW - 8 * HOUR_MS, limit: 1 }).messages
    assert.equal(first?.text, '2')
  })

  it('gathers reactions by emoji; the last word of each member counts', () => {
    const [alice, bob, carol] = [new Pen('alice'), new Pen('bob'), new Pen('carol')]
    const reader = openReader()
    const hello = alice.text(1, 'hello')
    const target = idOf(hello)
    reader.take(
      hello,
      bob.write(2, { kind: 'reaction', target, emoji: '👍', on: true }),
      carol.write(3, { kind: 'reaction', target, emoji: '👍', on: true }),
      carol.write(4, { kind: 'reaction', target, emoji: '🎉', on: true }),
      carol.write(5, { kind: 'reaction', target, emoji: '👍', on: false }),
    )
    assert.deepEqual(reader.timeline.get(target)?.reactions, [
      { emoji: '👍', members: [bob.member] },
      { emoji: '🎉', members: [carol.member] },
    ])
  })

  it('follows the last word of a member with two devices, whichever comes first', () => {
    for (const swapped of [false, true]) {
      const [alice, phone, laptop] = [new Pen('alice'), new Pen('bob'), new Pen('bob', 'laptop')]
      const hello = alice.text(1, 'hello')
      const target = idOf(hello)
      const words = [
        phone.write(2, { kind: 'reaction', target, emoji: '👍', on: true }),
        laptop.write(3, { kind: 'reaction', target, emoji: '👍', on: false }),
      ]
      const reader = openReader()
      reader.take(hello, ...(swapped ? words.reverse() : words))
      assert.deepEqual(reader.timeline.get(target)?.reactions, [])
    }
  })

  it('keeps the last 16 emoji of a member who floods a message with them', () => {
    const [alice, bob] = [new Pen('alice'), new Pen('bob')]
    const reader = openReader()
    const hello = alice.text(1, 'hello')
    reader.take(hello)
    for (let i = 0; i < 40; i++) {
      reader.take(bob.write(2 + i, { kind: 'reaction', target: idOf(hello), emoji: `e${i}`, on: true }))
    }
    const shown = reader.timeline.get(idOf(hello))?.reactions.map(({ emoji }) => emoji)
    assert.deepEqual(
      shown,
      Array.from({ length: 16 }, (_, i) => `e${24 + i}`),
    )
  })

  it('lets an author edit from any device, and nobody else', () => {
    const [phone, laptop, mallory] = [new Pen('alice'), new Pen('alice', 'laptop'), new Pen('mallory')]
    const reader = openReader('bob')
    const hello = phone.text(1, 'helo', { replyTo: messageId(mallory.feed, 1) })
    const target = idOf(hello)
    const edit = laptop.write(
      2,
      { kind: 'edit', target, text: 'hello', mentions: [memberNamed('bob')] },
      NOW + 5,
    )
    const forged = mallory.write(3, { kind: 'edit', target, text: 'goodbye', mentions: [] })
    reader.take(hello)
    assert.deepEqual(kinds(reader.take(edit)), ['changed'])
    assert.deepEqual(reader.take(forged), [
      {
        kind: 'refused',
        id: idOf(forged),
        device: mallory.device,
        member: mallory.member,
        reason: 'not-author',
      },
    ])
    const shown = reader.timeline.get(target)
    assert.deepEqual(
      [shown?.text, shown?.editedAt, shown?.mentions, shown?.editedBy],
      ['hello', NOW + 5, [memberNamed('bob')], laptop.device],
    )
    assert.equal(shown?.replyTo, messageId(mallory.feed, 1))
  })

  it('shows the last edit, whichever came first', () => {
    for (const swapped of [false, true]) {
      const [phone, laptop] = [new Pen('alice'), new Pen('alice', 'laptop')]
      const reader = openReader('bob')
      const hello = phone.text(1, 'one')
      const second = phone.write(2, { kind: 'edit', target: idOf(hello), text: 'two', mentions: [] })
      const third = laptop.write(3, { kind: 'edit', target: idOf(hello), text: 'three', mentions: [] })
      const changes = reader.take(hello, ...(swapped ? [third, second] : [second, third]))
      assert.deepEqual(reader.texts(), ['three'])
      assert.ok(
        changes.every(({ kind }) => kind !== 'erase'),
        'nobody said that the other may go',
      )
    }
  })

  it('asks for the erasure of what an edit or a deletion says it replaces, in its writer\u2019s name', () => {
    const [phone, laptop] = [new Pen('alice'), new Pen('alice', 'laptop')]
    const signature = Uint8Array.of(1, 2, 3)
    const hello = phone.text(1, 'one')
    const target = idOf(hello)
    const second = phone.write(2, { kind: 'edit', target, text: 'two', mentions: [] })
    const third = laptop.write(3, {
      kind: 'edit',
      target,
      text: 'three',
      mentions: [],
      erasures: [{ entry: idOf(second), signature }],
    })
    const proof = { device: laptop.device, signature }
    const erase = { kind: 'erase' as const, feed: phone.feed, seq: second.seq, proof }
    const erased = (changes: Change[]): Change[] => changes.filter(({ kind }) => kind === 'erase')
    const [one, other] = [openReader('bob'), openReader('carol')]
    assert.deepEqual(erased(one.take(hello, second, third)), [erase])
    // Where it comes before the message it waits for that, and asks again: what it is about may have come in between.
    assert.deepEqual(erased(other.take(third)), [erase])
    assert.deepEqual(erased(other.take(second, hello)), [erase])
    assert.deepEqual([one.texts(), other.texts()], [['three'], ['three']])
  })

  it('knows what a new edit or deletion of one\u2019s own would replace, and nothing of others\u2019', () => {
    const [alice, bob] = [new Pen('alice'), new Pen('bob')]
    const reader = openReader('alice')
    const [mine, yours] = [alice.text(1, 'mine'), bob.text(2, 'yours')]
    const target = idOf(mine)
    const replaced = (kind: 'edit' | 'delete', of = target): string[] =>
      reader.timeline.replacedBy(
        kind === 'edit' ? { kind, target: of, text: 'x', mentions: [] } : { kind, target: of },
      )
    reader.take(mine, yours)
    assert.deepEqual([replaced('edit'), replaced('delete')], [[], [target]])
    const edit = alice.write(3, { kind: 'edit', target, text: 'mine!', mentions: [] })
    reader.take(edit)
    assert.deepEqual([replaced('edit'), replaced('delete')], [[idOf(edit)], [target, idOf(edit)]])
    assert.deepEqual([replaced('edit', idOf(yours)), replaced('delete', idOf(yours))], [[], []])
  })

  it('deletes for everyone: content, edits and reactions go, a tombstone stays, and edits cannot bring it back', () => {
    const [phone, laptop, bob] = [new Pen('alice'), new Pen('alice', 'laptop'), new Pen('bob')]
    const search = createMemorySearch()
    const reader = openReader('bob', search)
    const secret = phone.text(1, 'a secret')
    const target = idOf(secret)
    const edit = phone.write(2, { kind: 'edit', target, text: 'the secret', mentions: [] })
    reader.take(secret, edit, bob.write(3, { kind: 'reaction', target, emoji: '😮', on: true }))
    assert.deepEqual(search.find('secret'), [target])
    const signature = Uint8Array.of(7)
    const erasures = [target, idOf(edit)].map((entry) => ({ entry, signature }))
    const changes = reader.take(phone.write(4, { kind: 'delete', target, erasures }))
    const proof = { device: phone.device, signature }
    assert.deepEqual(changes, [
      { kind: 'changed', id: target },
      { kind: 'erase', feed: phone.feed, seq: 1, proof },
      { kind: 'erase', feed: phone.feed, seq: 2, proof },
    ])
    const late = laptop.write(9, { kind: 'edit', target, text: 'secret again', mentions: [] })
    assert.deepEqual(reader.take(late), [])
    reader.take(bob.write(10, { kind: 'reaction', target, emoji: '😮', on: true }))
    const shown = reader.timeline.get(target)
    assert.deepEqual(
      [shown?.deleted, shown?.text, shown?.reactions, shown?.editedAt],
      [true, '', [], undefined],
    )
    assert.deepEqual([reader.timeline.unread(), search.find('secret')], [0, []])
    const disk = reader.store.series(`timeline/${reader.timeline.conversation}`).range()
    assert.ok(disk.every(({ value }) => !Buffer.from(value).includes('secret')))
  })

  it('refuses to delete for others what someone else wrote', () => {
    const [alice, mallory] = [new Pen('alice'), new Pen('mallory')]
    const reader = openReader('bob')
    const hello = alice.text(1, 'hello')
    const changes = reader.take(hello, mallory.write(2, { kind: 'delete', target: idOf(hello) }))
    assert.deepEqual(kinds(changes), ['added', 'refused not-author'])
    assert.deepEqual(reader.texts(), ['hello'])
  })

  it('keeps what arrives before its target until the target comes, through a restart', () => {
    const [phone, laptop, bob, mallory] = [
      new Pen('alice'),
      new Pen('alice', 'laptop'),
      new Pen('bob'),
      new Pen('mallory'),
    ]
    const reader = openReader('bob')
    const hello = phone.text(1, 'hello')
    const target = idOf(hello)
    reader.take(bob.write(2, { kind: 'reaction', target, emoji: '👍', on: true }))
    reader.take(
      laptop.write(3, { kind: 'edit', target, text: 'hello!', mentions: [] }),
      mallory.write(4, { kind: 'delete', target }),
    )
    reader.reopen()
    assert.deepEqual(reader.texts(), [])
    assert.deepEqual(kinds(reader.take(hello)), ['added', 'refused not-author'])
    assert.deepEqual(reader.texts(), ['hello!'])
    assert.equal(reader.timeline.get(target)?.reactions.length, 1)
    assert.equal(reader.store.map(`timeline/${reader.timeline.conversation}/pending`).entries().length, 0)
  })

  it('never stores the content of a message that was deleted before it came', () => {
    const [phone, laptop] = [new Pen('alice'), new Pen('alice', 'laptop')]
    const search = createMemorySearch()
    const reader = openReader('bob', search)
    const secret = phone.text(2, 'a secret')
    const erasures = [{ entry: idOf(secret), signature: Uint8Array.of(1) }]
    reader.take(laptop.write(1, { kind: 'delete', target: idOf(secret), erasures }))
    const changes = reader.take(secret)
    assert.deepEqual(kinds(changes), ['added', 'erase'])
    assert.deepEqual([reader.timeline.unread(), search.size, reader.texts()], [0, 0, ['']])
  })

  it('refuses reactions, edits and deletions of settings', () => {
    const alice = new Pen('alice')
    const reader = openReader('bob')
    const timer = alice.write(1, { kind: 'timer', afterMs: 5_000 })
    const changes = reader.take(timer, alice.write(2, { kind: 'delete', target: idOf(timer) }))
    assert.deepEqual(kinds(changes), ['added', 'timer', 'refused not-a-message'])
  })

  it('names who wrote what nobody can read, and goes on', () => {
    const mallory = new Pen('mallory')
    const reader = openReader()
    const bad = mallory.writeBytes(Uint8Array.of(0xff, 1, 2))
    assert.deepEqual(kinds(reader.take(bad, mallory.text(1, 'sorry'))), ['refused malformed', 'added'])
  })

  it('survives any plaintext, and refuses it or carries on', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostileBytes, fc.nat(2)), { maxLength: 10 }), (writings) => {
        const pens = [new Pen('alice'), new Pen('bob'), new Pen('mallory')]
        const reader = openReader()
        reader.take(...writings.map(([bytes, who]) => (pens[who] ?? (pens[0] as Pen)).writeBytes(bytes)))
        reader.reopen()
        const { messages } = reader.timeline.page({ limit: 100 })
        assert.ok(messages.length <= writings.length)
        assert.ok(Number.isSafeInteger(reader.timeline.nextLamport()))
      }),
      { numRuns: 500 },
    )
  })

  it('says that its records are damaged when they are', () => {
    const bob = new Pen('bob')
    const reader = openReader()
    reader.take(
      bob.text(1, 'hello'),
      bob.write(2, { kind: 'edit', target: messageId(bob.feed, 1), text: 'a', mentions: [] }),
    )
    const rows = reader.store.series(`timeline/${CONVERSATION}`)
    const row = rows.range()[0]
    assert.ok(row !== undefined)
    for (const length of [0, 20, 49, 60, row.value.length - 1]) {
      rows.set(row.sub, row.value.subarray(0, length))
      assert.throws(() => reader.timeline.page({ limit: 1 }), {
        name: 'IntegrityFault',
        code: 'record-damaged',
      })
    }
  })

  it('keeps entries of a later release and shows nothing of them', () => {
    const bob = new Pen('bob')
    const reader = openReader()
    const poll = bob.writeBytes(encodeValue([1, 7, NOW, 42, 'red or blue?']))
    assert.deepEqual(reader.take(poll), [])
    assert.deepEqual([reader.texts(), reader.timeline.nextLamport(), reader.timeline.unread()], [[], 8, 0])
    const kept = reader.store.map(`timeline/${reader.timeline.conversation}`).get(`unknown/${idOf(poll)}`)
    assert.deepEqual(kept, poll.plaintext)
  })
})

describe('the settings of a conversation', () => {
  it('follow the last who set them, whichever order they come in', () => {
    for (const swapped of [false, true]) {
      const [alice, bob] = [new Pen('alice'), new Pen('bob')]
      const entries = [
        alice.write(1, { kind: 'timer', afterMs: 60_000 }),
        bob.write(2, { kind: 'timer', afterMs: null }),
        bob.write(3, { kind: 'timer', afterMs: 5_000 }),
        alice.write(4, { kind: 'room-name', name: 'Boats' }),
        bob.write(5, { kind: 'room-name', name: 'Sailing' }),
      ]
      const reader = openReader()
      reader.take(...(swapped ? entries.reverse() : entries))
      reader.reopen()
      assert.deepEqual([reader.timeline.timer(), reader.timeline.roomName()], [5_000, 'Sailing'])
      const shown = reader.timeline.page({ limit: 10 }).messages
      assert.deepEqual(
        shown.map(({ kind, timerMs, name }) => [kind, timerMs ?? name]),
        [
          ['timer', 60_000],
          ['timer', undefined],
          ['timer', 5_000],
          ['room-name', 'Boats'],
          ['room-name', 'Sailing'],
        ],
      )
    }
  })

  it('cannot be locked by a counter far ahead, and the counter cannot be used up', () => {
    const [alice, mallory] = [new Pen('alice'), new Pen('mallory')]
    const reader = openReader()
    reader.take(alice.write(1, { kind: 'timer', afterMs: 60_000 }))
    const changes = reader.take(
      mallory.write(MAX_LAMPORT, { kind: 'timer', afterMs: null }),
      mallory.text(MAX_LAMPORT, 'ha'),
    )
    assert.deepEqual(kinds(changes), ['refused lamport-jump', 'added'])
    const next = reader.timeline.nextLamport()
    assert.ok(next < MAX_LAMPORT / 2 ** 20, `${next}`)
    reader.take(alice.write(next, { kind: 'timer', afterMs: 5_000 }))
    assert.equal(reader.timeline.timer(), 5_000)
  })
})

describe('unread messages', () => {
  it('are the texts of others after what was read', () => {
    const [alice, bob] = [new Pen('alice'), new Pen('bob')]
    const reader = openReader('alice')
    const texts = [bob.text(1, 'a'), bob.text(2, 'b'), bob.text(4, 'c'), bob.text(5, 'd')]
    reader.take(...texts, alice.text(3, 'mine'), bob.write(6, { kind: 'timer', afterMs: 5_000 }))
    assert.equal(reader.timeline.unread(), 4)
    assert.ok(texts[1] !== undefined)
    const partly = reader.timeline.markRead(idOf(texts[1]))
    assert.deepEqual([partly.unread, [...partly.readUpTo]], [2, [[bob.feed, 2]]])
    assert.deepEqual(
      reader.timeline.page({ limit: 10 }).messages.map(({ unread }) => unread),
      [false, false, false, true, true, false],
    )
    reader.reopen()
    const wholly = reader.timeline.markRead()
    assert.deepEqual([wholly.unread, [...wholly.readUpTo]], [0, [[bob.feed, 4]]])
    assert.deepEqual([...reader.timeline.markRead().readUpTo], [])
  })

  it('include one that comes late and is placed among what was read', () => {
    const [bob, carol] = [new Pen('bob'), new Pen('carol')]
    const reader = openReader('alice')
    const newest = bob.text(9, 'newest')
    reader.take(newest)
    reader.timeline.markRead()
    const late = carol.text(3, 'from the other side of the partition')
    const later = carol.text(4, 'me too')
    reader.take(late, later)
    reader.reopen()
    assert.equal(reader.timeline.unread(), 2)
    assert.equal(reader.timeline.get(idOf(late))?.unread, true)
    reader.take(carol.write(5, { kind: 'delete', target: idOf(late) }))
    assert.equal(reader.timeline.unread(), 1)
    reader.timeline.markRead(idOf(later)) // the mark is past it already, so this moves nothing
    assert.equal(reader.timeline.unread(), 1)
    const { unread, readUpTo } = reader.timeline.markRead(idOf(newest))
    assert.deepEqual([unread, [...readUpTo]], [0, [[carol.feed, 2]]])
    assert.equal(reader.timeline.get(idOf(later))?.unread, false)
  })

  it('are acknowledged feed by feed, late ones once nothing unread is left', () => {
    const [alice, bob, carol] = [new Pen('alice'), new Pen('bob'), new Pen('carol')]
    const reader = openReader('alice')
    reader.take(alice.text(5, 'mine'), bob.text(6, 'a'))
    reader.timeline.markRead()
    const [b, c] = [bob.text(7, 'b'), bob.text(8, 'c')]
    reader.take(b, c, carol.text(2, 'late'), alice.text(9, 'mine'))
    const some = reader.timeline.markRead(idOf(b))
    assert.deepEqual([some.unread, [...some.readUpTo]], [1, [[bob.feed, 2]]])
    const rest = reader.timeline.markRead(idOf(c))
    assert.deepEqual(
      [rest.unread, new Map(rest.readUpTo)],
      [
        0,
        new Map([
          [bob.feed, 3],
          [carol.feed, 1],
        ]),
      ],
    )
  })

  it('can all be read, even if the newest message, up to which everything was read, is gone since', () => {
    const [bob, carol] = [new Pen('bob'), new Pen('carol')]
    const reader = openReader('alice')
    const newest = bob.text(9, 'newest')
    reader.take(newest)
    reader.timeline.markRead()
    reader.timeline.hide(idOf(newest))
    const late = carol.text(3, 'late')
    reader.take(late)
    assert.deepEqual([reader.timeline.unread(), reader.timeline.markRead(idOf(late)).unread], [1, 0])
    reader.take(carol.text(4, 'later'))
    assert.deepEqual([reader.timeline.unread(), reader.timeline.markRead().unread], [1, 0])
    assert.ok(reader.timeline.page({ limit: 10 }).messages.every(({ unread }) => !unread))
  })
})

describe('disappearing messages', () => {
  it('go so long after they were stored here, from the search too, and leave no trace', () => {
    const [alice, bob] = [new Pen('alice'), new Pen('bob')]
    const search = createMemorySearch()
    const reader = openReader('alice', search)
    const short = bob.text(1, 'short', { expiresAfterMs: 5_000 })
    const long = bob.text(2, 'long', { expiresAfterMs: DAY_MS })
    const edit = bob.write(3, { kind: 'edit', target: idOf(short), text: 'shorter', mentions: [] })
    reader.take(short, long, edit, alice.text(4, 'for ever'))
    assert.deepEqual([reader.timeline.nextExpiry(), reader.timeline.unread()], [NOW + 5_000, 2])
    assert.deepEqual(reader.timeline.expire(NOW + 4_999), [])
    reader.reopen()
    assert.equal(reader.timeline.nextExpiry(), NOW + 5_000)
    assert.deepEqual(reader.timeline.expire(NOW + 5_000), [{ kind: 'removed', id: idOf(short) }])
    assert.deepEqual([reader.texts(), reader.timeline.unread()], [['long', 'for ever'], 1])
    assert.deepEqual(search.find('shorter'), [])
    assert.deepEqual(reader.take(short), [])
    const lateEdit = bob.write(5, { kind: 'edit', target: idOf(short), text: 'back', mentions: [] })
    assert.deepEqual(reader.take(lateEdit), [])
    assert.equal(reader.timeline.nextExpiry(), NOW + DAY_MS)
    assert.deepEqual(kinds(reader.timeline.expire(NOW + DAY_MS)), ['removed'])
    assert.equal(reader.timeline.nextExpiry(), undefined)
  })

  it('go from the feed when they are told to, also those that cannot be opened here, and through a restart', () => {
    const bob = new Pen('bob')
    const reader = openReader('alice')
    const feedHour = NOW + 2 * HOUR_MS
    reader.take(
      bob.text(1, 'seen', { expiresAfterMs: 5_000 }),
      bob.text(2, 'shown', { expiresAfterMs: DAY_MS }),
    )
    for (const seq of [1, 2, 3]) reader.timeline.eraseAt(bob.feed, seq, feedHour + seq)
    reader.timeline.flush()
    assert.deepEqual(kinds(reader.timeline.expire(NOW + 5_000)), ['removed'])
    reader.reopen()
    for (const seq of [1, 2, 3]) {
      assert.equal(reader.timeline.nextExpiry(), feedHour + seq)
      assert.deepEqual(reader.timeline.expire(feedHour + seq), [{ kind: 'erase', feed: bob.feed, seq }])
    }
    assert.deepEqual(reader.texts(), ['shown'], 'who has it shows it for its whole time')
    assert.equal(reader.timeline.nextExpiry(), NOW + DAY_MS)
  })

  it('go in slices when there are many', () => {
    const bob = new Pen('bob')
    const reader = openReader('alice')
    for (let i = 0; i < 1_000; i++)
      reader.take(bob.text(i + 1, `${i}`, { expiresAfterMs: 1_000 + ((i * 7) % 100) }))
    reader.reopen()
    let slices = 0
    while ((reader.timeline.nextExpiry() ?? Infinity) <= NOW + 1_049) {
      reader.timeline.expire(NOW + 1_049, 100)
      slices++
    }
    assert.ok(slices > 1)
    assert.equal(reader.timeline.page({ limit: 1_000 }).messages.length, 500)
    assert.equal(reader.timeline.nextExpiry(), NOW + 1_050)
    reader.reopen()
    while (reader.timeline.nextExpiry() !== undefined) reader.timeline.expire(NOW + DAY_MS)
    assert.equal(reader.timeline.page({ limit: 1 }).messages.length, 0)
    assert.equal(reader.timeline.unread(), 0)
  })
})

describe('what one device does for itself', () => {
  it('keeps a draft', () => {
    const reader = openReader()
    const replyTo = messageId(new Pen('bob').feed, 1)
    reader.timeline.setDraft({ text: 'half a sen', replyTo })
    reader.reopen()
    assert.deepEqual(reader.timeline.draft(), { text: 'half a sen', replyTo })
    assert.throws(() => reader.timeline.setDraft({ text: 'x'.repeat(70_000) }), { code: 'text-too-long' })
    reader.timeline.setDraft(undefined)
    assert.equal(reader.timeline.draft(), undefined)
  })

  it('keeps how a message was to be changed no longer than the message', () => {
    const reader = openReader()
    const bob = new Pen('bob')
    const entries = [
      bob.text(1, 'at the pear', { expiresAfterMs: 1_000 }),
      bob.text(2, 'at the peer'),
    ] as const
    reader.take(...entries)
    const [first, second] = [idOf(entries[0]), idOf(entries[1])]
    reader.timeline.setUnsentEdit(first, 'at the pier')
    reader.reopen()
    assert.deepEqual(reader.timeline.unsentEdit(), { message: first, text: 'at the pier' })
    reader.timeline.expire(NOW + DAY_MS)
    assert.equal(reader.timeline.unsentEdit(), undefined, 'it disappeared with what it was of')
    reader.timeline.setUnsentEdit(second, 'at the pier')
    reader.timeline.setUnsentEdit(first, undefined)
    assert.equal(reader.timeline.unsentEdit()?.text, 'at the pier')
    reader.timeline.hide(second)
    assert.equal(reader.timeline.unsentEdit(), undefined)
  })

  it('fills the search index in slices, newest first', () => {
    const bob = new Pen('bob')
    const reader = openReader()
    for (let i = 0; i < 250; i++) reader.take(bob.text(i + 1, `word ${i}`))
    reader.take(bob.write(300, { kind: 'delete', target: messageId(bob.feed, 7) }))
    const search = createMemorySearch()
    const again = openReader('alice', search)
    again.store = reader.store
    again.reopen()
    const steps = again.timeline.fillSearch(100)
    assert.equal(steps.next().value, 100)
    assert.deepEqual([search.find('249').length, search.find('3').length], [1, 0])
    assert.deepEqual([...steps], [200, 250])
    assert.equal(search.size, 249)
  })

  it('erases a conversation whole', () => {
    const bob = new Pen('bob')
    const search = createMemorySearch()
    const reader = openReader('alice', search)
    reader.take(bob.text(1, 'hello'), bob.write(2, { kind: 'delete', target: messageId(bob.feed, 77) }))
    reader.timeline.erase()
    assert.deepEqual([reader.store.records, search.size, reader.timeline.unread()], [0, 0, 0])
  })

  it('forgets with a transaction that failed what it had in memory', () => {
    const bob = new Pen('bob')
    const search = createMemorySearch()
    const reader = openReader('alice', search)
    reader.take(bob.text(1, 'one'))
    const two = bob.text(2, 'two', { expiresAfterMs: 5_000 })
    assert.throws(() =>
      reader.store.transaction(() => {
        reader.timeline.apply(two)
        throw new Error('the disk is full')
      }),
    )
    reader.timeline.discard()
    assert.deepEqual(
      [reader.texts(), reader.timeline.unread(), reader.timeline.nextExpiry()],
      [['one'], 1, undefined],
    )
    assert.deepEqual(search.find('two'), [])
    assert.deepEqual(kinds(reader.take(two)), ['added'])
  })
})
