import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_TOLD_LINKS, type DeviceId, type ToldLink } from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { likelyWays } from '../../src/forward/likelyWays.ts'

const THROUGH = Array.from({ length: 12 }, (_, index) => `d${String(index)}` as DeviceId)
const TO = 'to' as DeviceId
const MOST = 3

const linked = (via?: DeviceId): ToldLink[] => [{ device: TO, channel: 'tcp', via, tripStep: undefined }]

/** How often each is among those tried, of 200 times. */
function tries(told: ReadonlyMap<DeviceId, readonly ToldLink[]>): Map<DeviceId, number> {
  const random = createSeededRandom('ways')
  const counts = new Map<DeviceId, number>()
  for (let time = 0; time < 200; time++) {
    const ways = likelyWays(THROUGH, TO, told, MOST, random)
    assert.equal(ways.length, MOST)
    assert.equal(new Set(ways).size, MOST)
    for (const way of ways) counts.set(way, (counts.get(way) ?? 0) + 1)
  }
  return counts
}

describe('devices that may hand on', () => {
  it('are all tried sooner or later, whichever tunnel is the oldest', () => {
    const counts = tries(new Map())
    for (const device of THROUGH) assert.ok((counts.get(device) ?? 0) > 20, `${device} is hardly tried`)
  })

  it('are tried at once when they say that they are linked to it, and not through another', () => {
    const [one, other] = [THROUGH[9], THROUGH[10]] as [DeviceId, DeviceId]
    const counts = tries(
      new Map([
        [one, linked()],
        [other, linked(one)],
      ]),
    )
    assert.equal(counts.get(one), 200)
    assert.equal(counts.get(other), undefined)
  })

  it('are not asked while they tell of their links and not of that one, and are once they do, or tell of as many as can be told', () => {
    const random = createSeededRandom('told')
    const none = new Map(THROUGH.map((device) => [device, [] as readonly ToldLink[]]))
    assert.deepEqual(likelyWays(THROUGH, TO, none, MOST, random), [])
    const [one, handedOn, full, silent] = THROUGH.slice(4, 8) as [DeviceId, DeviceId, DeviceId, DeviceId]
    const asked = (told: ReadonlyMap<DeviceId, readonly ToldLink[]>) =>
      likelyWays(THROUGH, TO, told, MOST, random)
    assert.deepEqual(asked(new Map([...none, [handedOn, linked(one)]])), [])
    assert.deepEqual(asked(new Map([...none, [one, linked()]])), [one])
    const many = Array.from({ length: MAX_TOLD_LINKS }, (_, n) => ({
      ...{ device: `x${String(n)}` as DeviceId, channel: 'tcp' },
      ...{ via: undefined, tripStep: undefined },
    }))
    assert.deepEqual(asked(new Map([...none, [full, many]])), [full])
    const some = new Map(none)
    some.delete(silent)
    assert.deepEqual(asked(some), [silent])
  })

  it('that say so and are not keep out nobody who says nothing', () => {
    const honest = THROUGH[11] as DeviceId
    const counts = tries(new Map(THROUGH.slice(0, 11).map((liar) => [liar, linked()])))
    assert.equal(counts.get(honest), 200)
  })

  it('are as many as there are, if those are few', () => {
    const random = createSeededRandom('few')
    assert.deepEqual(likelyWays([], TO, new Map(), MOST, random), [])
    assert.deepEqual(likelyWays(['d0' as DeviceId], TO, new Map(), MOST, random), ['d0'])
    const all = THROUGH.slice(0, 5)
    const told = new Map(all.map((device) => [device, linked()]))
    assert.equal(likelyWays(all, TO, told, MOST, random).length, MOST)
  })
})
