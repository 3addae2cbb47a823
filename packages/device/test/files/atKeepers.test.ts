/** What an author knows of its files at keepers (spec §16.6). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  base32,
  u32,
  type BlobId,
  type CircleId,
  type ConversationId,
  type DeviceId,
  type MemberId,
} from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import { FileRecordBook } from '../../src/files/fileRecordBook.ts'
import { BLOB_PART, newRecord } from '../../src/files/fileRecords.ts'
import { AtKeepers, toKeep, type AtKeepersOptions } from '../../src/files/keepers/atKeepers.ts'
import { suite } from '../thief.ts'

const circle = 'circle' as CircleId
const [here, elsewhere] = ['here', 'elsewhere'] as [ConversationId, ConversationId]
const [kim, kay] = ['Kim', 'Kay'] as [DeviceId, DeviceId]

test('what a keeper is to hold no longer is not taken for held there', () => {
  const [old, young, sentOn] = ['old', 'young', 'sent on'] as [BlobId, BlobId, BlobId]
  const blobs = new Map([old, young, sentOn].map((id, n) => [id, { id, size: 9, root: suite.hash(u32(n)) }]))
  const records = new Map([...blobs.keys()].map((id) => [id, { heldAt: [kay, kim] }]))
  const told: BlobId[] = []
  const runtime = {
    ...{ id: circle, suite, member: 'Alice' },
    state: {
      conversations: { circle: here, self: () => elsewhere },
      ...{ rooms: new Map(), members: new Map([['Alice', { role: 'guest', state: 'active' }]]) },
    },
  }
  const options = {
    catalog: {
      ids: () => [...blobs.keys()],
      find: (_: CircleId, id: BlobId) => ({ blob: blobs.get(id) }),
      isNamed: (_: CircleId, conversation: ConversationId, id: BlobId) =>
        conversation === here || id === sentOn,
    },
    book: {
      get: (_: CircleId, id: BlobId) => records.get(id),
      of: () => ({ all: () => records }),
      change: (_: CircleId, id: BlobId, record: { heldAt: DeviceId[] }) => records.set(id, record),
    },
    circle: () => runtime,
    told: (_: CircleId, id: BlobId) => told.push(id),
  }
  const blob = blobs.get(young)
  assert.ok(blob)
  const files = new AtKeepers(options as unknown as AtKeepersOptions).of(circle)
  files.leftOnly(here, kim, [toKeep(blob)])
  assert.deepEqual(
    [...records.values()].map(({ heldAt }) => heldAt),
    [[kay], [kay, kim], [kay, kim]],
  )
  assert.deepEqual(told, [old])
})

test('what others name in a conversation is looked through once, however much that is and however often it is asked what is owed', () => {
  let looks = 0
  const ids = Array.from({ length: 1_000 }, (_, at) => `blob ${at}` as BlobId)
  const participant = {
    files: () => ({
      messagesOf: () => {
        looks++
        return []
      },
    }),
  }
  const runtime = { id: circle, suite, self: kim, participant, state: { policies: new Map() } }
  const options = {
    catalog: {
      ids: () => {
        looks++
        return ids
      },
    },
    book: { get: () => ({ whole: true, completeAt: [], heldAt: [] }) },
    circle: () => runtime,
  }
  const all = new AtKeepers(options as unknown as AtKeepersOptions)
  const files = all.of(circle)
  for (let time = 0; time < 100; time++) assert.deepEqual(files.owed(here, [kay], 0), [])
  assert.equal(looks, 1 + ids.length)
  all.renamed(here, 'blob 1' as BlobId)
  files.owed(here, [kay], 0)
  assert.equal(looks, 2 + ids.length)
})

test('what was noted in a transaction that failed is not remembered', () => {
  const [id, conversation, keeper] = [1, 2, 3].map((n) => base32(suite.hash(u32(n)).subarray(0, 16)))
  assert.ok(id !== undefined && conversation !== undefined && keeper !== undefined)
  const [blob, room] = [id as BlobId, conversation as ConversationId]
  const store = createMemoryStore()
  const book = new FileRecordBook(store)
  const known = { conversation: room, from: keeper as MemberId, message: undefined, size: 9, usedAt: 0 }
  book.of(circle).set(blob, { ...newRecord({ ...known, part: BLOB_PART.content }), heldAt: [keeper] })
  const options = {
    ...{ book, told: () => undefined, circle: () => undefined },
    completeAt: (_: CircleId, device: DeviceId) => book.change(circle, blob, { completeAt: [device] }),
  }
  const files = new AtKeepers(options as unknown as AtKeepersOptions).of(circle)
  assert.throws(() =>
    store.transaction(() => {
      files.completeAt(keeper as DeviceId, room, blob)
      assert.deepEqual(book.get(circle, blob)?.completeAt, [keeper])
      throw new Error('disk full')
    }),
  )
  files.forget()
  const { completeAt, heldAt } = book.get(circle, blob) ?? {}
  assert.deepEqual([completeAt, heldAt], [[], [keeper]])
})
