/** Suspending, handing over, dissolving, and devices (spec §5.5, §5.6): told by what everyone then sees. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CallerFault,
  conversationOf,
  conversationsOf,
  MAX_DEVICES_PER_MEMBER,
  readersOf,
  standingOf,
  type Payload,
} from '@triode/core'
import { cast } from './cast.ts'
import { meet, refusedWith } from './world.ts'

describe('A suspended member', () => {
  it('signs nothing with effect and reads nothing, and is told by whom and when', () => {
    const { alice, carol, dave } = cast()
    const room = alice.room(dave)
    const { at } = carol.suspend(dave)
    meet(alice, carol, dave)
    assert.equal(alice.rightNow(dave), 'suspended')
    assert.deepEqual(standingOf(dave.state, dave.device), { standing: 'suspended', by: carol.member, at })
    assert.throws(
      () => dave.says({ type: 'nickname', nickname: 'D' }),
      refusedWith('signer-is-not-suspended'),
    )
    const { conversations } = dave.state
    const { circle } = conversations
    assert.equal(readersOf(alice.state, circle, alice.member).includes(dave.device), false)
    assert.ok(!readersOf(alice.state, circle, alice.member).includes(dave.device))
    assert.deepEqual(readersOf(alice.state, room, alice.member), [alice.device])
    assert.deepEqual(conversationsOf(dave.state, dave.member), [])
    assert.deepEqual(readersOf(dave.state, conversations.self(dave.member), dave.member), [])
    assert.ok(conversationOf(dave.state, circle, dave.member), 'what it had stays its own')
  })

  it('is back, in its rooms too, when restored by one who may', () => {
    const { alice, carol, dave } = cast()
    const room = alice.room(dave)
    alice.suspend(dave)
    meet(alice, carol, dave)
    carol.restore(dave)
    meet(alice, carol, dave)
    assert.deepEqual(standingOf(alice.state, dave.device), { standing: 'active' })
    assert.deepEqual(alice.inRoom(room), ['Alice', 'Dave'])
    dave.says({ type: 'nickname', nickname: 'D' })
    assert.equal(dave.state.members.get(dave.member)?.nickname, 'D')
  })

  it('is not restored by itself, nor when it is not suspended, nor from removal or leaving', () => {
    const { alice, bob, carol, dave } = cast()
    assert.throws(() => alice.restore(dave), refusedWith('target-is-suspended'))
    assert.throws(() => alice.suspend(alice), refusedWith('target-is-another'))
    alice.suspend(carol)
    meet(alice, carol)
    assert.throws(() => carol.restore(carol), refusedWith('signer-is-not-suspended'))
    alice.remove(carol)
    assert.throws(() => alice.restore(carol), refusedWith('target-is-member'))
    assert.equal(alice.rightNow(carol), 'removed')
    dave.says({ type: 'leave' })
    bob.learnFrom(dave)
    assert.throws(() => bob.restore(dave), refusedWith('target-is-member'))
  })
})

describe('Ownership', () => {
  it('is handed over in one entry', () => {
    const { alice, dave } = cast()
    alice.transfer(dave)
    dave.learnFrom(alice)
    assert.deepEqual([dave.roleOf(alice), dave.roleOf(dave)], ['admin', 'owner'])
    dave.giveRole(alice, 'member')
    assert.equal(dave.roleOf(alice), 'member')
  })

  it('is not handed over by who has none, to oneself, to a guest or to a suspended member', () => {
    const { world, alice, carol, dave } = cast()
    assert.throws(() => carol.transfer(dave), refusedWith('role-may-do-this'))
    assert.throws(
      () => alice.transfer(alice),
      (error) => error instanceof CallerFault,
    )
    const gus = world.join(alice, 'Gus', 'guest')
    assert.throws(() => alice.transfer(gus), refusedWith('role-may-do-this'))
    alice.suspend(dave)
    assert.throws(() => alice.transfer(dave), refusedWith('transfer-is-undisputed'))
    assert.equal(alice.roleOf(alice), 'owner')
  })
})

describe('A dissolved circle', () => {
  it('has no active member or device, and says by whom and when', () => {
    const { alice, bob, carol, dave } = cast()
    carol.remove(dave)
    bob.learnFrom(carol)
    const { at } = bob.dissolve()
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol]) {
      assert.deepEqual(person.roster, [])
      assert.deepEqual(person.state.dissolved, { by: bob.member, at })
      assert.deepEqual(standingOf(person.state, person.device), {
        standing: 'dissolved',
        by: bob.member,
        at,
      })
      assert.deepEqual(conversationsOf(person.state, person.member), [])
      assert.ok(conversationOf(person.state, person.state.conversations.circle, person.member))
      assert.throws(() => person.says({ type: 'leave' }), refusedWith('circle-stands'))
    }
    assert.equal(standingOf(alice.state, dave.device)?.standing, 'removed')
  })

  it('is dissolved by an owner only', () => {
    const { carol, dave } = cast()
    for (const person of [carol, dave])
      assert.throws(() => person.dissolve(), refusedWith('role-may-do-this'))
    assert.equal(carol.state.dissolved, undefined)
  })
})

describe("A member's devices", () => {
  it('speak for the member, read what it reads, and are listed from the first on', () => {
    const { world, alice, bob, dave } = cast()
    const phone = world.addDevice(dave)
    const room = phone.room(alice)
    const tablet = world.addDevice(phone)
    meet(alice, bob, dave, phone, tablet)
    const member = bob.state.members.get(dave.member)
    assert.deepEqual(member?.devices, [dave.device, phone.device, tablet.device])
    assert.equal(bob.state.devices.get(tablet.device)?.member, dave.member)
    assert.equal(bob.state.rooms.get(room)?.creator, dave.member)
    dave.changeRoom(room, { add: [bob] })
    meet(bob, dave)
    const { conversations } = bob.state
    const three = [dave.device, phone.device, tablet.device]
    for (const conversation of [conversations.circle, conversations.direct(bob.member, dave.member), room]) {
      const readers = readersOf(bob.state, conversation, bob.member)
      assert.ok(three.every((device) => readers.includes(device)))
    }
    assert.deepEqual(readersOf(dave.state, conversations.self(dave.member), dave.member), three.toSorted())
    assert.equal(bob.roster.filter((name) => name === 'Dave').length, 1)
    tablet.says({ type: 'nickname', nickname: 'David' })
    bob.learnFrom(tablet)
    assert.equal(bob.state.members.get(dave.member)?.nickname, 'David')
  })

  it('are revoked one by one, and what is revoked says nothing any more', () => {
    const { world, alice, dave } = cast()
    const phone = world.addDevice(dave)
    const { at } = dave.revokeDevice(phone)
    meet(alice, dave, phone)
    assert.deepEqual(standingOf(alice.state, phone.device), { standing: 'revoked', by: dave.member, at })
    assert.deepEqual(alice.state.devices.get(phone.device)?.revoked, { by: dave.member, at })
    assert.equal(alice.rightNow(dave), 'active')
    assert.throws(() => phone.says({ type: 'leave' }), refusedWith('signer-device-stands'))
    assert.ok(!readersOf(alice.state, alice.state.conversations.circle, alice.member).includes(phone.device))
    assert.throws(() => dave.admitDevice(dave.inviteDevice(), phone), refusedWith('device-is-new'))
  })

  it('are revoked by whoever may remove the member; the last one stays', () => {
    const { world, alice, bob, carol, dave } = cast()
    const phone = world.addDevice(dave)
    meet(alice, bob, carol, phone)
    assert.throws(
      () => bob.says({ type: 'revoke-device', device: bob.device }),
      refusedWith('device-is-not-last'),
    )
    assert.throws(() => dave.revokeDevice(bob), refusedWith('role-may-do-this'))
    assert.throws(() => carol.revokeDevice(bob), refusedWith('role-may-do-this'))
    carol.revokeDevice(dave)
    meet(carol, phone)
    assert.deepEqual(standingOf(carol.state, phone.device), { standing: 'active' })
    assert.throws(() => carol.revokeDevice(phone), refusedWith('device-is-not-last'))
    assert.equal(phone.state.members.get(dave.member)?.id, dave.member, 'its name outlives its first device')
    phone.says({ type: 'nickname', nickname: 'Davy' })
  })

  it('are eight at most', () => {
    const { world, alice, dave } = cast()
    const others = Array.from({ length: MAX_DEVICES_PER_MEMBER - 1 }, () => world.addDevice(dave))
    const [first, second] = others
    assert.ok(first && second)
    assert.throws(() => world.addDevice(dave), refusedWith('devices-are-few'))
    dave.revokeDevice(first)
    const twin = second
    twin.learnFrom(dave)
    world.addDevice(dave)
    world.addDevice(twin)
    meet(alice, dave, twin)
    const active = alice.state.members
      .get(dave.member)
      ?.devices.filter((device) => alice.state.devices.get(device)?.active === true)
    assert.equal(active?.length, MAX_DEVICES_PER_MEMBER)
    assert.deepEqual([...alice.state.refused.values()], ['devicesAreFew'])
  })

  it('are added by an invitation of that kind, by its maker, into its own member', () => {
    const { world, alice, bob, carol, dave } = cast()
    const phone = world.ownDevice(dave)
    const forMember = dave.invite('guest')
    assert.throws(() => dave.admitDevice(forMember, phone), refusedWith('invitation-is-live'))
    const forDevice = dave.inviteDevice()
    assert.throws(
      () => dave.admit(forDevice, phone),
      (error) => error instanceof CallerFault,
    )
    const into: Payload = { ...dave.deviceAdmission(forDevice, phone), member: alice.member } as Payload
    assert.throws(() => dave.says(into), refusedWith('device-is-own'))
    meet(dave, bob)
    assert.throws(() => bob.admitDevice(forDevice, phone), refusedWith('invitation-is-live'))
    const keeper = world.join(carol, 'Kay', 'keeper')
    assert.throws(() => keeper.inviteDevice(), refusedWith('role-may-do-this'))
    assert.equal(bob.state.invitations.get(forDevice)?.role, undefined)
    dave.admitDevice(forDevice, phone)
    assert.equal(dave.state.invitations.get(forDevice)?.admitted, dave.member)
    assert.equal(bob.state.devices.has(phone.device), false)
    const later = dave.inviteDevice()
    alice.learnFrom(dave)
    alice.giveRole(dave, 'keeper')
    dave.learnFrom(alice)
    assert.throws(() => dave.admitDevice(later, world.ownDevice(dave)), refusedWith('role-may-do-this'))
  })

  it('a device that lets itself be admitted twice is of one member, the same for everyone, and says nothing', () => {
    const { world, alice, bob, dave } = cast()
    const sly = world.ownDevice(dave)
    const [ours, theirs] = [dave.inviteDevice(), bob.inviteDevice()]
    dave.admitDevice(ours, sly)
    bob.admitDevice(theirs, sly)
    sly.learnFrom(dave)
    sly.says({ type: 'nickname', nickname: 'Sly' })
    meet(alice, bob, dave)
    sly.learnFrom(alice)
    const owner = alice.state.devices.get(sly.device)?.member
    assert.ok(owner === dave.member || owner === bob.member)
    for (const person of [alice, bob, dave, sly]) {
      assert.equal(person.state.devices.get(sly.device)?.member, owner)
      assert.ok([...person.state.refused.values()].includes('deviceIsNew'))
    }
    const counted = [dave, bob].map((person) => alice.state.members.get(person.member)?.devices.length)
    assert.deepEqual(counted.toSorted(), [1, 2])
  })
})
