import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { CallerFault, Unavailable, type Clock } from '@triode/core'
import type { VirtualClock } from '@triode/testkit'
import { type LockedVault, type VaultOptions, createVault, openVault } from '../src/index.ts'
import { PASSPHRASE, fault, place } from './place.ts'

const wrong = fault(CallerFault, 'passphrase-wrong')
const tooMany = fault(Unavailable, 'too-many-attempts')

/** A closed vault, and a clock whose wall time can jump. */
function closedVault(t: TestContext) {
  const { dir, options, clock } = place(t)
  createVault(dir, PASSPHRASE, options).close()
  const wall = clock.skewed(0)
  return { dir, clock, wall, options: { ...options, clock: wall } }
}

/** Wrong `count` times, each as early as allowed. */
function failTimes(locked: LockedVault, count: number, clock?: VirtualClock): void {
  for (let i = 0; i < count; i++) {
    clock?.advance(locked.waitMs)
    assert.throws(() => locked.unlock('a wrong passphrase'), wrong)
  }
}

/** The process ends and another begins: its monotonic clock starts anywhere. */
function restarted(locked: LockedVault, dir: string, options: VaultOptions): LockedVault {
  locked.close()
  const { clock } = options
  const later: Clock = {
    now: () => clock.now(),
    elapsed: () => clock.elapsed() + 7_777_777,
    after: () => () => {},
  }
  return openVault(dir, { ...options, clock: later })
}

describe('after wrong passphrases', () => {
  it('the first three tries are free, then each one doubles the wait, up to five minutes', (t) => {
    const { dir, clock, options } = closedVault(t)
    const locked = openVault(dir, options)
    t.after(() => locked.close())
    failTimes(locked, 2)
    assert.equal(locked.waitMs, 0)
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      failTimes(locked, 1)
      assert.equal(locked.waitMs, seconds * 1000)
      assert.throws(() => locked.unlock(PASSPHRASE), tooMany, 'the right one has to wait too')
      clock.advance(seconds * 1000 - 1)
      assert.throws(() => locked.unlock(PASSPHRASE), { message: /possible in 1 s/, remedy: 'Wait 1 s.' })
      clock.advance(1)
    }
    locked.unlock(PASSPHRASE).close()
  })

  it('the right one sets the count back', (t) => {
    const { dir, options } = closedVault(t)
    const locked = openVault(dir, options)
    failTimes(locked, 2)
    const again = locked.unlock(PASSPHRASE).lock()
    failTimes(again, 3)
    assert.equal(again.waitMs, 1_000)
    again.close()
  })

  it('no passphrase at all is refused without counting', (t) => {
    const { dir, options } = closedVault(t)
    const locked = openVault(dir, options)
    for (let i = 0; i < 5; i++) assert.throws(() => locked.unlock(''), fault(CallerFault, 'passphrase-empty'))
    assert.equal(locked.waitMs, 0)
    locked.close()
  })

  it('the wait goes on over a restart, and ends when it would have', (t) => {
    const { dir, clock, options } = closedVault(t)
    const first = openVault(dir, options)
    failTimes(first, 3)
    clock.advance(300)
    const second = restarted(first, dir, options)
    assert.equal(second.waitMs, 700)
    assert.throws(() => second.unlock(PASSPHRASE), tooMany)
    clock.advance(700)
    second.unlock(PASSPHRASE).close()
  })

  it('a try counts before its outcome is known: killing the process in between saves nobody the wait', (t) => {
    const { dir, options } = closedVault(t)
    const locked = openVault(dir, options)
    const tries = join(dir, 'vault.tries')
    failTimes(locked, 2)
    const before = readFileSync(tries)
    const seen: boolean[] = []
    const { primitives } = options
    locked.close()
    const watched = openVault(dir, {
      ...options,
      primitives: {
        ...primitives,
        hash: primitives.hash.bind(primitives),
        hmac: (name, key, data) => {
          seen.push(readFileSync(tries).equals(before))
          return primitives.hmac(name, key, data)
        },
        aeadOpen: primitives.aeadOpen.bind(primitives),
      },
    })
    assert.throws(() => watched.unlock('a wrong passphrase'), wrong)
    assert.equal(seen[0], false, 'the count was on the disk when the key was derived')
    watched.close()
  })

  it('a clock that goes back in a running process changes nothing', (t) => {
    const { dir, clock, wall, options } = closedVault(t)
    const locked = openVault(dir, options)
    failTimes(locked, 4, clock)
    wall.jump(-86_400_000)
    assert.equal(locked.waitMs, 2_000)
    clock.advance(2_000)
    locked.unlock(PASSPHRASE).close()
  })

  it('nor does one that goes forward', (t) => {
    const { dir, clock, wall, options } = closedVault(t)
    const locked = openVault(dir, options)
    failTimes(locked, 4, clock)
    wall.jump(86_400_000)
    assert.throws(() => locked.unlock(PASSPHRASE), tooMany)
    locked.close()
  })

  it('a clock that went back over a restart is no way around, and locks nobody out for ever', (t) => {
    const { dir, clock, wall, options } = closedVault(t)
    const first = openVault(dir, options)
    failTimes(first, 5, clock)
    wall.jump(-20 * 365 * 86_400_000)
    const second = restarted(first, dir, options)
    assert.equal(second.waitMs, 4_000, 'the wait starts anew')
    clock.advance(1_000)
    const third = restarted(second, dir, options)
    assert.equal(third.waitMs, 3_000, 'and goes on from there, also when each try is a process of its own')
    clock.advance(3_000)
    third.unlock(PASSPHRASE).close()
  })

  it('a damaged count costs a second at most, and a missing one nothing', (t) => {
    const { dir, clock, options } = closedVault(t)
    const tries = join(dir, 'vault.tries')
    const first = openVault(dir, options)
    failTimes(first, 6, clock)
    const bytes = readFileSync(tries)
    bytes[10] = 0xff
    writeFileSync(tries, bytes)
    const second = restarted(first, dir, options)
    assert.equal(second.waitMs, 1_000)
    clock.advance(1_000)
    second.unlock(PASSPHRASE).close()
    assert.ok(existsSync(tries))
    assert.equal(statSync(tries).size, 64)
  })
})
