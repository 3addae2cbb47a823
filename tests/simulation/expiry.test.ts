/** What has expired by the clocks of those who hand it on, and not by that of who asks for it (spec §9.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { roomIdOf, sortedMembers, type ConversationId } from '@triode/core'
import { sealedToNow, simulate, type SimulatedDevice, type World } from '@triode/testkit'

const HOUR_MS = 3_600_000
const DAYS_BEHIND = 3

function told(seed: string, beforeRest: (world: World) => void): string[] {
  const { violations } = simulate({ seed, devices: 6, steps: 1, calm: true, beforeRest })
  return violations.map(({ rule, what }) => `${rule}: ${what}`)
}

function named(world: World, ...names: string[]): SimulatedDevice[] {
  return names.map((name) => {
    const device = world.running.find((one) => one.name === name)
    assert.ok(device)
    return device
  })
}

function cutAll(world: World, device: SimulatedDevice): void {
  for (const other of world.network.neighbours(device)) world.network.cut(device, other)
}

function write(
  world: World,
  author: SimulatedDevice,
  conversation: ConversationId,
  expiresAfterMs?: number,
): void {
  const number = world.records.nextNumber
  const text = `m${number} by ${author.name}`
  const expires = expiresAfterMs !== undefined
  const sealedTo = sealedToNow(author, conversation)
  const body = { kind: 'text', text, mentions: [], ...(expires && { expiresAfterMs }) } as const
  const id = author.participant.write(conversation, body)
  const about = { author, sealedTo, outcome: 'acknowledged', amendments: [], frail: false } as const
  world.records.add({ ...about, number, conversation, text, id, expires, amendments: [] })
}

/** What `author` writes reaches `carrier` when the first of it is gone, and from there `late`, by whose clock it is not. */
function handOn(
  world: World,
  [author, carrier, late]: readonly [SimulatedDevice, SimulatedDevice, SimulatedDevice],
  conversation: ConversationId,
): void {
  for (const device of [author, late]) cutAll(world, device)
  write(world, author, conversation, HOUR_MS)
  write(world, author, conversation)
  world.clock.advance(4 * HOUR_MS)
  late.clock.jump(-DAYS_BEHIND * 24 * HOUR_MS)
  world.network.link(author, carrier)
  world.clock.advance(HOUR_MS)
  cutAll(world, author)
  world.network.link(carrier, late)
  world.clock.advance(10_000)
  assert.equal(late.shown(conversation).length, 0)
}

describe('what follows a message that has expired', () => {
  it('reaches a device whose clock is behind where but two members write: from the author, or another of theirs', () => {
    for (const seed of ['one', 'two', 'three', 'four', 'five', 'six'])
      assert.deepEqual(
        told(seed, (world) => {
          const [other, author, further] = named(world, 'd0', 'd3', 'd4') as [
            SimulatedDevice,
            SimulatedDevice,
            SimulatedDevice,
          ]
          assert.equal(author.member, further.member)
          const direct = author.state.conversations.direct(author.member, other.member)
          handOn(world, [author, other, further], direct)
        }),
        [],
      )
  })

  it('may wait for the clock, where the author has left, and one member alone says so', () => {
    for (const seed of ['one', 'two', 'three', 'four', 'five', 'six'])
      assert.deepEqual(
        told(seed, (world) => {
          const cast = named(world, 'd0', 'd1', 'd2') as [SimulatedDevice, SimulatedDevice, SimulatedDevice]
          const [author] = cast
          const nonce = world.random.bytes(16)
          const members = sortedMembers(cast.slice(1).map(({ member }) => member))
          author.append({ type: 'room', nonce, members })
          const room = roomIdOf(world.suite, author.state.id, author.self, nonce)
          world.clock.advance(10_000)
          handOn(world, cast, room)
          author.append({ type: 'room-members', room, add: [], remove: [author.member] })
          world.records.makeFrail(author.member, room)
        }),
        [],
      )
  })
})
