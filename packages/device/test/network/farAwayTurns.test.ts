/** What a device announces in a DHT, and asks for, when its circles have more names than there is room for. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DhtChannel } from '@triode/channels'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { FarAway } from '../../src/network/farAway.ts'
import { MAX_FAR_ANNOUNCED, MAX_FAR_SOUGHT } from '../../src/tuning.ts'

function circleOf(id: string, count: number): CircleRuntime {
  const names = Array.from({ length: count }, (_, n) => `${id}${String(n)}`)
  const whereabouts = { dhtNodes: () => [], soughtFar: () => names }
  const announced = names.map((name, n) => ({ name, ...(n > 0 && { invitation: name }) }))
  return { id, names: { announcedFar: () => announced }, whereabouts } as never
}

describe('a circle with very many names in a DHT', () => {
  it('leaves room for those of the others', () => {
    let announced: string[] = []
    let sought: string[] = []
    const dht = {
      status: () => ({ state: 'on' }),
      begin: () => undefined,
      announce: (names: string[]) => (announced = names),
      seek: (names: string[]) => (sought = names),
    } as unknown as DhtChannel
    const circles = () => [circleOf('large', 1_000), circleOf('small', 3)]
    const farAway = new FarAway({ dht, circles, isUp: () => false, found: () => false })
    farAway.tick()
    assert.equal(announced.length, MAX_FAR_ANNOUNCED)
    assert.equal(sought.length, MAX_FAR_SOUGHT)
    for (const names of [announced, sought])
      for (const name of ['large0', 'small0', 'small2']) assert.ok(names.includes(name), name)
    assert.equal(
      farAway.leftOut.size,
      1_003 - MAX_FAR_ANNOUNCED,
      'it knows by which invitations nobody finds it',
    )
    for (const name of announced) assert.ok(!(farAway.leftOut as ReadonlySet<string>).has(name), name)
  })
})
