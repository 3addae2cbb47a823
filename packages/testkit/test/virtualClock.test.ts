import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeededRandom, createVirtualClock } from '@triode/testkit'

describe('the virtual clock', () => {
  it('fires timers in order of time, ties in order of making, and stands still otherwise', () => {
    const clock = createVirtualClock(1_000)
    const fired: string[] = []
    clock.after(20, () => fired.push('b'))
    clock.after(10, () => fired.push('a'))
    clock.after(20, () => fired.push('c'))
    assert.equal(clock.nextAt(), 10)
    clock.advance(19)
    assert.deepEqual([fired, clock.now(), clock.elapsed()], [['a'], 1_019, 19])
    clock.advance(1)
    assert.deepEqual(fired, ['a', 'b', 'c'])
    assert.equal(clock.nextAt(), undefined)
  })

  it('fires within one advance what a timer adds, at its own time', () => {
    const clock = createVirtualClock(0)
    const times: number[] = []
    const again = (): void => {
      times.push(clock.now())
      clock.after(10, again)
    }
    clock.after(10, again)
    clock.advance(35)
    assert.deepEqual(times, [10, 20, 30])
    assert.equal(clock.now(), 35)
  })

  it('runs from timer to timer and says when there is none', () => {
    const clock = createVirtualClock(0)
    let fired = 0
    clock.after(60_000, () => fired++)
    assert.equal(clock.runNext(), true)
    assert.deepEqual([fired, clock.now(), clock.runNext()], [1, 60_000, false])
  })

  it('lets a timer be cancelled any number of times, also after it fired', () => {
    const clock = createVirtualClock(0)
    let fired = 0
    const cancel = clock.after(5, () => fired++)
    const other = clock.after(5, () => fired++)
    cancel()
    cancel()
    assert.equal(clock.pending, 1)
    clock.advance(10)
    other()
    assert.deepEqual([fired, clock.pending], [1, 0])
  })

  it('stays in order when a thousand timers come and half of them go', () => {
    const clock = createVirtualClock(0)
    const random = createSeededRandom('timers')
    const fired: number[] = []
    const cancels: (() => void)[] = []
    for (let i = 0; i < 1_000; i++)
      cancels.push(clock.after(random.int(500), () => fired.push(clock.elapsed())))
    for (const cancel of random.shuffle(cancels).slice(0, 600)) cancel()
    assert.equal(clock.pending, 400)
    while (clock.runNext());
    assert.equal(fired.length, 400)
    assert.deepEqual(
      fired,
      fired.toSorted((a, b) => a - b),
    )
  })

  it('gives each device a clock that is wrong in its own way, on the same time line', () => {
    const clock = createVirtualClock(1_000_000)
    const late = clock.skewed(-86_400_000)
    const fast = clock.skewed(0, 1_000) // a thousandth too fast
    const fired: string[] = []
    clock.after(1_000, () => fired.push('true'))
    fast.after(1_000, () => fired.push('fast'))
    clock.advance(100_000)
    assert.deepEqual(fired, ['fast', 'true'])
    assert.equal(late.now(), 1_000_000 - 86_400_000 + 100_000)
    assert.equal(Math.round(fast.elapsed()), 100_100)
    late.jump(86_400_000)
    assert.equal(late.now(), clock.now())
    assert.equal(late.elapsed(), clock.elapsed())
  })

  it('lets promises settle between timers when asked to', async () => {
    const clock = createVirtualClock(0)
    const seen: number[] = []
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
    const done = (async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(10)
        seen.push(clock.now())
      }
    })()
    await clock.advanceAsync(100)
    await done
    assert.deepEqual(seen, [10, 20, 30])
  })
})
