/** A keeper is admitted to the circle and reads nothing: neither as its program shows it, nor with its keys on all that was sent. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeFrame, deviceIdOf, fromBase32, openBox, type CircleId, type DeviceId } from '@triode/core'
import { Bench, codeOf, eventually, join2, pair, type TestDevice } from '../devices.ts'
import {
  keysIn,
  noteStoreNames,
  openedByEnvelopes,
  openedByKeys,
  recordingOf,
  steal,
  suite,
  type Stolen,
} from '../thief.ts'
import { messagesIn, Wiretap } from '../wiretap.ts'

describe('a keeper', () => {
  const tap = new Wiretap()
  const names = noteStoreNames()
  let bench: Bench
  let alice: TestDevice
  let bob: TestDevice
  let kim: TestDevice
  let circle: CircleId
  let stolen: Stolen

  before(async () => {
    bench = new Bench()
    const made = await pair(bench)
    alice = made.alice
    bob = made.bob
    circle = made.circle
    kim = await bench.make('Kim')
    await join2(alice, kim, circle, 'keeper')
    await eventually('Kim and Bob meet', async () => (await kim.device.peers(circle))[1])
    const dan = await bench.make('Dan')
    await join2(alice, dan, circle)
    await dan.device.lock()
    const said = await alice.device.send({ where: circle, text: 'to the circle' })
    const { id } = await bob.device.send({ where: `${circle}/Alice`, text: 'to Alice alone' })
    await eventually('it', async () => {
      const { messages } = await alice.device.messages({ where: `${circle}/Bob`, limit: 9 })
      return messages.some((message) => message.id === id) || undefined
    })
    await eventually('Kim holds it for Dan', async () => {
      const report = await alice.device.delivery(said.id)
      return report.holders.some(({ role }) => role === 'keeper') || undefined
    })
    stolen = await steal(kim, bench.home(), names)
  })
  after(async () => {
    await bench.end()
    tap.end()
  })

  it('is in the roster, knows the roster, and is shown no conversation but its own', async () => {
    const listed = await alice.device.members(circle)
    assert.equal(listed.find(({ name }) => name === 'Kim')?.role, 'keeper')
    assert.equal((await kim.device.members(circle)).length, 4)
    const seen = await kim.device.conversations(circle)
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ['self'],
    )
    assert.notEqual(await codeOf(kim.device.send({ where: circle, text: 'from Kim' })), 'no fault')
    assert.notEqual(await codeOf(kim.device.messages({ where: circle, limit: 1 })), 'no fault')
  })

  it('is sealed no epoch of what others say, and opens nothing of it with all that it has', async () => {
    const [circleOf, directOf] = await Promise.all([
      alice.device.resolve(circle),
      bob.device.resolve('Alice'),
    ])
    const said = new Set<string>([circleOf.conversation, directOf.conversation])
    const all = recordingOf(tap)
    const recording = { ...all, entries: all.entries.filter(({ feed }) => said.has(feed.conversation)) }
    assert.ok(recording.entries.length >= 4, 'nothing was recorded to try')
    const self = (await kim.device.circle(circle)).device
    assert.equal(openedByEnvelopes(stolen, circle, self, recording), '')
    assert.equal(openedByKeys(keysIn(stolen), recording), '')
    // That it is a real attempt: Bob's keys, on the same, do open what was said to the circle.
    const bobs = await steal(bob, bench.home(), names)
    const own = (await bob.device.circle(circle)).device
    assert.match(openedByEnvelopes(bobs, circle, own, recording), /to the circle/)
  })

  it('is sent boxes that name no conversation, and opens none of them', async () => {
    const self = (await kim.device.circle(circle)).device
    const said = tap.said.filter(({ peer, path }) => path === '/sync' && isKeyOf(peer, self))
    const frames = said
      .flatMap((one) => [...messagesIn(one)])
      .map((bytes) => decodeFrame(bytes, suite.hashBytes))
    const { conversation } = await alice.device.resolve(circle)
    const blocks = frames.flatMap((frame) => (frame.type === 'block' ? [frame.conversation] : []))
    assert.ok(!blocks.includes(conversation))
    const boxes = frames.flatMap((frame) => (frame.type === 'box' ? [frame] : []))
    assert.ok(boxes.length >= 2, 'there is something to try')
    const id = fromBase32(conversation)
    for (const { bytes } of boxes) assert.ok(!Buffer.from(bytes).includes(id))
    // Notices hold what opens boxes: none of those that it was given is to a key of its own.
    const notices = frames.flatMap((frame) => (frame.type === 'notices' ? frame.notices : []))
    assert.ok(notices.length >= 2)
    assert.ok(notices.every(({ device }) => device !== self))
    const secrets = keysIn(stolen)
    for (const { bytes, type: _, ...place } of boxes)
      for (const secret of secrets) assert.equal(openBox(suite, secret, place, bytes), undefined)
  })

  function isKeyOf(key: string, device: DeviceId): boolean {
    return deviceIdOf(suite, Uint8Array.fromHex(key)) === device
  }
})
