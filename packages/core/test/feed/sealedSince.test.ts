/** Which entries were sealed to whom, one by one and counted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32, type DeviceId, type FeedId } from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import fc from 'fast-check'
import { readerTag } from '../../src/feed/epochStore.ts'
import type { FeedSet } from '../../src/feed/feedSet.ts'
import { SealedSince } from '../../src/feed/sealedSince.ts'

const id = (of: string, bytes: number) => base32(createSeededRandom(of).bytes(bytes))
const FEED = id('feed', 16) as FeedId
const [BOB, CAROL] = [id('bob', 32) as DeviceId, id('carol', 32) as DeviceId]

/** A feed whose epochs start at `starts`, each sealed to those named. */
function sealed(starts: readonly { seq: number; to: readonly DeviceId[] }[]): SealedSince {
  const epochs = starts.map(({ seq, to }) => ({ seq, tags: to.map(readerTag) }))
  const startsFrom = (from: number) => epochs.filter(({ seq }) => seq >= from)
  return new SealedSince({ epochs: () => ({ startsFrom }) } as unknown as FeedSet)
}

const history = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })
  .chain((seqs) =>
    fc
      .array(fc.subarray([BOB, CAROL]), { minLength: seqs.length, maxLength: seqs.length })
      .map((to) => seqs.sort((a, b) => a - b).map((seq, index) => ({ seq, to: to[index] ?? [] }))),
  )

test('as many are counted as there are, whoever came, went and came again', () => {
  fc.assert(
    fc.property(
      history,
      fc.integer({ min: 1, max: 45 }),
      fc.integer({ min: 0, max: 45 }),
      (starts, from, to) => {
        for (const device of [BOB, CAROL]) {
          const one = sealed(starts)
          const all = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)
          const counted = sealed(starts).count(FEED, { from, to }, device)
          assert.equal(counted, all.filter((seq) => one.includes(FEED, seq, device)).length)
        }
      },
    ),
  )
})
