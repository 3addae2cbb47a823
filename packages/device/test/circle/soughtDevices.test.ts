/** Whom a device asks for in a DHT: all of a small circle, some of a large one, nobody where it has tunnels enough. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeviceId } from '@triode/core'
import { soughtDevices } from '../../src/circle/soughtDevices.ts'
import { MAX_DIALED_TUNNELS, MAX_FAR_DEVICES } from '../../src/tuning.ts'

const DAY_MS = 86_400_000
const nobody = (): boolean => false
const circle = (count: number): DeviceId[] =>
  Array.from({ length: count }, (_, n) => `d${String(n).padStart(4, '0')}` as DeviceId)

/** The others of a circle, as one of them has it. */
function othersOf(self: DeviceId, all: readonly DeviceId[]): DeviceId[] {
  return all.filter((device) => device !== self)
}

describe('whom a device asks for in a DHT', () => {
  it('is everybody who is away, in a small circle', () => {
    const [self, up, ...away] = circle(10)
    assert.ok(self !== undefined && up !== undefined)
    const sought = soughtDevices(self, [up, ...away], (device) => device === up, 0)
    assert.deepEqual([...sought], away)
  })

  it('is nobody, once it has as many tunnels as it dials', () => {
    const [self, ...others] = circle(100)
    assert.ok(self !== undefined)
    const up = new Set(others.slice(0, MAX_DIALED_TUNNELS))
    assert.equal(soughtDevices(self, others, (device) => up.has(device), 0).size, 0)
  })

  it('is some in a large circle, others each day, and among them everybody is asked for by somebody', () => {
    const all = circle(500)
    const asked = new Map<DeviceId, number>()
    for (const self of all) {
      const others = othersOf(self, all)
      const sought = soughtDevices(self, others, nobody, DAY_MS)
      assert.equal(sought.size, MAX_FAR_DEVICES)
      assert.ok(!sought.has(self))
      assert.equal(soughtDevices(self, others, nobody, 2 * DAY_MS).intersection(sought).size, 0)
      for (const device of sought) asked.set(device, (asked.get(device) ?? 0) + 1)
    }
    assert.equal(asked.size, all.length)
    assert.ok([...asked.values()].every((times) => times >= MAX_FAR_DEVICES / 2))
  })
})
