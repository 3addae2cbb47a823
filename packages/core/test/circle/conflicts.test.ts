/** Each row of the conflict table of spec §5.6: what happens when two sides of a partition disagree. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import {
  compareBytes,
  decodeEntry,
  fromBase32,
  MAX_DEVICES_PER_MEMBER,
  policyOf,
  type Payload,
} from '@triode/core'
import { cast, type Cast } from './cast.ts'
import { DAY, meet, suite, type Person } from './world.ts'

describe('Concurrent entries', () => {
  it('remove A; A does anything: A is removed, and what it did has no effect', () => {
    const { world, alice, carol, dave } = cast()
    alice.remove(carol)
    const eve = world.stranger(alice, 'Eve')
    carol.admit(carol.invite(), eve)
    carol.says({ type: 'rename', name: "Carol's" })
    carol.remove(dave)
    meet(alice, carol, dave)
    for (const person of [alice, carol, dave]) {
      assert.deepEqual(person.roster, ['Alice', 'Bob', 'Dave'])
      assert.equal(person.state.name, 'The Band')
      assert.equal(person.state.refused.size, 4)
    }
  })

  it('remove A; A did something that the remover knew of: it stands', () => {
    const { world, alice, carol } = cast()
    world.join(carol, 'Eve')
    alice.learnFrom(carol)
    alice.remove(carol)
    assert.deepEqual(alice.roster, ['Alice', 'Bob', 'Dave', 'Eve'])
  })

  it('removal of an inviter, and what the newly admitted did: nothing of it has an effect', () => {
    const { world, alice, carol, dave } = cast()
    const eve = world.join(carol, 'Eve', 'member')
    eve.says({ type: 'nickname', nickname: 'Evelyn' })
    world.join(eve, 'Frank')
    alice.remove(carol)
    meet(alice, carol, dave, eve)
    for (const person of [alice, carol, dave, eve]) assert.deepEqual(person.roster, ['Alice', 'Bob', 'Dave'])
  })

  it('remove A; A signs on top of older entries afterwards: no effect', () => {
    const { alice, carol, dave } = cast()
    const past = carol.log.heads()
    alice.remove(carol)
    meet(alice, carol, dave)
    const own = carol.log.entries().filter((entry) => entry.author === carol.device).length
    const payloads: Payload[] = [
      { type: 'remove', member: dave.member },
      { type: 'role', member: dave.member, role: 'guest' },
      { type: 'rename', name: 'Mine' },
    ]
    for (const payload of payloads) {
      assert.equal(alice.log.add(carol.signs(payload, { parents: past, sequence: own })), 'added')
    }
    assert.deepEqual(alice.roster, ['Alice', 'Bob', 'Dave'])
    assert.equal(alice.roleOf(dave), 'member')
    assert.equal(alice.state.name, 'The Band')
  })

  it('promote A, A removes B; B removes A without knowing of the promotion: A stays', () => {
    const { alice, bob, carol, dave } = cast()
    alice.giveRole(dave, 'owner')
    dave.learnFrom(alice)
    dave.remove(carol)
    // Carol does not know of the promotion, or acts as if she did not.
    carol.remove(dave)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) {
      assert.deepEqual(person.roster, ['Alice', 'Bob', 'Dave'])
      assert.equal(person.roleOf(dave), 'owner')
    }
  })

  it('remove each other: of equals, whoever was admitted first stays', () => {
    const { alice, bob, carol, dave } = cast()
    bob.remove(alice)
    alice.remove(bob)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) {
      assert.deepEqual(person.roster, ['Alice', 'Carol', 'Dave'])
      assert.deepEqual([...person.state.refused.values()], ['signerIsMember'])
    }
  })

  it('A removes B, B removes C, C removes A: the last one admitted loses its vote', () => {
    const { alice, bob, carol, dave } = cast()
    alice.giveRole(carol, 'owner')
    meet(alice, bob, carol, dave)
    alice.remove(bob)
    bob.remove(carol)
    carol.remove(alice)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave])
      assert.deepEqual(person.roster, ['Alice', 'Carol', 'Dave'])
  })

  it('a thousand votes against a removal weigh no more than one, and take no longer', () => {
    const { alice, bob, carol } = cast()
    const past = bob.log.heads()
    alice.remove(bob)
    const own = bob.log.entries().filter((entry) => entry.author === bob.device).length
    let parents = past
    for (let i = 0; i < 1_000; i++) {
      const payload: Payload = { type: 'role', member: alice.member, role: i % 2 === 0 ? 'guest' : 'owner' }
      const bytes = bob.signs(payload, { parents, sequence: own + i })
      assert.equal(carol.log.add(bytes), 'added')
      parents = [decodeEntry(suite, bytes).entry.hash]
    }
    carol.learnFrom(alice)
    const started = performance.now()
    assert.deepEqual(carol.roster, ['Alice', 'Carol', 'Dave'])
    assert.equal(carol.roleOf(alice), 'owner')
    // One at a time, each with a look at all that are left, they would take far longer.
    assert.ok(performance.now() - started < 10_000)
  })

  it('both remove A: removed', () => {
    const { alice, bob, carol, dave } = cast()
    alice.remove(dave)
    bob.remove(dave)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) assert.equal(person.rightNow(dave), 'removed')
  })

  it('remove A; A leaves: removed', () => {
    const { alice, dave } = cast()
    alice.remove(dave)
    dave.says({ type: 'leave' })
    meet(alice, dave)
    assert.equal(alice.rightNow(dave), 'removed')
    assert.equal(dave.rightNow(dave), 'removed')
  })

  it('A leaves by two devices, or again after a restore: left', () => {
    const { world, alice, dave } = cast()
    const phone = world.addDevice(dave)
    meet(alice, dave, phone)
    const restored = dave.fork()
    dave.says({ type: 'leave' })
    phone.says({ type: 'leave' })
    restored.says({ type: 'leave' })
    meet(alice, dave, phone)
    assert.equal(alice.rightNow(dave), 'left')
    meet(alice, restored)
    for (const person of [alice, restored]) assert.equal(person.rightNow(dave), 'left')
  })

  it('promote A; remove A: removed', () => {
    const { alice, bob, carol, dave } = cast()
    alice.giveRole(dave, 'owner')
    carol.remove(dave)
    meet(alice, bob, carol, dave)
    assert.equal(bob.rightNow(dave), 'removed')
  })

  it('give A two roles: the lower one, until one is given by someone who knows of both', () => {
    const { alice, bob, carol, dave } = cast()
    alice.giveRole(dave, 'admin')
    bob.giveRole(dave, 'guest')
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) assert.equal(person.roleOf(dave), 'guest')
    alice.giveRole(dave, 'admin')
    meet(alice, dave)
    assert.equal(dave.roleOf(dave), 'admin')
  })

  it('demote A; A does what only the old role allows: no effect', () => {
    const { alice, carol, dave } = cast()
    alice.giveRole(carol, 'member')
    carol.remove(dave)
    meet(alice, carol, dave)
    for (const person of [alice, carol, dave]) assert.equal(person.rightNow(dave), 'active')
  })

  it('demote A; A does what the new role allows too: it stands', () => {
    const { alice, carol } = cast()
    alice.giveRole(carol, 'member')
    carol.says({ type: 'nickname', nickname: 'Caro' })
    meet(alice, carol)
    assert.equal(alice.state.members.get(carol.member)?.nickname, 'Caro')
  })

  it('revoke an invitation; admit by it: revoked, and nobody is admitted', () => {
    const { world, alice, carol } = cast()
    const invitation = carol.invite()
    alice.learnFrom(carol)
    alice.says({ type: 'revoke-invite', invitation })
    carol.admit(invitation, world.stranger(alice, 'Eve'))
    meet(alice, carol)
    for (const person of [alice, carol]) {
      assert.ok(!person.roster.includes('Eve'))
      assert.equal(person.state.invitations.get(invitation)?.state, 'revoked')
    }
  })

  it('one invitation admits two devices: the smaller hash, and who runs twice is named', () => {
    const { world, alice, bob } = cast()
    const invitation = alice.invite()
    const twin = alice.fork()
    const one = alice.admit(invitation, world.stranger(alice, 'Eve'))
    const other = twin.admit(invitation, world.stranger(alice, 'Frank'))
    meet(alice, bob, twin)
    assert.equal([...bob.roster].filter((name) => name === 'Eve' || name === 'Frank').length, 1)
    assert.deepEqual(bob.roster, twin.roster)
    const [refused] = [...bob.state.refused]
    assert.equal(refused?.[1], 'invitationSpentOnce')
    assert.ok(refused[0] === one.hash || refused[0] === other.hash)
    assert.deepEqual(bob.state.equivocations, [
      { device: alice.device, sequence: one.sequence, entries: [one.hash, other.hash].sort() },
    ])
  })

  it('rename the circle, or set a nickname, twice: one of them, the same everywhere, until the next', () => {
    const { world, alice, bob, carol } = cast()
    const phone = world.addDevice(alice)
    alice.says({ type: 'nickname', nickname: 'Al' })
    phone.says({ type: 'nickname', nickname: 'Ali' })
    alice.says({ type: 'rename', name: 'One' })
    bob.says({ type: 'rename', name: 'Two' })
    meet(alice, bob, carol, phone)
    const nicknames = [alice, bob, carol, phone].map(
      ({ state }) => state.members.get(alice.member)?.nickname ?? '',
    )
    assert.equal(new Set(nicknames).size, 1)
    assert.ok(['Al', 'Ali'].includes(nicknames[0] ?? ''))
    assert.ok(['One', 'Two'].includes(carol.state.name ?? ''))
    assert.equal(alice.state.name, bob.state.name)
    carol.says({ type: 'rename', name: 'Three' })
    meet(alice, bob, carol)
    assert.equal(alice.state.name, 'Three')
  })

  it('put A in a room; take A out of it: out, until put in again', () => {
    const { alice, bob, carol, dave } = cast()
    const room = alice.room(bob, carol)
    meet(alice, bob, carol, dave)
    alice.changeRoom(room, { add: [dave] })
    bob.changeRoom(room, { remove: [dave] })
    meet(alice, bob, carol, dave)
    alice.changeRoom(room, { add: [dave] })
    bob.learnFrom(alice)
    assert.deepEqual(bob.inRoom(room), ['Alice', 'Bob', 'Carol', 'Dave'])
    const twin = alice.fork()
    alice.changeRoom(room, { remove: [dave] })
    twin.changeRoom(room, { add: [dave] })
    meet(alice, bob, twin)
    for (const person of [alice, bob, twin]) assert.deepEqual(person.inRoom(room), ['Alice', 'Bob', 'Carol'])
  })

  it('take A out of a room; A changes its seats: no effect', () => {
    const { alice, bob, carol, dave } = cast()
    const room = dave.room(alice, bob)
    meet(alice, bob, carol, dave)
    alice.changeRoom(room, { remove: [dave] })
    dave.changeRoom(room, { add: [carol] })
    meet(alice, bob, carol, dave)
    for (const person of [alice, dave]) assert.deepEqual(person.inRoom(room), ['Alice', 'Bob'])
  })

  it('a restored backup that goes on signing is named, and what it admitted stands', () => {
    const { world, alice, bob } = cast()
    const backup = alice.fork()
    world.join(alice, 'Eve')
    world.join(backup, 'Frank')
    meet(alice, backup, bob)
    assert.deepEqual(bob.roster, ['Alice', 'Bob', 'Carol', 'Dave', 'Eve', 'Frank'])
    assert.deepEqual(
      bob.state.equivocations.map(({ device }) => device),
      [alice.device, alice.device],
    )
    alice.says({ type: 'rename', name: 'Together' })
    bob.learnFrom(alice)
    assert.equal(bob.state.name, 'Together')
  })

  it('remove R; R removed A beside it: R is removed, A is not', () => {
    const { alice, bob, carol, dave } = cast()
    carol.remove(dave)
    bob.learnFrom(carol)
    assert.equal(bob.rightNow(dave), 'removed')
    alice.remove(carol)
    meet(alice, bob)
    assert.equal(bob.rightNow(dave), 'active')
  })

  it('the expiry of an invitation is that of the clock of whoever admits', () => {
    const { world, alice } = cast()
    const invitation = alice.invite('member', DAY)
    world.now += DAY - 10
    alice.admit(invitation, world.stranger(alice, 'Eve'))
    assert.ok(alice.roster.includes('Eve'))
  })
})

describe('Concurrent suspensions', () => {
  it('suspend A; A does anything: suspended, and what it did has no effect, also when restored', () => {
    const { world, alice, carol, dave } = cast()
    alice.suspend(carol)
    const eve = world.stranger(alice, 'Eve')
    carol.admit(carol.invite(), eve)
    carol.remove(dave)
    meet(alice, carol, dave)
    for (const person of [alice, carol, dave]) assert.deepEqual(person.roster, ['Alice', 'Bob', 'Dave'])
    alice.restore(carol)
    meet(alice, carol, dave)
    for (const person of [alice, carol, dave]) {
      assert.deepEqual(person.roster, ['Alice', 'Bob', 'Carol', 'Dave'])
    }
    carol.remove(dave)
    assert.equal(carol.rightNow(dave), 'removed')
  })

  it('suspend A; A did something that the suspender knew of: it stands', () => {
    const { world, alice, carol } = cast()
    world.join(carol, 'Eve')
    alice.learnFrom(carol)
    alice.suspend(carol)
    assert.deepEqual(alice.roster, ['Alice', 'Bob', 'Dave', 'Eve'])
  })

  it('suspend A; restore A from an earlier suspension: suspended', () => {
    const { alice, bob, carol, dave } = cast()
    alice.suspend(dave)
    meet(alice, bob, carol, dave)
    alice.restore(dave)
    bob.suspend(dave)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, dave]) assert.equal(person.rightNow(dave), 'suspended')
  })

  it('suspend A twice; restore A, knowing of one: suspended until the other is undone', () => {
    const { alice, bob, carol, dave } = cast()
    alice.suspend(dave)
    carol.learnFrom(alice)
    bob.suspend(dave)
    carol.restore(dave)
    meet(alice, bob, carol, dave)
    assert.equal(alice.rightNow(dave), 'suspended')
    assert.equal(alice.state.members.get(dave.member)?.ended?.by, bob.member)
    alice.restore(dave)
    meet(alice, bob, dave)
    assert.equal(dave.rightNow(dave), 'active')
  })

  it('suspend each other: of equals, whoever was admitted first stays', () => {
    const { alice, bob, carol, dave } = cast()
    bob.suspend(alice)
    alice.suspend(bob)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol]) {
      assert.deepEqual([person.rightNow(alice), person.rightNow(bob)], ['active', 'suspended'])
    }
  })

  it('suspend A; remove A: removed', () => {
    const { alice, bob, carol, dave } = cast()
    alice.suspend(dave)
    bob.remove(dave)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol]) assert.equal(person.rightNow(dave), 'removed')
  })

  it('suspend A; give A a role: suspended, and in that role when restored', () => {
    const { alice, bob, carol, dave } = cast()
    alice.suspend(dave)
    bob.giveRole(dave, 'admin')
    meet(alice, bob, carol, dave)
    assert.deepEqual([carol.rightNow(dave), carol.roleOf(dave)], ['suspended', 'admin'])
    alice.restore(dave)
    dave.learnFrom(alice)
    dave.says({ type: 'rename', name: "Dave's" })
    assert.equal(dave.state.name, "Dave's")
  })

  it('remove A; restore A: removed', () => {
    const { alice, bob, carol, dave } = cast()
    alice.suspend(dave)
    meet(alice, bob, carol, dave)
    alice.remove(dave)
    bob.restore(dave)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, dave]) assert.equal(person.rightNow(dave), 'removed')
  })

  it('remove A; admit A anew with another device: out as it was, in as a new member', () => {
    const { world, alice, bob, carol, dave } = cast()
    alice.remove(dave)
    const anew = world.join(bob, 'Dave II')
    meet(alice, bob, carol, dave, anew)
    for (const person of [alice, bob, anew]) {
      assert.deepEqual(person.roster, ['Alice', 'Bob', 'Carol', 'Dave II'])
      assert.equal(person.rightNow(dave), 'removed')
    }
    assert.notEqual(anew.member, dave.member)
    anew.says({ type: 'nickname', nickname: 'Dave' })
    assert.throws(() => dave.says({ type: 'nickname', nickname: 'Me' }))
  })
})

describe('Concurrent transfers', () => {
  it('transfer to A; transfer to B, from two devices of one owner: that of the first device', () => {
    const { world, alice, bob, carol, dave } = cast()
    const phone = world.addDevice(alice)
    meet(alice, bob, carol, dave, phone)
    phone.transfer(dave)
    alice.transfer(carol)
    meet(alice, bob, carol, dave, phone)
    for (const person of [alice, bob, phone]) {
      assert.deepEqual(
        [alice, carol, dave].map((one) => person.roleOf(one)),
        ['admin', 'owner', 'member'],
      )
    }
  })

  it('two owners transfer, to A and to B: both are owners, and those two are admins', () => {
    const { alice, bob, carol, dave } = cast()
    alice.transfer(dave)
    bob.transfer(carol)
    meet(alice, bob, carol, dave)
    const roles = [alice, bob, carol, dave].map((one) => carol.roleOf(one))
    assert.deepEqual(roles, ['admin', 'admin', 'owner', 'owner'])
  })

  it('transfer to A; remove or suspend A, or give A another role: the circle keeps its owner', () => {
    const disputes: ((by: Person, whom: Person) => unknown)[] = [
      (by, whom) => by.remove(whom),
      (by, whom) => by.suspend(whom),
      (by, whom) => by.giveRole(whom, 'guest'),
      (_, whom) => whom.says({ type: 'leave' }),
    ]
    for (const dispute of disputes) {
      const { alice, bob, carol, dave } = cast()
      bob.says({ type: 'leave' })
      alice.learnFrom(bob)
      alice.transfer(dave)
      dispute(carol, dave)
      meet(alice, bob, carol, dave)
      for (const person of [alice, carol, dave]) {
        assert.equal(person.roleOf(alice), 'owner')
        assert.notEqual(person.roleOf(dave), 'owner')
        assert.ok([...person.state.refused.values()].includes('transferIsUndisputed'))
      }
    }
  })

  it('transfer to A; remove who transfers: removed, and the transfer has no effect', () => {
    const { alice, bob, carol, dave } = cast()
    bob.transfer(dave)
    alice.remove(bob)
    meet(alice, bob, carol, dave)
    for (const person of [alice, carol, dave]) {
      assert.deepEqual([person.rightNow(bob), person.roleOf(dave)], ['removed', 'member'])
    }
  })

  it('transfer; another device of that owner does what only owners may: no effect', () => {
    const { world, alice, bob, carol, dave } = cast()
    const phone = world.addDevice(alice)
    meet(alice, bob, carol, dave, phone)
    alice.transfer(dave)
    phone.giveRole(carol, 'owner')
    meet(alice, bob, carol, dave, phone)
    for (const person of [alice, bob, phone]) assert.equal(person.roleOf(carol), 'admin')
  })
})

describe('Concurrent dissolution', () => {
  it('dissolve; anything else: dissolved, and it has no effect', () => {
    const { world, alice, bob, carol, dave } = cast()
    alice.dissolve()
    world.join(bob, 'Eve')
    carol.suspend(dave)
    dave.says({ type: 'nickname', nickname: 'Davy' })
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) {
      assert.deepEqual(person.roster, [])
      assert.equal(person.state.members.size, 4)
      assert.deepEqual(new Set(person.state.refused.values()), new Set(['circleStands']))
      assert.equal(person.rightNow(dave), 'dissolved')
    }
  })

  it('dissolve; remove, suspend or demote who dissolves: of equals, whoever was admitted first', () => {
    const against: ((by: Person, whom: Person) => unknown)[] = [
      (by, whom) => by.remove(whom),
      (by, whom) => by.suspend(whom),
      (by, whom) => by.giveRole(whom, 'admin'),
    ]
    for (const act of against) {
      const younger = cast()
      younger.bob.dissolve()
      act(younger.alice, younger.bob)
      meet(younger.alice, younger.bob, younger.carol)
      assert.equal(younger.carol.state.dissolved, undefined)
      const older = cast()
      older.alice.dissolve()
      act(older.bob, older.alice)
      meet(older.alice, older.bob, older.carol)
      assert.equal(older.carol.state.dissolved?.by, older.alice.member)
    }
  })

  it('dissolve twice: dissolved', () => {
    const { alice, bob, carol } = cast()
    const [one, other] = [alice.dissolve(), bob.dissolve()]
    meet(alice, bob, carol)
    const told = [alice, bob, carol].map(({ state }) => state.dissolved)
    assert.deepEqual(told[0], told[1])
    assert.deepEqual(told[1], told[2])
    assert.ok([one.at, other.at].includes(told[0]?.at ?? 0))
    assert.equal(carol.state.refused.size, 0)
  })
})

describe('Concurrent entries of several devices', () => {
  function withPhone(): Cast & { readonly phone: Person } {
    const people = cast()
    const phone = people.world.addDevice(people.dave)
    meet(people.alice, people.bob, people.carol, people.dave, phone)
    return { ...people, phone }
  }

  it('revoke a device; it does anything: no effect, nor what those did whom it admitted', () => {
    const { world, alice, carol, dave, phone } = withPhone()
    dave.revokeDevice(phone)
    phone.says({ type: 'nickname', nickname: 'Mine' })
    const tablet = world.addDevice(phone)
    world.join(tablet, 'Eve')
    tablet.says({ type: 'nickname', nickname: 'Mine too' })
    meet(alice, carol, dave, phone, tablet)
    for (const person of [alice, dave, tablet]) {
      assert.deepEqual(person.roster, ['Alice', 'Bob', 'Carol', 'Dave'])
      assert.deepEqual(person.state.members.get(dave.member)?.devices, [dave.device, phone.device])
      assert.equal(person.state.devices.get(phone.device)?.active, false)
    }
  })

  it('revoke a device; it did something that the revoker knew of: it stands', () => {
    const { world, alice, dave, phone } = withPhone()
    const tablet = world.addDevice(phone)
    world.join(phone, 'Eve')
    meet(alice, dave, phone)
    dave.revokeDevice(phone)
    meet(alice, dave)
    assert.ok(alice.roster.includes('Eve'))
    assert.equal(alice.state.devices.get(tablet.device)?.active, true)
  })

  it('two devices of one member revoke each other: the one admitted first stays', () => {
    const { world, alice, dave, phone } = withPhone()
    const tablet = world.addDevice(phone)
    meet(alice, dave, phone, tablet)
    tablet.revokeDevice(phone)
    phone.revokeDevice(tablet)
    meet(alice, dave, phone, tablet)
    for (const person of [alice, dave, phone, tablet]) {
      const active = [phone, tablet].map((one) => person.state.devices.get(one.device)?.active)
      assert.deepEqual(active, [true, false])
    }
  })

  it('revoke a device; it revokes another: the first is out, the other is not', () => {
    const { alice, carol, dave, phone } = withPhone()
    carol.revokeDevice(dave)
    dave.revokeDevice(phone)
    meet(alice, carol, dave, phone)
    for (const person of [alice, dave, phone]) {
      const active = [dave, phone].map((one) => person.state.devices.get(one.device)?.active)
      assert.deepEqual(active, [false, true])
    }
  })

  it('revoke one device each of the last two: both are out, and the member stays without', () => {
    const { alice, bob, carol, dave, phone } = withPhone()
    alice.revokeDevice(dave)
    bob.revokeDevice(phone)
    meet(alice, bob, carol, dave, phone)
    for (const person of [alice, bob, phone]) {
      const active = [dave, phone].map((one) => person.state.devices.get(one.device)?.active)
      assert.deepEqual(active, [false, false])
      assert.equal(person.rightNow(dave), 'active')
    }
    carol.remove(dave)
    assert.equal(carol.rightNow(dave), 'removed')
  })

  it('two devices of one member each admit one, with room for one more: one of them', () => {
    const { world, alice, dave, phone } = withPhone()
    for (let i = 0; i < MAX_DEVICES_PER_MEMBER - 3; i++) world.addDevice(dave)
    meet(alice, dave, phone)
    const [one, other] = [world.addDevice(dave), world.addDevice(phone)]
    meet(alice, dave, phone)
    const kept = [alice, dave, phone].map(({ state }) =>
      [one, other].map(({ device }) => state.devices.has(device)),
    )
    assert.equal(kept[0]?.filter((has) => has).length, 1)
    assert.deepEqual(kept[0], kept[1])
    assert.deepEqual(kept[1], kept[2])
    assert.deepEqual([...alice.state.refused.values()], ['devicesAreFew'])
  })

  it('admit one device into two members: the admission with the smaller hash', () => {
    const { world, alice, bob, dave } = withPhone()
    const sly = world.ownDevice(dave)
    const [ours, theirs] = [dave.inviteDevice(), bob.invite()]
    const entries = [dave.admitDevice(ours, sly), bob.admit(theirs, sly)]
    meet(alice, bob, dave)
    const [first] = entries.toSorted((a, b) => compareBytes(fromBase32(a.hash), fromBase32(b.hash)))
    const owner = first?.author === dave.device ? dave.member : (sly.device as string)
    for (const person of [alice, bob, dave]) {
      assert.equal(person.state.devices.get(sly.device)?.member, owner)
      assert.equal(person.state.members.has(sly.device as never), owner !== dave.member)
    }
  })
})

describe('Concurrent policies and approvals', () => {
  /** Two must agree; Erin is a third owner. */
  function agreeing(): Cast & { readonly erin: Person } {
    const people = cast()
    const { world, alice, bob, carol, dave } = people
    const erin = world.join(alice, 'Erin')
    alice.giveRole(erin, 'owner')
    alice.setPolicy('approvals', '2')
    meet(alice, bob, carol, dave, erin)
    return { ...people, erin }
  }

  it('set a policy twice: the more restrictive value, until it is set again', () => {
    for (const [key, strict, lax] of [
      ['history', 'none', 'all'],
      ['approvals', '3', '2'],
      ['removed-history', 'erase', 'keep'],
      ['notifications', 'hidden', 'as-chosen'],
      ['links', 'none', 'members'],
      ['forwarding', 'none', 'members'],
    ] as const) {
      const { alice, bob, carol } = cast()
      alice.setPolicy(key, lax)
      bob.setPolicy(key, strict)
      meet(alice, bob, carol)
      for (const person of [alice, bob, carol]) assert.equal(policyOf(person.state.policies, key), strict)
    }
    const { alice, bob } = cast()
    alice.setPolicy('history', 'all')
    bob.setPolicy('history', 'none')
    meet(alice, bob)
    bob.setPolicy('history', 'all')
    alice.learnFrom(bob)
    assert.equal(policyOf(alice.state.policies, 'history'), 'all')
  })

  it('approve an act; remove who approves: the approval does not count', () => {
    const { alice, bob, carol, dave, erin } = agreeing()
    const act = alice.remove(dave)
    meet(alice, bob, carol, erin)
    const removal = alice.remove(carol)
    erin.learnFrom(alice)
    erin.approve(removal)
    carol.approve(act)
    meet(alice, bob, carol, dave, erin)
    for (const person of [alice, bob, dave]) {
      assert.equal(person.rightNow(carol), 'removed')
      assert.equal(person.rightNow(dave), 'active')
      assert.deepEqual(
        person.state.pending.map(({ hash, approvals, needed }) => ({ hash, approvals, needed })),
        [{ hash: act.hash, approvals: [alice.member], needed: 2 }],
      )
    }
    bob.approve(act)
    meet(alice, bob, dave)
    assert.equal(dave.rightNow(dave), 'removed')
  })

  it('approve an act; demote who approves: the approval does not count', () => {
    const { alice, bob, carol, dave, erin } = agreeing()
    const act = alice.remove(dave)
    meet(alice, bob, carol, erin)
    const demotion = alice.giveRole(carol, 'member')
    bob.learnFrom(alice)
    bob.approve(demotion)
    carol.approve(act)
    meet(alice, bob, carol, dave, erin)
    for (const person of [alice, carol, dave]) assert.equal(person.rightNow(dave), 'active')
  })

  it('approve an act; its target did something since the act: no effect', () => {
    const { alice, bob, carol, dave, erin } = agreeing()
    const act = alice.remove(carol)
    meet(alice, bob, carol, dave, erin)
    carol.says({ type: 'rename', name: 'While it lasts' })
    meet(alice, bob, carol, dave, erin)
    assert.equal(alice.state.name, 'While it lasts')
    bob.approve(act)
    meet(alice, bob, carol, dave, erin)
    for (const person of [alice, carol, dave]) {
      assert.equal(person.rightNow(carol), 'removed')
      assert.equal(person.state.name, 'The Band')
    }
  })

  it('approve an act; withdraw it: the approval counts, and those of who knew of the withdrawal do not', () => {
    const { alice, bob, carol, dave, erin } = agreeing()
    const [one, other] = [alice.remove(dave), alice.transfer(dave)]
    meet(alice, bob, carol, dave, erin)
    bob.approve(one)
    alice.withdraw(one)
    alice.withdraw(other)
    meet(alice, bob, carol, dave, erin)
    const late = carol.signs({ type: 'approve', act: other.hash }, { sequence: 0 })
    carol.log.add(late)
    meet(alice, bob, carol, dave, erin)
    for (const person of [alice, bob, dave]) {
      assert.equal(person.rightNow(dave), 'removed')
      assert.equal(person.roleOf(alice), 'owner')
      assert.equal(person.log.verdict(decodeEntry(suite, late).entry.hash), 'actIsOpen')
    }
  })

  it('withdraw an act; remove, suspend or revoke who withdraws: the withdrawal does not count', () => {
    const { alice, bob, carol, dave, erin } = agreeing()
    const raise = alice.setPolicy('approvals', '3')
    bob.learnFrom(alice)
    bob.approve(raise)
    const act = bob.remove(dave)
    alice.learnFrom(bob)
    alice.approve(act)
    alice.suspend(bob)
    bob.withdraw(act)
    meet(alice, bob, carol, dave, erin)
    for (const person of [alice, carol, dave]) {
      assert.deepEqual(
        person.state.pending.map(({ hash }) => hash),
        [act.hash],
      )
    }
    carol.approve(act)
    meet(alice, carol, dave)
    assert.equal(dave.rightNow(dave), 'removed')
  })

  it('two approved removals, each of the author of the other: of equals, whoever was admitted first', () => {
    const { alice, bob, carol, dave, erin } = agreeing()
    const [one, other] = [alice.remove(bob), bob.remove(alice)]
    meet(alice, bob, carol, dave, erin)
    erin.approve(one)
    erin.approve(other)
    meet(alice, bob, carol, dave, erin)
    for (const person of [alice, bob, dave]) {
      assert.deepEqual([person.rightNow(alice), person.rightNow(bob)], ['active', 'removed'])
    }
  })

  it('raise `approvals`; remove A: as many must agree as the raise asks for', () => {
    const { alice, bob, carol, dave } = cast()
    alice.setPolicy('approvals', '2')
    const act = carol.remove(dave)
    assert.equal(carol.rightNow(dave), 'removed')
    meet(alice, bob, carol, dave)
    for (const person of [alice, carol, dave]) {
      assert.equal(person.rightNow(dave), 'active')
      assert.equal(person.state.pending[0]?.hash, act.hash)
    }
    bob.approve(act)
    meet(alice, bob, carol, dave)
    for (const person of [alice, carol, dave]) assert.equal(person.rightNow(dave), 'removed')
  })
})

describe('The conflict table of the specification', () => {
  it('has a test for each row, named after it', () => {
    const spec = readFileSync(join(import.meta.dirname, '../../../../docs/spec/05-membership-log.md'), 'utf8')
    const tests = readFileSync(import.meta.filename, 'utf8')
    const table = spec.slice(spec.indexOf('| two sides do |'), spec.indexOf('**Equivocation.**'))
    const rows = table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2)
      .map((line) => line.split(' | ')[0]?.slice(2) ?? '')
    assert.ok(rows.length > 40, `${rows.length} rows`)
    const missing = rows.filter((row) => !tests.includes(`\n  it('${row}: `))
    assert.deepEqual(missing, [])
  })
})
