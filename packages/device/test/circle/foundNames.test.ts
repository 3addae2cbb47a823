import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR_MS, type DeviceId } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { FoundNames, LAN_PERIOD } from '../../src/circle/foundNames.ts'
import { DISCOVERED_TTL_MS, MAX_DISCOVERED_ADDRESSES } from '../../src/tuning.ts'

const ALICE = 'alice' as DeviceId
const BOB = 'bob' as DeviceId
const nameOf = (device: DeviceId, hour: number): string => `${device}-${String(hour)}`
const namesOf = (device: DeviceId, hour: number): string[] => [nameOf(device, hour)]

describe('names seen on the LAN', () => {
  it('tell the device within 26 hours of its hour, as the hours go by', () => {
    const clock = createVirtualClock()
    const names = new FoundNames(LAN_PERIOD, namesOf)
    for (let step = 0; step < 3; step++) {
      const hour = Math.floor(clock.now() / HOUR_MS)
      const seen = (offset: number) => names.discovered(nameOf(BOB, hour + offset), 'tcp:a', clock, [BOB])
      assert.equal(seen(0), BOB)
      assert.equal(seen(26), BOB)
      assert.equal(seen(-26), BOB)
      assert.equal(seen(27), undefined)
      assert.equal(seen(-27), undefined)
      clock.advance(HOUR_MS)
    }
  })

  it('mean nothing of strangers, and forget a device that is gone', () => {
    const clock = createVirtualClock()
    const names = new FoundNames(LAN_PERIOD, namesOf)
    const hour = Math.floor(clock.now() / HOUR_MS)
    assert.equal(names.discovered('stranger', 'tcp:a', clock, [ALICE, BOB]), undefined)
    assert.equal(names.discovered(nameOf(BOB, hour), 'tcp:a', clock, [ALICE, BOB]), BOB)
    assert.equal(names.discovered(nameOf(BOB, hour), 'tcp:a', clock, [ALICE]), undefined)
  })

  it('follow the circle when one member comes as another goes', () => {
    const clock = createVirtualClock()
    const names = new FoundNames(LAN_PERIOD, namesOf)
    const hour = Math.floor(clock.now() / HOUR_MS)
    assert.equal(names.discovered(nameOf(ALICE, hour), 'tcp:a', clock, [ALICE]), ALICE)
    assert.equal(names.discovered(nameOf(BOB, hour), 'tcp:b', clock, [BOB]), BOB)
    assert.equal(names.discovered(nameOf(ALICE, hour), 'tcp:a', clock, [BOB]), undefined)
  })

  it('give addresses, the newest first, for two minutes, and only so many', () => {
    const clock = createVirtualClock()
    const names = new FoundNames(LAN_PERIOD, namesOf)
    const name = nameOf(BOB, Math.floor(clock.now() / HOUR_MS))
    for (let n = 0; n < 100; n++) names.discovered(name, `tcp:${String(n)}`, clock, [BOB])
    const addresses = names.addressesOf(BOB, clock)
    assert.equal(addresses.length, MAX_DISCOVERED_ADDRESSES)
    assert.equal(addresses[0], 'tcp:99')
    clock.advance(DISCOVERED_TTL_MS - 1)
    names.discovered(name, 'tcp:99', clock, [BOB])
    clock.advance(2)
    assert.deepEqual(names.addressesOf(BOB, clock), ['tcp:99'])
    assert.deepEqual(names.addressesOf(ALICE, clock), [])
  })
})
