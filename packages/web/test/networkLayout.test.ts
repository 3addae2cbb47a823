/** Where the devices of a circle stand in its picture. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { layOut, type NetworkDevice } from '../src/circle/networkLayout.ts'

function device(member: string, id: string, self = false): NetworkDevice {
  return { device: id, member, role: 'member', self, own: member === 'me', waiting: 0 }
}

const SELF = device('me', 'self', true)

test('nobody stands in the middle but this device, which is drawn apart', () => {
  const { members } = layOut([SELF, device('me', 'phone'), device('bob', 'laptop')])
  const placed = members.flatMap(({ devices }) => devices)
  assert.deepEqual(
    placed.map((one) => one.device.device),
    ['phone', 'laptop'],
  )
  for (const { x, y } of placed) assert.ok(Math.hypot(x, y) > 100)
})

test('alone, there is nothing to draw', () => {
  assert.deepEqual(layOut([SELF]).members, [])
})

test('a hundred devices keep apart and stay inside the picture', () => {
  const many = Array.from({ length: 100 }, (_, index) => device(`m${Math.floor(index / 2)}`, `d${index}`))
  const { members, reach } = layOut([SELF, ...many])
  const placed = members.flatMap(({ devices }) => devices)
  assert.equal(placed.length, 100)
  let before = placed.at(-1)
  for (const one of placed) {
    assert.ok(Math.abs(one.x) < reach && Math.abs(one.y) < reach)
    assert.ok(before !== undefined && Math.hypot(one.x - before.x, one.y - before.y) > 100)
    before = one
  }
})

test('the devices of a member stand side by side, in whatever order they are told', () => {
  const { members } = layOut([device('bob', 'one'), device('eve', 'two'), device('bob', 'three'), SELF])
  assert.deepEqual(
    members.map(({ member, devices }) => [member, devices.map((one) => one.device.device)]),
    [
      ['bob', ['one', 'three']],
      ['eve', ['two']],
    ],
  )
})
