import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CallerFault, Unavailable } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import type { Choice, Look } from '../../src/files/parts.ts'
import { TRY_AGAIN_MS } from '../../src/files/tuning.ts'
import { untilItStays } from '../../src/files/untilItStays.ts'

/** @param outcomes what each try throws; after those it succeeds */
function scene(...outcomes: readonly Error[]) {
  const clock = createVirtualClock()
  const abort = new AbortController()
  const looks = Array.from({ length: 9 }, () => ({}) as Look)
  let looked = 0
  const again = (): Promise<Look> => Promise.resolve(looks[++looked] ?? assert.fail())
  const choice = { ...looks[0], again } as Choice
  looks[0] = choice
  const tried: Look[] = []
  const work = untilItStays(
    choice,
    (look) => {
      const outcome = outcomes[tried.length]
      tried.push(look)
      return outcome === undefined ? Promise.resolve('sealed') : Promise.reject(outcome)
    },
    { clock, signal: abort.signal },
  )
  work.catch(() => undefined)
  return { clock, abort, looks, tried, work }
}

const changed = (path = 'log'): CallerFault => new CallerFault('file-changed', { details: { path } })

describe('what is sealed', () => {
  it('is looked at again, a moment later, when it changed or went', async () => {
    const { clock, looks, tried, work } = scene(changed(), new CallerFault('file-absent'))
    await clock.advanceAsync(TRY_AGAIN_MS - 1)
    assert.equal(tried.length, 1, 'not yet')
    await clock.advanceAsync(1)
    assert.equal(tried.length, 2)
    await clock.advanceAsync(TRY_AGAIN_MS)
    assert.equal(await work, 'sealed')
    for (const [at, look] of tried.entries()) assert.equal(look, looks[at], String(at))
    assert.equal(tried.length, 3)
    assert.equal(clock.pending, 0)
  })

  it('is tried three times in all, then the last fault is told', async () => {
    const { clock, tried, work } = scene(changed('a'), changed('b'), changed('c'), changed('d'))
    await clock.advanceAsync(10 * TRY_AGAIN_MS)
    await assert.rejects(work, { code: 'file-changed', details: { path: 'c' } })
    assert.equal(tried.length, 3)
  })

  it('is not tried again for anything else', async () => {
    for (const fault of [
      new Unavailable('disk-full'),
      new CallerFault('file-forbidden'),
      new Error('other'),
    ]) {
      const { clock, tried, work } = scene(fault)
      await clock.advanceAsync(10 * TRY_AGAIN_MS)
      await assert.rejects(work, fault)
      assert.equal(tried.length, 1)
    }
  })

  it('is called off at once while it waits for the next try, and before it would', async () => {
    const waiting = scene(changed())
    await waiting.clock.advanceAsync(1)
    waiting.abort.abort()
    await assert.rejects(waiting.work, { code: 'canceled' })
    assert.deepEqual([waiting.tried.length, waiting.clock.pending], [1, 0])
    const before = scene(changed())
    before.abort.abort()
    await assert.rejects(before.work, { code: 'canceled' })
    assert.deepEqual([before.tried.length, before.clock.pending], [1, 0])
  })
})
