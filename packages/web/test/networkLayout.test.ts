/** Where the devices of a circle stand in its picture. */
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  bowsOf,
  layOut,
  wordsAt,
  type LinkOfOthers,
  type NetworkDevice,
} from '../src/circle/networkLayout.ts'

function device(member: string, id: string, self = false): NetworkDevice {
  return { device: id, member, role: 'member', self, own: member === 'me', waiting: 0, tells: false }
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

test('a line between two others keeps clear of the middle, which has no part in it', () => {
  for (const count of [2, 3, 8, 30]) {
    const { members } = layOut([
      SELF,
      ...Array.from({ length: count }, (_, at) => device(`m${at}`, `d${at}`)),
    ])
    for (let other = 1; other < count; other++) {
      const link: LinkOfOthers = { between: ['d0', `d${other}`], channel: 'lan', toldBy: ['d0'] }
      const [bow] = bowsOf(members, [link])
      assert.ok(bow !== undefined && bow.path.startsWith('M '))
      assert.ok(Math.hypot(bow.middle.x, bow.middle.y) >= 89, `${count} devices, to the ${other}th`)
    }
  }
})

test('a line to a device that is not in the picture is not drawn', () => {
  const { members } = layOut([SELF, device('bob', 'one')])
  const link: LinkOfOthers = { between: ['gone', 'one'], channel: 'lan', toldBy: ['one'] }
  assert.deepEqual(bowsOf(members, [link]), [])
})

test('what stands at a line from the middle is not over what stands below the middle, nor over a device', () => {
  /** Units: about so wide are words at a line, and so far to each side reach those of the middle; and how high they are. */
  const [words, middle, high] = [125, 42, 11]
  for (let count = 1; count <= 12; count++) {
    const devices = Array.from({ length: count }, (_, at) => device(`m${at}`, `d${at}`))
    const placed = layOut([SELF, ...devices]).members.flatMap((one) => one.devices)
    for (const point of placed) {
      const { x, y, side } = wordsAt(point)
      const from = side === 'left' ? x - words : side === 'right' ? x : x - words / 2
      const isBeside = from > middle || from + words < -middle
      assert.ok(isBeside || Math.abs(y - 42) > high, `${count} devices, ${point.x} ${point.y}`)
      const isClear = Math.abs(y - point.y) > 14 || from + words < point.x - 14 || from > point.x + 14
      if (side !== 'middle') assert.ok(isClear, `${count} devices`)
    }
  }
})
