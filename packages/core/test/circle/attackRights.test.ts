/** What whoever is out, or small, tries to get in or up again, alone and with helpers. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_DEVICES_PER_MEMBER, readersOf, type Entry, type EntryHash, type Payload } from '@triode/core'
import { meet, World, type Person } from './world.ts'

/** Signs on top of `parents`, as of the next sequence that they tell: what a liar does. */
function signs(person: Person, payload: Payload, parents: readonly EntryHash[]): Uint8Array {
  const { log } = person
  const own = log
    .entries()
    .filter(
      ({ author, hash }) =>
        author === person.device && parents.some((top) => top === hash || log.isAncestor(hash, top)),
    )
  return person.signs(payload, { sequence: own.length, parents })
}

function activeOf(viewer: Person, whom: Person): number {
  return [...viewer.state.devices.values()].filter((one) => one.member === whom.member && one.active).length
}

function cast(): { world: World; alice: Person; bob: Person; carol: Person; dave: Person } {
  const world = new World('rights')
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob', 'owner')
  const carol = world.join(alice, 'Carol', 'admin')
  const dave = world.join(alice, 'Dave')
  meet(alice, bob, carol, dave)
  return { world, alice, bob, carol, dave }
}

describe('Whoever is out', () => {
  it('does not come back by devices added beside the removal, on top of old entries or of each other', () => {
    const { world, alice, bob, carol } = cast()
    const heads = carol.log.heads()
    const fork = carol.fork()
    const second = world.addDevice(carol)
    const third = world.addDevice(second)
    alice.remove(carol)
    const late = fork.fork()
    const fourth = world.addDevice(late)
    for (const liar of [carol, second, third, fork, late, fourth]) {
      for (const type of ['leave', 'remove', 'suspend', 'role'] as const) {
        const payload: Payload =
          type === 'leave'
            ? { type }
            : type === 'role'
              ? { type, member: alice.member, role: 'guest' }
              : { type, member: alice.member }
        const parents = liar === carol || liar === fork ? heads : liar.log.heads()
        liar.log.add(signs(liar, payload, parents))
      }
    }
    meet(alice, bob, carol, second, third, fork, late, fourth)
    for (const one of [alice, bob]) {
      assert.equal(one.rightNow(carol), 'removed')
      assert.equal(one.roleOf(alice), 'owner')
      assert.equal(one.rightNow(alice), 'active')
      assert.equal(activeOf(one, carol), 0)
      const { conversations } = one.state
      for (const id of [
        conversations.circle,
        conversations.control,
        conversations.direct(one.member, carol.member),
      ]) {
        assert.ok(
          readersOf(one.state, id, one.member).every(
            (device) => one.state.devices.get(device)?.member !== carol.member,
          ),
        )
      }
    }
  })

  it('is not restored by a helper beside, or after, the removal', () => {
    const { alice, bob, carol, dave } = cast()
    alice.suspend(dave)
    meet(alice, bob, carol)
    bob.remove(dave)
    carol.restore(dave)
    meet(alice, bob, carol, dave)
    assert.throws(() => carol.restore(dave))
    assert.equal(alice.rightNow(dave), 'removed')
  })

  it('does not come back by an invitation that it made, or got, before', () => {
    const { world, alice, bob, carol } = cast()
    const forCarol = bob.invite()
    const own = carol.inviteDevice()
    const other = carol.invite('guest')
    meet(alice, bob, carol)
    alice.remove(carol)
    for (const id of [own, other]) {
      const device = id === own ? world.ownDevice(carol) : world.stranger(carol, 'Eve')
      if (id === own) carol.admitDevice(id, device)
      else carol.admit(id, device)
    }
    meet(alice, carol)
    bob.learnFrom(alice)
    // Bob still has a live invitation: with the removed key it admits nobody.
    assert.throws(() => bob.admit(forCarol, carol))
    assert.deepEqual(alice.roster, ['Alice', 'Bob', 'Dave'])
    assert.deepEqual(bob.roster, ['Alice', 'Bob', 'Dave'])
  })

  it('does not keep a device by revoking the others beside a removal, nor by more of them than one has', () => {
    const { world, alice, bob, dave } = cast()
    const devices = [dave]
    while (devices.length < MAX_DEVICES_PER_MEMBER) {
      const [first] = devices
      devices.push(world.addDevice(first ?? dave))
    }
    assert.throws(() => world.addDevice(dave))
    meet(alice, bob, dave)
    const twins = devices.map((one) => (one.learnFrom(dave), one.fork()))
    for (const twin of twins) {
      try {
        world.addDevice(twin)
      } catch {
        // That one knows that there are enough.
      }
    }
    alice.remove(dave)
    meet(alice, bob, ...devices, ...twins)
    assert.equal(activeOf(alice, dave), 0)
    assert.equal(activeOf(bob, dave), 0)
  })
})

describe('Sock puppets', () => {
  it('of a member, or its devices, do not make an admin act agreed to', () => {
    const { world, alice, bob, carol } = cast()
    alice.setPolicy('approvals', '2')
    meet(alice, bob, carol)
    const puppets = [world.join(carol, 'Sock'), world.join(carol, 'Puppet')]
    const second = world.addDevice(carol)
    const removal = carol.remove(puppets[0] ?? bob)
    for (const puppet of [...puppets, second]) {
      puppet.learnFrom(carol)
      assert.throws(() => puppet.approve(removal))
      puppet.log.add(puppet.signs({ type: 'approve', act: removal.hash }))
      carol.learnFrom(puppet)
    }
    assert.equal(carol.log.verdict(removal.hash), 'enoughAgree')
    // An admin makes nobody an admin, and no owner.
    for (const role of ['admin', 'owner'] as const)
      assert.throws(() => carol.giveRole(puppets[0] ?? bob, role))
  })

  it('made admins by one owner beside the setting do not outvote the others', () => {
    const { world, alice, bob } = cast()
    const before = bob.log.heads()
    alice.setPolicy('approvals', '3')
    const puppet = world.join(bob, 'Sock', 'admin')
    const another = world.join(bob, 'Puppet', 'owner')
    const removal: Entry = bob.remove(alice)
    for (const one of [puppet, another]) {
      one.learnFrom(bob)
      try {
        one.approve(removal)
      } catch {
        // As an admin it may not.
      }
      bob.learnFrom(one)
    }
    assert.ok(before.length > 0)
    meet(alice, bob, puppet, another)
    assert.equal(alice.rightNow(alice), 'active')
    assert.notEqual(alice.log.verdict(removal.hash), true)
  })
})
