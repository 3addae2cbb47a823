/** Policies, and acts to which several owners or admins must agree (spec §5.11, §5.12). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ACT_LIFETIME_MS, CallerFault, decodeEntry, POLICIES, policyOf, type PolicyKey } from '@triode/core'
import { meet, openLog, refusedWith, suite, World, type Person } from './world.ts'

interface Board {
  readonly world: World
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
  readonly dave: Person
}

/** Alice and Bob are owners, Carol an admin, Dave a member; `approvals` of them must agree. */
function board(approvals = '2'): Board {
  const world = new World('board')
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob', 'owner')
  const carol = world.join(alice, 'Carol', 'admin')
  const dave = world.join(alice, 'Dave')
  alice.setPolicy('approvals', approvals)
  meet(alice, bob, carol, dave)
  return { world, alice, bob, carol, dave }
}

describe('Policies', () => {
  it('come to their defaults, then to what owners and admins set', () => {
    const { alice, carol, dave } = board('1')
    assert.equal(policyOf(dave.state.policies, 'history'), 'since-joining')
    assert.equal(policyOf(dave.state.policies, 'removed-history'), 'keep')
    carol.setPolicy('history', 'all')
    meet(alice, carol, dave)
    assert.equal(policyOf(dave.state.policies, 'history'), 'all')
    assert.throws(() => dave.setPolicy('history', 'none'), refusedWith('role-may-do-this'))
  })

  it('take each value of the table and no other; keys of later versions are kept', () => {
    const { alice, dave } = board('1')
    for (const [key, { values }] of Object.entries(POLICIES)) {
      assert.throws(() => alice.setPolicy(key, 'perhaps'), refusedWith('policy-is-allowed'))
      for (const value of values.toReversed()) {
        if (key === 'approvals') continue
        alice.setPolicy(key, value)
        assert.equal(policyOf(alice.state.policies, key as PolicyKey), value)
      }
    }
    for (const value of ['0', '9', '1.5', '02']) {
      assert.throws(
        () => alice.setPolicy('approvals', value),
        (error) => error instanceof CallerFault,
      )
    }
    alice.setPolicy('colour', 'blue')
    dave.learnFrom(alice)
    assert.equal(dave.state.policies.get('colour'), 'blue')
    for (const bad of ['', 'Big', 'a b', 'x'.repeat(33)]) {
      assert.throws(() => alice.setPolicy(bad, 'blue'), refusedWith('entry-malformed'))
      assert.throws(() => alice.setPolicy('colour', bad), refusedWith('entry-malformed'))
    }
  })
})

