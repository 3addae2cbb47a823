import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Nearby, type NearbyOptions } from '../../src/network/nearby.ts'
import { MAX_ANNOUNCED_NAMES } from '../../src/tuning.ts'

describe('names announced on a LAN', () => {
  it('are some of each circle, however many people somebody invites into one of them', () => {
    const circleOf = (...names: string[]) => ({ names: { announced: () => names } })
    const invited = Array.from({ length: 2 * MAX_ANNOUNCED_NAMES }, (_, n) => `invitation ${String(n)}`)
    let announced: readonly string[] = []
    const options = {
      discovery: { announce: (names: readonly string[]) => (announced = names), look: () => undefined },
      circles: () => [circleOf('in one', ...invited), circleOf('in another')],
      found: () => false,
    }
    new Nearby(options as unknown as NearbyOptions).announce()
    assert.equal(announced.length, MAX_ANNOUNCED_NAMES)
    assert.deepEqual(announced.slice(0, 3), ['in one', 'in another', 'invitation 0'])
  })
})
