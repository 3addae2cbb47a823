/** How the names key comes to whoever was not handed it (spec §5.13), and that no keeper gets it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createNamesKey,
  decodeFrame,
  encodeFrame,
  ROLE,
  type DeviceId,
  type Frame,
  type FrameType,
  type Role,
} from '@triode/core'
import { suite } from '../circle/world.ts'
import { Town, type Member } from './town.ts'

type Three = [Member, Member, Member]

/** Kim is a keeper unless told otherwise; all know all. */
function gathered(role: Role = ROLE.keeper): { town: Town; members: Three } {
  const town = new Town()
  const members = town.peopleOf([
    ['Alice', ROLE.owner],
    ['Bob', ROLE.member],
    ['Kim', role],
  ]) as Three
  const [alice, bob, kim] = members
  for (const other of [bob, kim, bob]) town.meet(alice, other)
  return { town, members }
}

/** Listens to a link. */
class Heard {
  readonly frames: { from: DeviceId; frame: Frame }[] = []
  readonly carry = (from: DeviceId, _to: DeviceId, bytes: Uint8Array): Uint8Array[] => {
    this.frames.push({ from, frame: decodeFrame(bytes, suite.hashBytes) })
    return [bytes]
  }

  of(who: Member, type: FrameType): number {
    return this.frames.filter(({ from, frame }) => from === who.person.device && frame.type === type).length
  }
}

function rosterOf({ log }: Member): string[] {
  return [...log.state().members.values()].map(({ nickname }) => nickname ?? '?').sort()
}