describe('Acts that others must agree to', () => {
  it('have an effect at once where one is enough', () => {
    const { alice, dave } = board('1')
    alice.remove(dave)
    assert.equal(alice.rightNow(dave), 'removed')
    assert.deepEqual(alice.state.pending, [])
  })

  it('wait, for all to see, until enough agree', () => {
    const { alice, bob, carol, dave } = board('3')
    const act = alice.remove(dave)
    meet(alice, bob, carol, dave)
    assert.equal(dave.rightNow(dave), 'active')
    const pending = {
      hash: act.hash,
      type: 'remove',
      by: alice.member,
      at: act.at,
      target: dave.member,
      expires: act.at + ACT_LIFETIME_MS,
    }
    assert.deepEqual(dave.state.pending, [{ ...pending, approvals: [alice.member], needed: 3 }])
    assert.equal(dave.state.refused.size, 0)
    carol.approve(act)
    meet(alice, bob, carol, dave)
    assert.deepEqual(dave.state.pending[0]?.approvals, [alice.member, carol.member])
    assert.equal(dave.rightNow(dave), 'active')
    bob.approve(act)
    meet(alice, bob, carol, dave)
    assert.equal(dave.rightNow(dave), 'removed')
    assert.deepEqual(dave.state.members.get(dave.member)?.ended, { by: alice.member, at: act.at })
    assert.deepEqual(dave.state.pending, [])
  })

  it('are approved neither by their author, nor their target, nor one who might not do them', () => {
    const { world, alice, bob, carol, dave } = board('1')
    const phone = world.addDevice(alice)
    alice.setPolicy('approvals', '2')
    meet(alice, bob, carol, dave, phone)
    const act = alice.remove(carol)
    meet(alice, bob, carol, dave, phone)
    assert.throws(() => alice.approve(act), refusedWith('act-is-known'))
    assert.throws(() => phone.approve(act), refusedWith('act-is-known'))
    assert.throws(
      () => carol.approve(act),
      (error) => error instanceof CallerFault,
    )
    assert.throws(() => dave.approve(act), refusedWith('role-may-do-this'))
    assert.throws(
      () => bob.approve(bob.log.entries()[1]?.hash ?? act.hash),
      (error) => error instanceof CallerFault,
    )
    assert.equal(alice.rightNow(carol), 'active')
    bob.approve(act)
    assert.equal(bob.rightNow(carol), 'removed')
  })

  it('count two devices of one member once, and a suspended member not at all', () => {
    const { world, alice, bob, carol, dave } = board('3')
    const phone = world.addDevice(bob)
    const act = alice.remove(dave)
    meet(alice, bob, carol, dave, phone)
    bob.approve(act)
    phone.approve(act)
    meet(alice, bob, phone, carol)
    assert.deepEqual(alice.state.pending[0]?.approvals, [alice.member, bob.member])
    alice.suspend(carol)
    carol.learnFrom(alice)
    assert.throws(() => carol.approve(act), refusedWith('signer-is-not-suspended'))
    assert.equal(alice.rightNow(dave), 'active')
  })

  it('include transfers, dissolving, and the number itself; not leaving, suspending or removing oneself', () => {
    const { alice, bob, carol, dave } = board()
    const acts = [alice.setPolicy('approvals', '1'), alice.transfer(dave), alice.dissolve()]
    alice.suspend(dave)
    meet(alice, bob, carol, dave)
    assert.equal(bob.rightNow(dave), 'suspended')
    assert.deepEqual(
      new Set(bob.state.pending.map(({ hash }) => hash)),
      new Set(acts.map(({ hash }) => hash)),
    )
    const [lower, transfer, end] = acts
    assert.ok(lower && transfer && end)
    bob.approve(transfer)
    meet(alice, bob)
    assert.deepEqual([bob.roleOf(alice), bob.roleOf(dave)], ['admin', 'owner'])
    bob.approve(lower)
    assert.equal(policyOf(bob.state.policies, 'approvals'), '1')
    bob.remove(bob)
    assert.equal(bob.rightNow(bob), 'removed')
    assert.equal(bob.state.dissolved, undefined)
  })

  it('end the circle when enough agree', () => {
    const { alice, bob, carol, dave } = board()
    const act = alice.dissolve()
    meet(alice, bob, carol)
    assert.throws(() => dave.approve(act), refusedWith('role-may-do-this'))
    carol.approve(act)
    meet(alice, bob, carol, dave)
    for (const person of [alice, bob, carol, dave]) {
      assert.deepEqual(person.roster, [])
      assert.equal(person.state.dissolved?.by, alice.member)
    }
  })

  it('bind an only owner too: its admins agree to what they may not do alone', () => {
    const world = new World('only owner')
    const alice = world.found('Alice')
    const [bob, carol] = [world.join(alice, 'Bob', 'admin'), world.join(alice, 'Carol', 'admin')]
    alice.setPolicy('approvals', '3')
    meet(alice, bob, carol)
    const before = alice.roster
    const demotion = alice.giveRole(bob, 'guest')
    alice.setPolicy('approvals', '1')
    alice.transfer(bob)
    alice.invite('admin')
    alice.dissolve()
    assert.deepEqual(alice.roster, before, 'nothing happens by one alone')
    assert.equal(alice.state.pending.length, 5)
    assert.equal(alice.state.pending.find(({ hash }) => hash === demotion.hash)?.needed, 2)
    meet(alice, carol)
    carol.approve(demotion)
    meet(alice, bob, carol)
    assert.equal(alice.roleOf(bob), 'guest')
  })

  it('ask for no more than there are, so that nobody is locked in', () => {
    const { alice, bob, carol, dave } = board('8')
    const act = alice.remove(dave)
    assert.equal(alice.state.pending[0]?.needed, 3)
    meet(alice, bob, carol)
    bob.approve(act)
    carol.approve(act)
    meet(alice, bob, carol)
    assert.equal(bob.rightNow(dave), 'removed')
    alice.remove(carol)
    bob.learnFrom(alice)
    assert.equal(alice.state.pending[0].needed, 2, 'the target has no say')
    const world = new World('alone')
    const alone = world.found('Alone')
    const guest = world.join(alone, 'Guest')
    alone.setPolicy('approvals', '8')
    alone.remove(guest)
    assert.equal(alone.rightNow(guest), 'removed')
  })

  it('include who may agree: nobody makes itself a majority by promoting, demoting or suspending', () => {
    const { world, alice, bob, carol, dave } = board('1')
    const erin = world.join(alice, 'Erin', 'owner')
    alice.setPolicy('approvals', '2')
    alice.giveRole(dave, 'admin')
    const demotion = alice.giveRole(bob, 'member')
    const puppet = alice.invite('owner')
    alice.giveRole(dave, 'guest')
    assert.deepEqual([alice.roleOf(dave), alice.roleOf(bob)], ['guest', 'owner'])
    assert.throws(
      () => alice.admit(puppet, world.stranger(alice, 'Puppet')),
      refusedWith('invitation-is-live'),
    )
    assert.equal(alice.state.pending.length, 3)
    for (const other of [bob, carol, erin]) alice.suspend(other)
    const act = alice.remove(dave)
    assert.equal(alice.state.pending.find(({ hash }) => hash === act.hash)?.needed, 2)
    alice.restore(bob)
    meet(alice, bob, carol, dave)
    assert.throws(
      () => bob.approve(demotion),
      (error) => error instanceof CallerFault,
    )
    const invitation = bob.state.pending.find(({ type }) => type === 'invite')
    assert.ok(invitation)
    bob.approve(invitation.hash)
    meet(alice, bob)
    alice.admit(puppet, world.stranger(alice, 'Peter'))
    assert.ok(alice.roster.includes('Peter'))
    alice.giveRole(alice, 'member')
    assert.equal(alice.roleOf(alice), 'member', 'who steps down needs nobody')
  })

  it('gain nothing by being hung on old entries, from when fewer had to agree', () => {
    const { alice, bob, carol, dave } = board()
    const { log, device } = alice
    const own = log.entries().filter((entry) => entry.author === device)
    const admission = own.find(({ payload }) => payload.type === 'admit' && payload.nickname === 'Dave')
    assert.ok(admission)
    const place = { sequence: admission.sequence + 1, parents: [admission.hash], at: 0 }
    const bytes = alice.signs({ type: 'remove', member: dave.member }, place)
    assert.equal(bob.log.add(bytes), 'added')
    assert.equal(bob.rightNow(dave), 'active')
    assert.equal(bob.state.pending[0]?.hash, decodeEntry(suite, bytes).entry.hash)
    assert.equal(bob.state.pending[0].needed, 2)
    carol.learnFrom(bob)
    assert.equal(carol.rightNow(dave), 'active')
  })

  it('gain nothing by being hung on the time when their author was alone', () => {
    const world = new World('alone once')
    const alice = world.found('Alice')
    const dave = world.join(alice, 'Dave')
    const heads = alice.log.heads()
    const sequence = alice.log.entries().length
    const bob = world.join(alice, 'Bob', 'owner')
    const carol = world.join(alice, 'Carol', 'owner')
    alice.setPolicy('approvals', '3')
    meet(alice, bob, carol, dave)
    const place = { sequence, parents: heads, at: 0 }
    const bytes = alice.signs({ type: 'remove', member: dave.member }, place)
    bob.log.add(bytes)
    assert.equal(bob.rightNow(dave), 'active')
    assert.equal(bob.state.pending[0]?.needed, 3)
  })

  it('are judged alike in any order, beside a setting that has no effect itself', () => {
    const { world, alice, bob, carol } = board('3')
    const act = bob.remove(carol)
    alice.remove(alice)
    carol.learnFrom(alice)
    // As Carol sees it there is nobody but Bob who could agree; two must.
    const lower = carol.setPolicy('approvals', '1')
    const entries = [...bob.log.allBytes(), ...carol.log.allBytes()]
    for (let order = 0; order < 20; order++) {
      const log = openLog(suite, bob.log.circle, bob.log.names)
      for (const bytes of world.random.shuffle(entries)) {
        log.add(bytes)
        if (order % 2 === 0 && log.size > 0) log.state()
      }
      assert.deepEqual(new Set(log.state().pending.map(({ hash }) => hash)), new Set([act.hash, lower.hash]))
      assert.deepEqual(log.state().pending.find(({ hash }) => hash === act.hash)?.needed, 2)
    }
  })
})

