/** What a keeper counts of the files that it is to hold (spec §16.6): the same however it came to that, and at no cost of its own. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  base32,
  KEEPER_TERMS,
  u32,
  type ConversationId,
  type DeviceId,
  type DropTag,
  type MemberId,
} from '@triode/core'
import { createMemoryStore, createSeededRandom } from '@triode/testkit'
import { KeptBlobs, type BlobToKeep } from '../../src/keeping/keptBlobs.ts'
import { suite } from '../circle/world.ts'

const tagOf = (n: number): DropTag => base32(suite.hash(u32(n)).subarray(0, 16)) as DropTag
const blobOf = (n: number): BlobToKeep => ({ length: 256 * (1 + (n % 3)), root: suite.hash(u32(1_000 + n)) })

/** Drop `n` is of device `n % devices`, each of another member. */
function keeper(devices: number) {
  const store = createMemoryStore()
  const counts = { looks: 0 }
  const authors = new Map(
    Array.from({ length: 100 }, (_, n) => [tagOf(n), `device ${String(n % devices)}` as DeviceId]),
  )
  const open = (): KeptBlobs =>
    new KeptBlobs({
      suite,
      store,
      control: 'control' as ConversationId,
      terms: KEEPER_TERMS,
      now: () => 1_000,
      memberOf: (device) => device as string as MemberId,
      authorOf: (tag) => {
        counts.looks++
        return authors.get(tag)
      },
      besides: () => ({ total: 0, ofMember: 0 }),
      changed: () => undefined,
    })
  return { open, counts, authors }
}

/** Which blobs there are, and with which drops. */
function listed(kept: KeptBlobs): string[] {
  return [...kept.all()].map(([id, tags]) => `${id}: ${[...tags].sort().join()}`).sort()
}

describe('files that a keeper is to hold', () => {
  it('cost it no look at all of them each time that somebody leaves others', () => {
    const { open, counts } = keeper(10)
    const kept = open()
    for (let n = 0; n < 50; n++)
      kept.attach(
        tagOf(n),
        Array.from({ length: 20 }, (_, at) => blobOf(n * 20 + at)),
      )
    const before = counts.looks
    for (let n = 0; n < 100; n++) {
      const [[, standing] = []] = kept.attach(tagOf(99), [blobOf(5_000 + n)])
      assert.equal(standing, 1)
    }
    assert.ok(counts.looks - before < 1_000, `${String(counts.looks - before)} looks`)
  })

  it('count the same as when all is counted anew, whatever was left, by however many, and given up', () => {
    const random = createSeededRandom('kept blobs')
    const { open, authors } = keeper(3)
    const kept = open()
    for (let round = 0; round < 400; round++) {
      const tag = tagOf(random.int(9))
      const what = random.int(10)
      if (what === 0) kept.detach(tag)
      else if (what === 1) kept.sweep(random.int(20) === 0 ? 1_000 : 999)
      else
        kept.attach(
          tag,
          [...new Set(Array.from({ length: random.int(6) }, () => random.int(12)))].map((n) => blobOf(n)),
        )
      const anew = open()
      assert.equal(kept.bytes(), anew.bytes())
      for (const member of new Set(authors.values()))
        assert.equal(kept.bytes(member as string as MemberId), anew.bytes(member as string as MemberId))
      assert.deepEqual(listed(kept), listed(anew))
    }
  })
})
