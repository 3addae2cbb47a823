/** Each row of the conflict table of spec §5.6: what happens when two sides of a partition disagree. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeEntry, signEntry, type EntryHash, type Payload } from '@triode/core'
import { DAY, meet, suite, World, type Person } from './world.ts'

interface Cast {
  readonly world: World
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
  readonly dave: Person
}

/** Alice founded; Bob is an owner too, Carol an admin, Dave a member; all know it. */
function cast(seed = 'conflicts'): Cast {
  const world = new World(seed)
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob')
  const carol = world.join(alice, 'Carol')
  const dave = world.join(alice, 'Dave')
  alice.giveRole(bob, 'owner')
  alice.giveRole(carol, 'admin')
  meet(alice, bob, carol, dave)
  return { world, alice, bob, carol, dave }
}

/** Signs on top of `parents`, as of `sequence`: what a liar does. */
function backdate(person: Person, payload: Payload, parents: EntryHash[], sequence: number): Uint8Array {
  return signEntry(suite, person.key, {
    circle: person.log.circle,
    sequence,
    parents,
    at: person.world.now++,
    payload,
  })
}

describe('Concurrent entries', () => {
  it('removal and what the removed did beside it: the removal wins', () => {
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

  it('removal and what the removed did before it, as the remover knew: that stands', () => {
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

  it('a removed admin who signs on top of the past changes nothing', () => {
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
      assert.equal(alice.log.add(backdate(carol, payload, past, own)), 'added')
    }
    assert.deepEqual(alice.roster, ['Alice', 'Bob', 'Dave'])
    assert.equal(alice.roleOf(dave), 'member')
    assert.equal(alice.state.name, 'The Band')
  })

  it('mutual removal: the higher role wins, also over someone admitted before', () => {
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

  it('mutual removal of equals: whoever was admitted first wins', () => {
    const { alice, bob, carol, dave } = cast()
    bob.remove(alice)
    alice.remove(bob)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) {
      assert.deepEqual(person.roster, ['Alice', 'Carol', 'Dave'])
      assert.deepEqual([...person.state.refused.values()], ['signerIsMember'])
    }
  })

  it('three remove one another in a ring: the last one admitted loses its vote', () => {
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
      const bytes = backdate(bob, payload, parents, own + i)
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

  it('both sides remove the same member: it is removed', () => {
    const { alice, bob, carol, dave } = cast()
    alice.remove(dave)
    bob.remove(dave)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) assert.equal(person.rightNow(dave), 'removed')
  })

  it('leaving and removal: removed', () => {
    const { alice, dave } = cast()
    alice.remove(dave)
    dave.says({ type: 'leave' })
    meet(alice, dave)
    assert.equal(alice.rightNow(dave), 'removed')
    assert.equal(dave.rightNow(dave), 'removed')
  })

  it('promotion and removal: the removal wins', () => {
    const { alice, bob, carol, dave } = cast()
    alice.giveRole(dave, 'owner')
    carol.remove(dave)
    meet(alice, bob, carol, dave)
    assert.equal(bob.rightNow(dave), 'removed')
  })

  it('promotion and demotion: the lower role counts', () => {
    const { alice, bob, carol, dave } = cast()
    alice.giveRole(dave, 'admin')
    bob.giveRole(dave, 'guest')
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) assert.equal(person.roleOf(dave), 'guest')
    alice.giveRole(dave, 'admin')
    meet(alice, dave)
    assert.equal(dave.roleOf(dave), 'admin')
  })

  it('demotion and what the demoted did beside it by its old role: no effect', () => {
    const { alice, carol, dave } = cast()
    alice.giveRole(carol, 'member')
    carol.remove(dave)
    meet(alice, carol, dave)
    for (const person of [alice, carol, dave]) assert.equal(person.rightNow(dave), 'active')
  })

  it('demotion and what the demoted may still do: that stands', () => {
    const { alice, carol } = cast()
    alice.giveRole(carol, 'member')
    carol.says({ type: 'nickname', nickname: 'Caro' })
    meet(alice, carol)
    assert.equal(alice.state.members.get(carol.member)?.nickname, 'Caro')
  })

  it('revocation and admission by the same invitation: the revocation wins', () => {
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

  it('one invitation spent twice by a device that runs twice: the smaller hash wins', () => {
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

  it('two names at once: one of them, the same everywhere, until the next', () => {
    const { alice, bob, carol } = cast()
    alice.says({ type: 'rename', name: 'One' })
    bob.says({ type: 'rename', name: 'Two' })
    meet(alice, bob, carol)
    assert.ok(['One', 'Two'].includes(carol.state.name))
    assert.equal(alice.state.name, bob.state.name)
    carol.says({ type: 'rename', name: 'Three' })
    meet(alice, bob, carol)
    assert.equal(alice.state.name, 'Three')
  })

  it('put in a room and taken out of it at once: out, until put in again', () => {
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

  it('removed from a room, and changing it beside that: no effect', () => {
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

  it('a removal that turns out to have no effect gives back what it took', () => {
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
