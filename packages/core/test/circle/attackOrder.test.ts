/** Single cases in which the order of arrival might tell: each a liar's small history, found by reading. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { invitationIdOf, roomIdOf, type EntryHash, type MembershipLog, type Payload } from '@triode/core'
import { logOf } from './attackHistory.ts'
import { canonical } from './canonical.ts'
import { meet, sorted, suite, World, type Person } from './world.ts'

/** Looks after each, as one by one they come. */
function inOrder(base: MembershipLog, ...entries: readonly Uint8Array[]): unknown {
  const log = logOf(suite, base.circle, base.allBytes(), () => false, base.names)
  for (const bytes of entries) {
    log.add(bytes)
    log.state()
  }
  return canonical(log.state())
}

describe('An order of arrival tells nothing', () => {
  it('of a revocation that knew only the forbidden one of two twin invitations', () => {
    const world = new World('twin invitations')
    const alice = world.found('Alice')
    const mallory = world.join(alice, 'Mallory')
    meet(alice, mallory)
    const [tag, heads] = [new Uint8Array(16), mallory.log.heads()]
    const expires = world.now + 10_000
    const forbidden = mallory.signs(
      { type: 'invite', tag, expires, role: 'owner' },
      { parents: heads, sequence: 0 },
    )
    const allowed = mallory.signs(
      { type: 'invite', tag, expires, role: 'member' },
      { parents: heads, sequence: 0 },
    )
    const invitation = invitationIdOf(suite, alice.log.circle, mallory.device, tag)
    const log = logOf(suite, alice.log.circle, [...alice.log.allBytes(), forbidden], () => false)
    const revocation = alice.signs(
      { type: 'revoke-invite', invitation },
      { parents: log.heads(), sequence: 3 },
    )
    const orders = [
      inOrder(alice.log, forbidden, revocation, allowed),
      inOrder(alice.log, forbidden, allowed, revocation),
      inOrder(alice.log, allowed, forbidden, revocation),
    ]
    assert.deepEqual(orders[1], orders[0])
    assert.deepEqual(orders[2], orders[0])
  })
  it('of a revocation of what a device of two members invites as either', () => {
    const { bob, dora, base, bases } = twoFaced('invitations')
    const [tag, expires] = [new Uint8Array(16), bob.world.now + 10_000]
    const invite: Payload = { type: 'invite', tag, expires, role: 'guest' }
    const invitation = invitationIdOf(suite, base.circle, dora.device, tag)
    const ofAlice = dora.signs(invite, { parents: [bases[0]], sequence: 0 })
    const ofBob = dora.signs(invite, { parents: [bases[1]], sequence: 0 })
    const knowing = logOf(suite, base.circle, [...base.allBytes(), ofAlice], () => false, base.names)
    const revocation = bob.signs(
      { type: 'revoke-invite', invitation },
      { parents: knowing.heads(), sequence: 2 },
    )
    assert.deepEqual(inOrder(base, ofAlice, revocation, ofBob), inOrder(base, ofAlice, ofBob, revocation))
  })

  it('of a change to a room that a device of two members makes as either', () => {
    const { alice, bob, dora, base, bases } = twoFaced('rooms')
    const room: Payload = { type: 'room', nonce: new Uint8Array(16), members: sorted([alice, bob]) }
    const id = roomIdOf(suite, base.circle, dora.device, room.nonce)
    const ofAlice = dora.signs(room, { parents: [bases[0]], sequence: 0 })
    const ofBob = dora.signs(room, { parents: [bases[1]], sequence: 0 })
    const knowing = logOf(suite, base.circle, [...base.allBytes(), ofAlice], () => false, base.names)
    const change: Payload = { type: 'room-members', room: id, add: [], remove: sorted([alice]) }
    const putOut = bob.signs(change, { parents: knowing.heads(), sequence: 2 })
    assert.deepEqual(inOrder(base, ofAlice, putOut, ofBob), inOrder(base, ofAlice, ofBob, putOut))
  })
})

/** Alice and Bob, a member, beside each other admit one device, which speaks for either on top of either's admission alone. */
function twoFaced(seed: string): {
  alice: Person
  bob: Person
  dora: Person
  base: MembershipLog
  bases: readonly [EntryHash, EntryHash]
} {
  const world = new World(seed)
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob')
  meet(alice, bob)
  const dora = world.ownDevice(alice)
  const admissions = [alice, bob].map((one) => one.admitDevice(one.inviteDevice(), dora).hash)
  const [first, second] = admissions
  assert.ok(first !== undefined && second !== undefined)
  meet(alice, bob)
  return { alice, bob, dora, base: alice.log, bases: [first, second] }
}