describe('An act that waits', () => {
  it('is withdrawn by its author, from any device: nobody can agree to it any more', () => {
    const { world, alice, bob, carol, dave } = board('3')
    const phone = world.addDevice(alice)
    meet(alice, bob, carol, dave, phone)
    const act = alice.remove(dave)
    meet(alice, bob, carol, phone)
    bob.approve(act)
    meet(alice, bob, carol, phone)
    for (const other of [bob, carol]) assert.throws(() => other.withdraw(act), refusedWith('act-is-known'))
    phone.withdraw(act)
    meet(alice, bob, carol, dave, phone)
    for (const person of [alice, bob, carol, dave, phone]) {
      assert.deepEqual(person.state.pending, [])
      assert.equal(person.state.refused.get(act.hash), 'enoughAgree')
      assert.equal(person.rightNow(dave), 'active')
    }
    assert.throws(() => carol.approve(act), refusedWith('act-is-open'))
    const anew = alice.remove(dave)
    meet(alice, bob, carol)
    assert.deepEqual(
      bob.state.pending.map(({ hash }) => hash),
      [anew.hash],
    )
    bob.approve(anew)
    carol.approve(anew)
    meet(alice, bob, carol, dave)
    assert.equal(dave.rightNow(dave), 'removed')
  })

  it('is withdrawn by an author who may not do it any more, and not by one who is out', () => {
    const { alice, bob, carol, dave } = board('3')
    const [one, other] = [carol.remove(dave), bob.remove(dave)]
    meet(alice, bob, carol, dave)
    bob.giveRole(bob, 'member')
    bob.withdraw(other)
    assert.deepEqual(
      bob.state.pending.map(({ hash }) => hash),
      [one.hash],
    )
    carol.says({ type: 'leave' })
    assert.throws(() => carol.withdraw(one), refusedWith('signer-is-member'))
  })

  it('has its effect when enough agreed before, or beside the withdrawal, whatever comes first', () => {
    const { world, alice, bob, carol, dave } = board('3')
    const act = alice.remove(dave)
    meet(alice, bob, carol, dave)
    bob.approve(act)
    carol.approve(act)
    alice.withdraw(act)
    assert.deepEqual(alice.state.pending, [], 'as far as she knows it is over')
    const entries = [alice, bob, carol].flatMap(({ log }) => log.allBytes())
    for (let order = 0; order < 20; order++) {
      const log = openLog(suite, alice.log.circle, alice.log.names)
      for (const bytes of world.random.shuffle(entries)) {
        log.add(bytes)
        if (order % 2 === 0 && log.size > 0) log.state()
      }
      assert.equal(log.state().members.get(dave.member)?.state, 'removed')
      assert.equal(log.verdict(act.hash), true)
      assert.deepEqual(log.state().pending, [])
      assert.equal(log.state().refused.size, 0)
    }
  })

  it('is not undone, once it has an effect, by a withdrawal hung on old entries: nor is a dissolution', () => {
    for (const what of ['remove', 'dissolve'] as const) {
      const { alice, bob, dave } = board('2')
      const act = what === 'remove' ? alice.remove(dave) : alice.dissolve()
      const heads = alice.log.heads()
      meet(alice, bob)
      bob.approve(act)
      const place = { sequence: act.sequence + 1, parents: heads, at: act.at }
      const bytes = alice.signs({ type: 'withdraw', act: act.hash }, place)
      bob.log.add(bytes)
      assert.equal(bob.log.verdict(act.hash), true)
      assert.equal(bob.rightNow(dave), what === 'remove' ? 'removed' : 'dissolved')
    }
  })

  it('expires: who agrees later, by its own clock, agrees to nothing; who agreed before counts', () => {
    const { world, alice, bob, carol, dave } = board('3')
    const act = alice.remove(dave)
    assert.equal(alice.state.pending[0]?.expires, act.at + ACT_LIFETIME_MS)
    meet(alice, bob, carol)
    bob.approve(act)
    world.now = act.at + ACT_LIFETIME_MS + 1
    assert.throws(() => carol.approve(act), refusedWith('act-is-open'))
    const bytes = carol.signs({ type: 'approve', act: act.hash }, { sequence: 0, at: world.now })
    alice.learnFrom(bob)
    alice.log.add(bytes)
    assert.equal(alice.log.verdict(decodeEntry(suite, bytes).entry.hash), 'actIsOpen')
    assert.deepEqual(alice.state.pending[0].approvals, [alice.member, bob.member])
    world.now = act.at + ACT_LIFETIME_MS
    carol.approve(act)
    meet(alice, bob, carol)
    assert.equal(alice.rightNow(dave), 'removed', 'the last moment is early enough')
  })

  it('is not hidden by many that expired: the last ones are listed', () => {
    const { alice } = board('3')
    const acts = Array.from({ length: 66 }, () => alice.dissolve().hash)
    const listed = new Set(alice.state.pending.map(({ hash }) => hash))
    assert.deepEqual(listed, new Set(acts.slice(2)))
    alice.withdraw(acts[65] ?? ('' as never))
    assert.deepEqual(new Set(alice.state.pending.map(({ hash }) => hash)), new Set(acts.slice(1, 65)))
  })
})
