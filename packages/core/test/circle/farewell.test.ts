import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeEntry, endingsOf, farewellFor, standingOf, type EntryHash } from '@triode/core'
import { suite, World, type Person } from './world.ts'

/** What `from` would tell `to`, given what `to` says that it has. */
function told(from: Person, to: Person, known: readonly EntryHash[] = to.log.locator()): EntryHash[] {
  return farewellFor(from.log, to.device, known, 1_000_000).map(
    (bytes) => decodeEntry(suite, bytes).entry.hash,
  )
}

describe('what a device that is out still learns of the log', () => {
  it('is nothing while it is in', () => {
    const world = new World('farewell')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob')
    alice.says({ type: 'rename', name: 'New' })
    assert.deepEqual(endingsOf(alice.log, bob.device), [])
    assert.deepEqual(told(alice, bob), [])
  })

  it('is the removal and what it lacks of its past, and nothing that came later or beside it', () => {
    const world = new World('farewell')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob')
    const carol = world.join(alice, 'Carol')
    carol.learnFrom(alice)
    const before = alice.says({ type: 'rename', name: 'Before' })
    const beside = carol.says({ type: 'nickname', nickname: 'Caroline' })
    const removal = alice.remove(bob)
    alice.learnFrom(carol)
    const later = alice.giveRole(carol, 'admin')
    const entries = told(alice, bob)
    assert.equal(entries.at(-1), removal.hash)
    assert.ok(entries.includes(before.hash))
    assert.ok(!entries.includes(beside.hash))
    assert.ok(!entries.includes(later.hash))
    for (const bytes of farewellFor(alice.log, bob.device, bob.log.locator(), 1_000_000)) bob.log.add(bytes)
    const standing = standingOf(bob.state, bob.device)
    assert.deepEqual(standing, { standing: 'removed', by: alice.member, at: removal.at })
    assert.deepEqual(told(alice, bob), [])
  })

  it('is the same whatever it claims to have or to lack', () => {
    const world = new World('farewell')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob')
    const removal = alice.remove(bob)
    const later = alice.says({ type: 'rename', name: 'Later' })
    assert.ok(!told(alice, bob, []).includes(later.hash))
    assert.equal(told(alice, bob, []).at(-1), removal.hash)
    assert.deepEqual(told(alice, bob, [later.hash]), [])
    assert.deepEqual(told(alice, bob, ['a'.repeat(52) as EntryHash]).at(-1), removal.hash)
  })

  it('takes in the approvals that a removal needed', () => {
    const world = new World('farewell')
    const alice = world.found('Alice')
    const [bob, carol] = [world.join(alice, 'Bob', 'admin'), world.join(alice, 'Carol')]
    alice.setPolicy('approvals', '2')
    const removal = alice.remove(carol)
    bob.learnFrom(alice)
    const approval = bob.approve(removal)
    assert.deepEqual(endingsOf(bob.log, carol.device), [removal.hash, approval.hash])
    for (const bytes of farewellFor(bob.log, carol.device, carol.log.locator(), 1_000_000))
      carol.log.add(bytes)
    assert.equal(standingOf(carol.state, carol.device)?.standing, 'removed')
  })

  it('tells of a suspension, a revoked device and the end of a circle alike', () => {
    const world = new World('farewell')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob')
    const phone = world.addDevice(alice)
    assert.equal(told(alice, bob, [alice.suspend(bob).hash]).length, 0)
    assert.equal(endingsOf(alice.log, bob.device).length, 1)
    const revocation = alice.revokeDevice(phone)
    assert.deepEqual(endingsOf(alice.log, phone.device), [revocation.hash])
    assert.deepEqual(endingsOf(alice.log, alice.device), [])
    const end = alice.dissolve()
    assert.deepEqual(endingsOf(alice.log, alice.device), [end.hash])
  })

  it('comes in parts where it is long, each of use', () => {
    const world = new World('farewell')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob')
    for (let at = 0; at < 20; at++) alice.says({ type: 'rename', name: `Name ${String(at)}` })
    alice.remove(bob)
    let rounds = 0
    for (; standingOf(bob.state, bob.device)?.standing === 'active'; rounds++) {
      const part = farewellFor(alice.log, bob.device, bob.log.locator(), 1_000)
      assert.ok(part.length > 0)
      for (const bytes of part) bob.log.add(bytes)
    }
    assert.ok(rounds > 1)
  })
})
