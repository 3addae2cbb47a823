/** Where the devices of a circle stand in its picture. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Member } from '@triode/api'
import { layOut } from '../src/circle/networkLayout.ts'

function member(id: string, devices: readonly string[], me = false): Member {
  return {
    member: id,
    circle: 'circle',
    role: 'member',
    devices: devices.map((device) => ({ device, verified: false, online: true })),
    verified: false,
    changed: false,
    partly: false,
    state: 'active',
    me,
    safetyWords: [],
  }
}

test('nobody stands in the middle but this device, which is drawn apart', () => {
  const { members } = layOut([member('me', ['self', 'phone'], true), member('bob', ['laptop'])], 'self')
  const devices = members.flatMap((placed) => placed.devices)
  assert.deepEqual(
    devices.map(({ device }) => device),
    ['phone', 'laptop'],
  )
  for (const { x, y } of devices) assert.ok(Math.hypot(x, y) > 100)
})

test('alone, there is nothing to draw', () => {
  assert.deepEqual(layOut([member('me', ['self'], true)], 'self').members, [])
})

test('a hundred devices keep apart and stay inside the picture', () => {
  const many = Array.from({ length: 50 }, (_, index) => member(`m${index}`, [`a${index}`, `b${index}`]))
  const { members, reach } = layOut([member('me', ['self'], true), ...many], 'self')
  const devices = members.flatMap((placed) => placed.devices)
  assert.equal(devices.length, 100)
  let before = devices.at(-1)
  for (const device of devices) {
    assert.ok(Math.abs(device.x) < reach && Math.abs(device.y) < reach)
    assert.ok(before !== undefined && Math.hypot(device.x - before.x, device.y - before.y) > 100)
    before = device
  }
})

test('the devices of a member stand side by side', () => {
  const { members } = layOut([member('bob', ['one', 'two', 'three']), member('eve', ['four'])], 'self')
  assert.deepEqual(
    members[0]?.devices.map(({ angle }) => angle),
    [0, 90, 180],
  )
})
