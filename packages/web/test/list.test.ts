import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Conversation } from '@triode/api'
import { inListOrder, neighbour, unreadByCircle, unreadOfAll, type Shown } from '../src/list/order.ts'
import { isMuted } from '../src/list/preferences.ts'

const NOW = Date.now()
const HOUR_MS = 3_600_000

function conversation(name: string, change: Partial<Conversation> = {}): Conversation {
  return {
    conversation: name.toLowerCase(),
    circle: 'club',
    kind: 'direct',
    name,
    unread: 0,
    pinned: false,
    archived: false,
    markedUnread: false,
    members: [],
    ...change,
  }
}

function at(ms: number, receivedAt = ms): Pick<Conversation, 'lastMessage'> {
  return { lastMessage: { at: ms, receivedAt } as NonNullable<Conversation['lastMessage']> }
}

const ALICE = conversation('Alice', at(3))
const BOB = conversation('Bob', { ...at(1), pinned: true })
const CAROL = conversation('Carol', { ...at(9), archived: true })
const DAVE = conversation('Dave', { ...at(5), circle: 'work' })
const ALL = [ALICE, BOB, CAROL, DAVE]

function names(shown: Partial<Shown>): readonly string[] {
  const given = { circle: undefined, archived: false, filter: '', nameOf: ({ name }: Conversation) => name }
  return inListOrder(ALL, { ...given, ...shown }).map(({ name }) => name)
}

suite('the list of conversations', () => {
  test('shows pinned ones first, then the newest', () => {
    assert.deepEqual(names({}), ['Bob', 'Dave', 'Alice'])
  })

  test('no clock of somebody else keeps a conversation on top', () => {
    const mallory = conversation('Mallory', at(Number.MAX_SAFE_INTEGER, 4))
    const shown = { circle: undefined, archived: false, filter: '', nameOf: () => '' }
    const order = inListOrder([mallory, ...ALL], shown).map(({ name }) => name)
    assert.deepEqual(order, ['Bob', 'Dave', 'Mallory', 'Alice'])
  })

  test('can be narrowed to a circle, and to what was put away', () => {
    assert.deepEqual(names({ circle: 'work' }), ['Dave'])
    assert.deepEqual(names({ archived: true }), ['Carol'])
  })

  test('finds what was put away as well', () => {
    assert.deepEqual(names({ filter: 'car' }), ['Carol'])
  })

  test('puts everyone before members, and oneself last, while nothing was said', () => {
    const silent = [
      conversation('Notes', { kind: 'self' }),
      conversation('Zoe'),
      conversation('Yard', { kind: 'room' }),
      conversation('Xylo', { kind: 'circle' }),
      conversation('Abe'),
    ]
    const order = inListOrder(silent, {
      circle: undefined,
      archived: false,
      filter: '',
      nameOf: ({ name }) => name,
    })
    assert.deepEqual(
      order.map(({ name }) => name),
      ['Xylo', 'Yard', 'Abe', 'Zoe', 'Notes'],
    )
  })

  test('goes from one to the next, and stays at its ends', () => {
    assert.equal(neighbour(ALL, 'alice', 1), BOB)
    assert.equal(neighbour(ALL, 'alice', -1), undefined)
    assert.equal(neighbour(ALL, undefined, 1), ALICE)
    assert.equal(neighbour(ALL, undefined, -1), DAVE)
  })
})

suite('what calls for attention', () => {
  test('is what is neither muted nor put away', () => {
    const unread = [
      conversation('A', { unread: 2 }),
      conversation('B', { unread: 3, mutedUntil: 'always' }),
      conversation('C', { unread: 4, archived: true }),
      conversation('D', { unread: 5, mutedUntil: NOW - HOUR_MS, circle: 'work' }),
      conversation('E', { markedUnread: true, circle: 'work' }),
      conversation('F', { unread: 6, mutedUntil: NOW + HOUR_MS }),
    ]
    assert.deepEqual(
      [...unreadByCircle(unread)],
      [
        ['club', 2],
        ['work', 6],
      ],
    )
    assert.equal(unreadOfAll(unread), 8)
  })

  test('does again once the time is over', () => {
    const muted = conversation('A', { mutedUntil: NOW })
    assert.ok(isMuted(muted, NOW - 1))
    assert.ok(!isMuted(muted, NOW))
  })
})
