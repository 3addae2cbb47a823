/** How much a member may have come by itself (spec §15.8). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  base32,
  u32,
  type BlobId,
  type CircleId,
  type ConversationId,
  type MemberId,
  type MessageId,
} from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import type { Named } from '../../src/files/catalog.ts'
import { FileRecordBook } from '../../src/files/fileRecordBook.ts'
import { BLOB_PART, type BlobPart } from '../../src/files/fileRecords.ts'
import { HeldBytes } from '../../src/files/heldBytes.ts'
import { Stock, type StockParts } from '../../src/files/stock.ts'
import type { FileSettings } from '../../src/service.ts'

const MIB = 1_048_576
const SETTINGS: FileSettings = {
  autoFetchBytes: null,
  autoFetchSlowBytes: null,
  quotaBytes: null,
  memberShareBytes: MIB,
  rateLimits: {},
}

const idOf = (bytes: number, value: number): string => {
  const id = new Uint8Array(bytes)
  id.set(u32(value))
  return base32(id)
}
const [ALICE, MALLORY, TRUDY] = [1, 2, 4].map((value) => idOf(32, value)) as [MemberId, MemberId, MemberId]

function named(
  number: number,
  size: number,
  part: BlobPart = BLOB_PART.content,
  member: MemberId = MALLORY,
): Named {
  return {
    circle: { id: 'circle', member: ALICE },
    conversation: idOf(16, 3) as ConversationId,
    message: { member, id: idOf(20, number) as MessageId },
    part,
    blob: { id: idOf(16, number) as BlobId, size },
  } as unknown as Named
}

/** Alice's, who fetches whatever is in the share; and how many bytes are on their way. */
function stockOfAlice(): {
  take: Stock['take']
  drop: (one: Named) => void
  /** A message that named it is deleted, and `left` is what still does. */
  gone: (one: Named, left: Named) => Promise<void>
  wanted: () => number
} {
  const book = new FileRecordBook(createMemoryStore())
  const done = (): Promise<void> => Promise.resolve()
  const naming = new Map<BlobId, Named>()
  const parts = {
    ...{ book, settings: () => SETTINGS, clock: { now: () => 0 }, changed: () => undefined },
    held: new HeldBytes(),
    catalog: { find: (_: CircleId, id: BlobId) => naming.get(id) },
    incoming: { want: () => undefined, forget: done },
    ...{ open: { remove: done }, events: { now: () => undefined }, failed: assert.fail },
  }
  const stock = new Stock(parts as unknown as StockParts)
  return {
    gone: async (one, left) => {
      naming.set(one.blob.id, left)
      await stock.gone(one.circle, one.conversation, one.blob.id)
    },
    take: (one) => stock.take(one),
    drop: ({ circle, blob }) => {
      book.of(circle.id).delete(blob.id)
    },
    wanted: () => {
      const { id } = named(0, 0).circle
      return [...book.of(id).all().values()].filter(({ wanted }) => wanted).length
    },
  }
}

describe('the share of a member', () => {
  it('is used up by few large files', () => {
    const stock = stockOfAlice()
    for (let number = 0; number < 100; number++) stock.take(named(number, MIB / 4))
    assert.equal(stock.wanted(), 4)
  })

  it('is used up by very many with next to nothing in them as well: each takes room on the disk', () => {
    const stock = stockOfAlice()
    for (let number = 0; number < 1_000; number++) stock.take(named(number, number % 2))
    assert.equal(stock.wanted(), 128)
  })

  it('is used up by what another sent and does not name any more', async () => {
    const stock = stockOfAlice()
    for (let round = 0; round < 10; round++)
      for (let number = 4 * round; number < 4 * round + 4; number++) {
        stock.take(named(number, MIB / 4))
        await stock.gone(named(number, MIB / 4), named(number, MIB / 4, BLOB_PART.content, TRUDY))
      }
    assert.equal(stock.wanted(), 4)
  })

  it('is used up by what another named as less', () => {
    const stock = stockOfAlice()
    for (let number = 0; number < 40; number++) {
      stock.take(named(number, MIB / 4, BLOB_PART.index, TRUDY))
      stock.take(named(number, MIB / 4))
    }
    assert.equal(stock.wanted(), 4)
  })

  it('is used up by files that were named as less before, when there was no room in it', () => {
    const stock = stockOfAlice()
    for (let number = 0; number < 2; number++) stock.take(named(number, MIB / 2))
    for (let number = 2; number < 50; number++) stock.take(named(number, MIB / 2, BLOB_PART.index))
    assert.equal(stock.wanted(), 2)
    stock.drop(named(0, MIB / 2))
    for (let number = 2; number < 50; number++) stock.take(named(number, MIB / 2))
    assert.equal(stock.wanted(), 2)
  })
})
