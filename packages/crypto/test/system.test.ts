/** The machine's clock and randomness, as the ports promise them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock, systemRandom } from '@triode/crypto'

test('random bytes have the length asked for and do not repeat', () => {
  assert.equal(systemRandom.bytes(0).length, 0)
  assert.equal(systemRandom.bytes(100_000).length, 100_000)
  assert.notDeepEqual(systemRandom.bytes(32), systemRandom.bytes(32))
})

test('after waits, calls once and can be cancelled, also twice', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const calls: string[] = []
  systemClock.after(50, () => calls.push('late'))
  const cancel = systemClock.after(20, () => calls.push('never'))
  cancel()
  cancel()
  t.mock.timers.tick(49)
  assert.deepEqual(calls, [])
  t.mock.timers.tick(1_000)
  assert.deepEqual(calls, ['late'])
})

test('a delay longer than a timer of Node can take still waits its whole time', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const monthMs = 30 * 24 * 3_600_000
  let called = false
  systemClock.after(monthMs, () => (called = true))
  t.mock.timers.tick(2_147_483_647)
  assert.equal(called, false)
  t.mock.timers.tick(monthMs - 2_147_483_647 - 1)
  assert.equal(called, false)
  t.mock.timers.tick(1)
  assert.equal(called, true)
})

test('a delay of a month can be cancelled in its second half', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cancel = systemClock.after(2_147_483_647 + 5, () => assert.fail('was cancelled'))
  t.mock.timers.tick(2_147_483_647)
  cancel()
  t.mock.timers.tick(100)
})

test('elapsed goes forward and now is the time of day', () => {
  const [first, second] = [systemClock.elapsed(), systemClock.elapsed()]
  assert.ok(second >= first)
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000)
})
