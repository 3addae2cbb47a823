/** Sets of chunks as runs, beside plain sets. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ChunkRuns } from '@triode/core'

const SPAN = 60
const step = fc.record({ add: fc.boolean(), from: fc.nat(SPAN), count: fc.nat(20) })

describe('runs of chunks', () => {
  it('hold what a set of numbers holds, in as few runs as there are', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const runs = new ChunkRuns()
        const set = new Set<number>()
        for (const { add, from, count } of steps) {
          if (add) runs.add(from, from + count)
          else runs.remove(from, from + count)
          for (let at = from; at < from + count; at++) {
            if (add) set.add(at)
            else set.delete(at)
          }
        }
        assert.equal(runs.count, set.size)
        for (let at = 0; at < SPAN + 21; at++) assert.equal(runs.has(at), set.has(at), `chunk ${String(at)}`)
        const starts = [...set].filter((at) => !set.has(at - 1))
        assert.equal(runs.length, starts.length)
        for (const from of starts) assert.equal(runs.atOrAfter(from)?.[0], from)
      }),
      { numRuns: 500 },
    )
  })

  it('are gone after they are cleared', () => {
    const runs = new ChunkRuns()
    runs.add(1, 5)
    runs.clear()
    assert.equal(runs.count, 0)
    assert.equal(runs.atOrAfter(0), undefined)
  })
})
