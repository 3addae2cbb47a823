/** Each rule of spec §5.5: who may do what, and what happens to an entry that breaks it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CallerFault, invitationTag, PeerFault, type Payload } from '@triode/core'
import { DAY, meet, refusedWith, suite, World, type Person } from './world.ts'

function band(): { world: World; alice: Person; bob: Person; carol: Person } {
  const world = new World('rules')
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob')
  const carol = world.join(alice, 'Carol')
  meet(alice, bob, carol)
  return { world, alice, bob, carol }
}

describe('The rules of the membership log', () => {
  it('admit by invitation, and everyone sees the same roster', () => {
    const { alice, bob, carol } = band()
    for (const person of [alice, bob, carol]) assert.deepEqual(person.roster, ['Alice', 'Bob', 'Carol'])
    assert.equal(bob.roleOf(alice), 'owner')
    assert.equal(alice.roleOf(bob), 'member')
    assert.equal(alice.state.members.get(bob.member)?.admittedBy, alice.member)
    assert.equal(alice.state.suite, 'simulation')
    assert.equal(alice.state.name, 'The Band')
    assert.deepEqual(bob.log.digest(), carol.log.digest())
  })

  it('authorSequence: an entry that repeats or skips a number has no effect', () => {
    const { alice } = band()
    const repeated = alice.forges({ type: 'rename', name: 'Again' }, { sequence: 2 })
    const skipped = alice.forges({ type: 'rename', name: 'Later' }, { sequence: 99 })
    assert.equal(alice.state.refused.get(repeated), 'authorSequence')
    assert.equal(alice.state.refused.get(skipped), 'authorSequence')
    assert.equal(alice.state.name, 'The Band')
  })

  it('signerIsMember: what a removed member signs has no effect, wherever it hangs it', () => {
    const { alice, bob } = band()
    alice.remove(bob)
    bob.learnFrom(alice)
    assert.throws(() => bob.says({ type: 'nickname', nickname: 'Bobby' }), refusedWith('signer-is-member'))
    const after = bob.forges({ type: 'nickname', nickname: 'Bobby' })
    assert.equal(bob.state.refused.get(after), 'signerIsMember')
    assert.equal(bob.state.members.get(bob.member)?.nickname, 'Bob')
    assert.equal(bob.rightNow(bob), 'removed')
    assert.deepEqual(bob.state.members.get(bob.member)?.ended?.by, alice.member)
  })

  it('signerIsMember: whoever left has left', () => {
    const { alice, bob } = band()
    bob.says({ type: 'leave' })
    assert.throws(() => bob.invite(), refusedWith('signer-is-member'))
    alice.learnFrom(bob)
    assert.equal(alice.rightNow(bob), 'left')
    assert.equal(alice.state.devices.get(bob.device)?.active, false)
  })

  it('an entry of someone who was never admitted is not even kept', () => {
    const { world, alice } = band()
    const mallory = world.stranger(alice, 'Mallory')
    for (const bytes of alice.log.allBytes()) mallory.log.add(bytes)
    assert.throws(
      () => mallory.forges({ type: 'leave' }),
      (error) => error instanceof PeerFault && error.code === 'author-unknown',
    )
    assert.equal(mallory.log.size, alice.log.size)
  })

  it('roleMayDoThis: members neither remove, nor promote, nor rename; guests do not invite', () => {
    const { world, alice, bob, carol } = band()
    assert.throws(() => bob.remove(carol), refusedWith('role-may-do-this'))
    assert.throws(() => bob.giveRole(bob, 'owner'), refusedWith('role-may-do-this'))
    assert.throws(() => bob.says({ type: 'rename', name: 'Mine' }), refusedWith('role-may-do-this'))
    assert.throws(() => bob.invite('admin'), refusedWith('role-may-do-this'))
    const gus = world.join(alice, 'Gus', 'guest')
    assert.throws(() => gus.invite('guest'), refusedWith('role-may-do-this'))
    assert.throws(() => gus.room(alice), refusedWith('role-may-do-this'))
    const removed = bob.forges({ type: 'remove', member: carol.member })
    assert.equal(bob.state.refused.get(removed), 'roleMayDoThis')
    assert.equal(bob.rightNow(carol), 'active')
  })

  it('roleMayDoThis: admins rule over members, not over admins and owners', () => {
    const { alice, bob, carol } = band()
    alice.giveRole(bob, 'admin')
    bob.learnFrom(alice)
    assert.throws(() => bob.remove(alice), refusedWith('role-may-do-this'))
    assert.throws(() => bob.giveRole(carol, 'admin'), refusedWith('role-may-do-this'))
    bob.says({ type: 'rename', name: 'The Trio' })
    bob.remove(carol)
    meet(alice, bob)
    assert.deepEqual(alice.roster, ['Alice', 'Bob'])
    assert.equal(alice.state.name, 'The Trio')
  })

  it('roleMayDoThis: a demoted inviter admits nobody any more', () => {
    const { world, alice, bob } = band()
    const invitation = bob.invite()
    alice.learnFrom(bob)
    alice.giveRole(bob, 'guest')
    bob.learnFrom(alice)
    const dave = world.stranger(alice, 'Dave')
    assert.throws(() => bob.admit(invitation, dave), refusedWith('role-may-do-this'))
  })

  it('targetIsMember: nobody removes or promotes a stranger, or someone twice', () => {
    const { world, alice, bob } = band()
    const mallory = world.stranger(alice, 'Mallory')
    assert.throws(
      () => alice.remove(mallory),
      (error) => error instanceof CallerFault,
    )
    alice.remove(bob)
    const again = alice.forges({ type: 'remove', member: bob.member })
    const promoted = alice.forges({ type: 'role', member: bob.member, role: 'owner' })
    assert.equal(alice.state.refused.get(again), 'targetIsMember')
    assert.equal(alice.state.refused.get(promoted), 'targetIsMember')
  })

  it('invitationIsNew: one secret makes one invitation', () => {
    const { alice, world } = band()
    const tag = invitationTag(suite, alice.log.circle, world.random.bytes(16))
    alice.says({ type: 'invite', tag, expires: world.now + DAY, role: 'member' })
    assert.throws(
      () => alice.says({ type: 'invite', tag, expires: world.now + DAY, role: 'owner' }),
      refusedWith('invitation-is-new'),
    )
  })

  it('invitationIsLive: not revoked, not expired, and used by whoever made it only', () => {
    const { world, alice, bob } = band()
    const dave = world.stranger(alice, 'Dave')
    const revoked = alice.invite()
    alice.says({ type: 'revoke-invite', invitation: revoked })
    assert.throws(() => alice.admit(revoked, dave), refusedWith('invitation-is-live'))
    assert.equal(alice.state.invitations.get(revoked)?.state, 'revoked')
    const expired = alice.invite('member', 1_000)
    world.now += 2_000
    assert.throws(() => alice.admit(expired, dave), refusedWith('invitation-is-live'))
    const live = alice.invite()
    bob.learnFrom(alice)
    assert.throws(
      () => bob.admit(live, dave),
      (error) => error instanceof CallerFault,
    )
    alice.admit(live, dave)
    assert.equal(alice.state.invitations.get(live)?.state, 'spent')
    assert.equal(alice.state.invitations.get(live)?.admitted, dave.member)
  })

  it("members revoke their own invitations, admins anyone's", () => {
    const { alice, bob, carol } = band()
    const [one, other] = [bob.invite(), bob.invite()]
    meet(alice, bob, carol)
    assert.throws(
      () => carol.says({ type: 'revoke-invite', invitation: one }),
      refusedWith('role-may-do-this'),
    )
    bob.says({ type: 'revoke-invite', invitation: one })
    alice.says({ type: 'revoke-invite', invitation: other })
    meet(alice, bob)
    assert.equal(alice.state.invitations.get(one)?.state, 'revoked')
    assert.equal(bob.state.invitations.get(other)?.state, 'revoked')
  })

  it('invitationSpentOnce: the second one to come is refused', () => {
    const { world, alice } = band()
    const invitation = alice.invite()
    alice.admit(invitation, world.stranger(alice, 'Dave'))
    assert.throws(
      () => alice.admit(invitation, world.stranger(alice, 'Eve')),
      refusedWith('invitation-spent-once'),
    )
    assert.deepEqual(alice.roster, ['Alice', 'Bob', 'Carol', 'Dave'])
  })

  it('deviceIsNew: a device is admitted once, also after its removal', () => {
    const { alice, bob } = band()
    assert.throws(() => alice.admit(alice.invite(), bob), refusedWith('device-is-new'))
    alice.remove(bob)
    assert.throws(() => alice.admit(alice.invite(), bob), refusedWith('device-is-new'))
  })

  it('nobody is admitted without its own consent to that very invitation', () => {
    const { world, alice } = band()
    const victim = world.stranger(alice, 'Victor')
    const [one, other] = [alice.invite(), alice.invite()]
    const payload = { ...alice.admission(one, victim), invitation: other } as Payload
    assert.throws(
      () => alice.forges(payload),
      (error) => error instanceof PeerFault && error.code === 'signature-invalid',
    )
  })

  it('roomIsKnown and authorMayChangeRoom: only those inside change a room, and its maker or an admin only', () => {
    const { world, alice, bob, carol } = band()
    const dave = world.join(alice, 'Dave')
    meet(alice, bob, carol, dave)
    const room = bob.room(carol)
    meet(alice, bob, carol, dave)
    assert.deepEqual(dave.inRoom(room), ['Bob', 'Carol'])
    assert.throws(() => carol.changeRoom(room, { add: [dave] }), refusedWith('author-may-change-room'))
    assert.throws(() => alice.changeRoom(room, { add: [alice] }), refusedWith('author-may-change-room'))
    assert.throws(() => dave.changeRoom(room, { remove: [bob] }), refusedWith('author-may-change-room'))
    bob.changeRoom(room, { add: [alice] })
    meet(alice, bob)
    alice.changeRoom(room, { add: [dave], remove: [bob] })
    meet(alice, bob, carol, dave)
    assert.deepEqual(carol.inRoom(room), ['Alice', 'Carol', 'Dave'])
    carol.changeRoom(room, { remove: [carol] })
    assert.deepEqual(carol.inRoom(room), ['Alice', 'Dave'])
    assert.throws(() => bob.changeRoom(room, { add: [bob] }), refusedWith('author-may-change-room'))
    const unknown = bob.forges({
      type: 'room-members',
      room: bob.state.conversations.circle,
      add: [],
      remove: [bob.member],
    })
    assert.equal(bob.state.refused.get(unknown), 'roomIsKnown')
  })

  it('a removed member is in no room', () => {
    const { alice, bob, carol } = band()
    const room = bob.room(alice, carol)
    meet(alice, bob)
    alice.remove(bob)
    assert.deepEqual(alice.inRoom(room), ['Alice', 'Carol'])
    assert.deepEqual(alice.state.rooms.get(room)?.formerMembers, [bob.member])
    assert.deepEqual(alice.state.rooms.get(room)?.leftMembers, [])
  })

  it('who left a room or the circle is told apart from who was taken out', () => {
    const { world, alice, bob, carol } = band()
    const dave = world.join(alice, 'Dave')
    meet(alice, bob, carol, dave)
    const room = alice.room(bob, carol, dave)
    meet(alice, bob, carol, dave)
    bob.changeRoom(room, { remove: [bob] })
    carol.says({ type: 'leave' })
    alice.changeRoom(room, { remove: [dave] })
    meet(alice, bob, carol, dave)
    assert.deepEqual(alice.inRoom(room), ['Alice'])
    assert.deepEqual(alice.state.rooms.get(room)?.leftMembers, [bob.member, carol.member].sort())
    alice.changeRoom(room, { add: [bob] })
    alice.changeRoom(room, { remove: [bob] })
    assert.deepEqual(alice.state.rooms.get(room)?.leftMembers, [carol.member])
    alice.changeRoom(room, { add: [dave] })
    meet(alice, dave)
    dave.changeRoom(room, { remove: [dave] })
    assert.deepEqual(dave.state.rooms.get(room)?.leftMembers, [carol.member, dave.member].sort())
  })
})