describe('the names key', () => {
  it('is asked for by no keeper, and given to none that asks all the same', () => {
    const { town, members } = gathered()
    const [alice, , kim] = members
    const heard = new Heard()
    town.link(alice, kim, (from, to, bytes) => {
      // Kim's program is changed: it asks, and asks again.
      const isHello = from === kim.person.device && decodeFrame(bytes, suite.hashBytes).type === 'hello'
      const asks = isHello
        ? [encodeFrame({ type: 'names-request' }), encodeFrame({ type: 'names-request' })]
        : []
      return [...heard.carry(from, to, bytes), ...asks]
    })
    town.settle()
    alice.says({ type: 'policy', key: 'history', value: 'all' })
    town.settle()
    assert.deepEqual([heard.of(kim, 'names-request'), heard.of(alice, 'names')], [0, 0])
    assert.deepEqual([kim.log.names, rosterOf(kim)], [undefined, ['?', '?', '?']])
    assert.deepEqual([alice.faults, kim.faults], [[], []])
  })

  it('comes to a keeper that is made a member, with names and rooms, while it is connected', () => {
    const { town, members } = gathered()
    const [alice, bob, kim] = members
    const room = { nonce: new Uint8Array(16), members: [bob.person.member, kim.person.member].sort() }
    const link = town.link(alice, kim)
    town.settle()
    alice.says({ type: 'role', member: kim.person.member, role: 'member' })
    town.settle()
    assert.deepEqual(rosterOf(kim), ['Alice', 'Bob', 'Kim'])
    assert.equal(kim.log.state().name, 'The Band')
    assert.ok(kim.events.some(({ type }) => type === 'roster'))
    alice.says({ type: 'room', nonce: room.nonce, members: [kim.person.member] })
    town.settle()
    assert.equal(kim.log.state().rooms.size, 1)
    assert.ok(link.isOpen())
    assert.equal(kim.again().log.state().name, 'The Band', 'it is stored')
  })

  it('comes from whoever has it, also who hears later that the asker is no keeper any more', () => {
    const { town, members } = gathered()
    const [alice, bob, kim] = members
    alice.says({ type: 'role', member: kim.person.member, role: 'member' })
    // Of what Alice tells Kim, no key comes through.
    const isKey = (bytes: Uint8Array): boolean => decodeFrame(bytes, suite.hashBytes).type === 'names'
    const first = town.link(alice, kim, (_from, _to, bytes) => (isKey(bytes) ? [] : [bytes]))
    town.settle()
    first.cut()
    town.settle()
    assert.equal(kim.log.names, undefined)
    // Kim's entries don't get through to Bob at first: he still takes Kim for a keeper.
    let waits = true
    const isLog = (bytes: Uint8Array): boolean => decodeFrame(bytes, suite.hashBytes).type === 'log-entries'
    const heard = new Heard()
    town.link(bob, kim, (from, to, bytes) => (waits && isLog(bytes) ? [] : heard.carry(from, to, bytes)))
    town.settle()
    assert.deepEqual([heard.of(kim, 'names-request'), heard.of(bob, 'names')], [1, 0])
    waits = false
    town.meet(alice, bob)
    town.settle()
    assert.deepEqual([heard.of(kim, 'names-request'), heard.of(bob, 'names')], [1, 1])
    assert.deepEqual(rosterOf(kim), ['Alice', 'Bob', 'Kim'])
  })

  it('is asked for again by who was a keeper once more when it came', () => {
    const { town, members } = gathered()
    const [alice, bob, kim] = members
    const { member } = kim.person
    alice.says({ type: 'role', member: bob.person.member, role: 'admin' })
    town.meet(alice, bob)
    const heard = new Heard()
    town.link(alice, kim, heard.carry)
    const second = town.link(bob, kim)
    town.settle()
    alice.says({ type: 'role', member, role: 'member' })
    town.clock.advance(7)
    // Kim has asked. Of two roles that are given beside each other the lower one counts, and Bob's is there before Alice's answer.
    bob.says({ type: 'role', member, role: 'keeper' })
    town.settle()
    assert.deepEqual([heard.of(kim, 'names-request'), heard.of(alice, 'names')], [1, 1])
    assert.equal(kim.log.names, undefined)
    second.cut()
    town.settle()
    alice.says({ type: 'role', member, role: 'member' })
    town.settle()
    assert.deepEqual(rosterOf(kim), ['Alice', 'Bob', 'Kim'])
    assert.deepEqual([alice.faults, bob.faults, kim.faults], [[], [], []])
  })

  it('is not given to a member that was put out, or made a keeper, before it asks', () => {
    for (const payload of ['suspend', 'role'] as const) {
      const { town, members } = gathered()
      const [alice, bob, kim] = members
      alice.says({ type: 'role', member: kim.person.member, role: 'member' })
      const isKey = (bytes: Uint8Array): boolean => decodeFrame(bytes, suite.hashBytes).type === 'names'
      const link = town.link(alice, kim, (_from, _to, bytes) => (isKey(bytes) ? [] : [bytes]))
      town.settle()
      link.cut()
      town.settle()
      const member = kim.person.member
      alice.says(payload === 'role' ? { type: 'role', member, role: 'keeper' } : { type: 'suspend', member })
      town.meet(alice, bob)
      const heard = new Heard()
      town.link(bob, kim, heard.carry)
      town.settle()
      assert.equal(heard.of(bob, 'names'), 0, payload)
      assert.equal(kim.log.names, undefined, payload)
    }
  })

  it('that is another is refused, and names who gave it; unasked, it is taken from nobody', () => {
    for (const [role, code] of [
      ['member', 'names-key-wrong'],
      ['keeper', 'names-unasked'],
    ] as const) {
      const { town, members } = gathered()
      const [alice, , kim] = members
      alice.says({ type: 'role', member: kim.person.member, role })
      const { bytes: key } = createNamesKey(suite, town.world.random)
      const link = town.link(alice, kim, (from, _to, bytes) => {
        const { type } = decodeFrame(bytes, suite.hashBytes)
        const isReply =
          from === alice.person.device && (type === 'names' || (role === 'keeper' && type === 'hello'))
        const wrong = encodeFrame({ type: 'names', key })
        return isReply ? (type === 'hello' ? [bytes, wrong] : [wrong]) : [bytes]
      })
      town.settle()
      assert.equal(link.isOpen(), false)
      assert.ok(kim.faults.includes(code), kim.faults.join())
      assert.equal(kim.log.names, undefined)
    }
  })

  it('is asked for again when what came with it could not be stored', () => {
    const { town, members } = gathered()
    const [alice, , kim] = members
    alice.says({ type: 'role', member: kim.person.member, role: 'member' })
    for (let at = 0; at < 8; at++) {
      kim.store.writesLeft = at
      const link = town.link(alice, kim)
      town.settle()
      kim.store.full = false
      const { names } = kim.log
      kim.log.reload()
      assert.deepEqual(kim.log.names?.bytes, names?.bytes, 'what is in memory is in the store')
      link.cut()
      town.settle()
    }
    kim.store.writesLeft = undefined
    town.meet(alice, kim)
    assert.deepEqual(rosterOf(kim), ['Alice', 'Bob', 'Kim'])
    assert.ok(kim.faults.every((code) => code === 'disk-full'))
  })
})
