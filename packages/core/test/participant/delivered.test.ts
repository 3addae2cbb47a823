/** How far others have one's feeds, and since when. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32, type ConversationId, type DeviceId, type FeedId } from '@triode/core'
import { createMemoryStore, createSeededRandom } from '@triode/testkit'
import { Delivered, KEPT_STEPS } from '../../src/participant/delivered.ts'

const id = (of: string, bytes: number) => base32(createSeededRandom(of).bytes(bytes))
const CONVERSATION = id('conversation', 16) as ConversationId
const FEED = id('feed', 16) as FeedId
const BOB = id('bob', 32) as DeviceId

test('the time of each step is known, through a restart', () => {
  const store = createMemoryStore()
  const delivered = new Delivered(store, CONVERSATION)
  delivered.advance(FEED, BOB, { seq: 3, read: 0 }, 100)
  delivered.advance(FEED, BOB, { seq: 3, read: 2 }, 200)
  delivered.advance(FEED, BOB, { seq: 5, read: 2 }, 300)
  assert.equal(delivered.advance(FEED, BOB, { seq: 4, read: 1 }, 400), undefined)
  const again = new Delivered(store, CONVERSATION)
  assert.deepEqual(again.of(FEED, BOB).seq, 5)
  const heard = [1, 2, 3, 4, 5, 6].map((seq) => again.heard(FEED, BOB, seq))
  assert.deepEqual(
    heard.map(({ deliveredAt }) => deliveredAt),
    [100, 100, 100, 300, 300, undefined],
  )
  assert.deepEqual(
    heard.map(({ readAt }) => readAt),
    [200, 200, undefined, undefined, undefined, undefined],
  )
})

test('a record stays small, and says nothing of when it has forgotten', () => {
  const store = createMemoryStore()
  const delivered = new Delivered(store, CONVERSATION)
  for (let seq = 1; seq <= 1_000; seq++) delivered.advance(FEED, BOB, { seq, read: seq }, seq * 10)
  const [, bytes] = store.map(`conversation/${CONVERSATION}/delivered`).entries()[0] ?? []
  assert.ok(bytes !== undefined && bytes.length < 500, `${bytes?.length ?? 0} bytes`)
  const again = new Delivered(store, CONVERSATION)
  assert.equal(again.heard(FEED, BOB, 1_000 - KEPT_STEPS + 1).deliveredAt, undefined)
  assert.equal(again.heard(FEED, BOB, 1_000 - KEPT_STEPS + 2).deliveredAt, (1_000 - KEPT_STEPS + 2) * 10)
})

test('where the time is of no interest none is kept', () => {
  const store = createMemoryStore()
  const delivered = new Delivered(store, CONVERSATION)
  delivered.advance(FEED, BOB, { seq: 3, read: 0 })
  assert.deepEqual(new Delivered(store, CONVERSATION).heard(FEED, BOB, 2), {
    deliveredAt: undefined,
    readAt: undefined,
  })
})
