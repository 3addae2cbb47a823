import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ACT_LIFETIME_MS, Unavailable, type CallerFault } from '@triode/core'
import { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import {
  Bench,
  codeOf,
  event,
  eventually,
  join2,
  pair,
  PASSPHRASE,
  textsIn,
  type TestDevice,
} from '../devices.ts'

let bench: Bench
before(() => {
  bench = new Bench()
})
after(async () => {
  await bench.end()
})

/** Alice owns the circle, Bob and Carol are members. */
async function three() {
  const { alice, bob, circle } = await pair(bench)
  const carol = await bench.make('Carol')
  await join2(alice, carol, circle)
  await eventually('Bob knows Carol', () => knows(bob, circle, 3))
  return { alice, bob, carol, circle }
}

async function knows({ device }: TestDevice, circle: string, members: number) {
  return (await device.circle(circle)).members === members ? true : undefined
}

async function messageOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'no fault',
    (error: unknown) => (error as Error).message,
  )
}

function stateHere({ device }: TestDevice, circle: string, state: string) {
  return eventually(`it hears that it is ${state}`, async () => {
    const { standing } = await device.circle(circle)
    return standing?.state === state ? standing : undefined
  })
}

describe('roles', () => {
  it('go up and down step by step, or to the one named, and the others hear of it', async () => {
    const { alice, bob, circle } = await pair(bench)
    const promoted = await alice.device.promote({ member: 'Bob' })
    assert.equal(promoted.role, 'admin')
    assert.equal(promoted.done, true)
    const told = await event(bob, 'membership', ({ change }) => change === 'role')
    assert.equal(told.role, 'admin')
    assert.equal(told.me, true)
    assert.equal((await bob.device.circle(circle)).role, 'admin')
    assert.equal((await alice.device.demote({ member: 'Bob', role: 'guest' })).role, 'guest')
    assert.equal((await alice.device.promote({ member: 'Bob', circle })).role, 'member')
    assert.equal((await alice.device.demote({ member: 'Bob' })).role, 'guest')
    assert.equal(await codeOf(alice.device.demote({ member: 'Bob' })), 'role-unchanged')
    assert.equal(await codeOf(alice.device.promote({ member: 'Bob', role: 'guest' })), 'role-unchanged')
    assert.equal(await codeOf(alice.device.promote({ member: 'Bob', role: 'king' })), 'role-unknown')
  })

  it('are refused in words that say what one\u2019s role does not allow', async () => {
    const { bob } = await pair(bench)
    const removing = bob.device.remove({ member: 'Alice' })
    assert.equal(await codeOf(removing), 'not-allowed')
    assert.equal(
      await messageOf(bob.device.remove({ member: 'Alice' })),
      'Your role (member) does not allow removing an owner.',
    )
    assert.equal(await codeOf(bob.device.suspend({ member: 'Alice' })), 'not-allowed')
    assert.equal(
      await messageOf(bob.device.setPolicy({ circle: 'Circle', key: 'approvals', value: '2' })),
      'Your role (member) does not allow setting policies.',
    )
    assert.equal(await codeOf(bob.device.dissolve('Circle')), 'not-allowed')
    assert.equal(await codeOf(bob.device.invite({ circle: 'Circle', role: 'admin' })), 'not-allowed')
  })

  it('hand on ownership, after which the only owner may leave', async () => {
    const { alice, bob, circle } = await pair(bench)
    const refused = alice.device.leaveCircle(circle).catch((error: unknown) => error)
    const fault = (await refused) as { code: string; remedy: string }
    assert.equal(fault.code, 'last-owner')
    assert.match(fault.remedy, /transfer/)
    await alice.device.transfer({ member: 'Bob' })
    assert.equal((await alice.device.circle(circle)).role, 'admin')
    await eventually('Bob is owner', async () =>
      (await bob.device.circle(circle)).role === 'owner' ? true : undefined,
    )
    await alice.device.leaveCircle(circle)
    assert.deepEqual(await alice.device.circles(), [])
  })
})

describe('a refusal', () => {
  it('says whom it is about and what to do, not which rule: a keeper in a room, a guest who makes one', async () => {
    const { alice, bob, circle } = await pair(bench)
    const kim = await bench.make('Kim')
    await join2(alice, kim, circle, 'keeper')
    const room = alice.device.createRoom({ circle, name: 'Kitchen', members: ['Bob', 'Kim'] })
    assert.equal(await messageOf(room), 'Kim is a keeper and can\u2019t be in a room.')
    assert.equal(
      await codeOf(alice.device.createRoom({ circle, name: 'x', members: ['Kim'] })),
      'target-is-member',
    )
    const remedy = await room.catch((error: unknown) => (error as CallerFault).remedy)
    assert.equal(typeof remedy === 'string' && remedy.includes('without them'), true)
    await alice.device.demote({ member: 'Bob', role: 'guest' })
    await event(bob, 'membership', ({ change }) => change === 'role')
    const byGuest = bob.device.createRoom({ circle, name: 'Kitchen', members: ['Alice'] })
    assert.equal(await messageOf(byGuest), 'Your role (guest) does not allow making rooms.')
    assert.equal(await codeOf(byGuest), 'not-allowed')
  })
})

describe('removal', () => {
  it('ends the tunnel at once; the removed hears by whom, gets nothing sent afterwards, and keeps what it had', async () => {
    const { alice, bob, carol, circle } = await three()
    await alice.device.send({ where: circle, text: 'before' })
    await eventually('Bob has it', async () => ((await textsIn(bob, circle)).length === 1 ? true : undefined))
    await alice.device.remove({ member: 'Bob' })
    await alice.device.send({ where: circle, text: 'after' })
    const standing = await stateHere(bob, circle, 'removed')
    assert.equal(standing.byName, 'Alice')
    const told = await event(bob, 'membership', ({ change }) => change === 'removed')
    assert.deepEqual([told.me, told.byName], [true, 'Alice'])
    await eventually('Carol has both', async () =>
      (await textsIn(carol, circle)).includes('after') ? true : undefined,
    )
    await eventually('no tunnels to Bob', async () =>
      (await bob.device.peers(circle)).length === 0 ? true : undefined,
    )
    assert.deepEqual(await textsIn(bob, circle), ['before'])
    assert.equal((await bob.device.search({ text: 'before', limit: 9 })).messages.length, 1)
    const kept = await bob.device.conversations(circle)
    assert.deepEqual(
      kept.map(({ unread }) => unread),
      kept.map(() => 0),
    )
    const attempts = [
      bob.device.send({ where: circle, text: 'x' }),
      bob.device.invite({ circle }),
      bob.device.addDevice({ circle }),
      bob.device.createRoom({ circle, name: 'r', members: [] }),
      bob.device.remove({ member: 'Carol' }),
      bob.device.setExpiry(circle, 1000),
      bob.device.dissolve(circle),
    ]
    for (const attempt of attempts) assert.equal(await codeOf(attempt), 'removed')
    assert.match(
      await messageOf(bob.device.send({ where: circle, text: 'x' })),
      /removed from Circle by Alice on 20/,
    )
    const { link } = await alice.device.invite({ circle })
    assert.equal(await codeOf(bob.device.join({ link })), 'already-member')
    await bob.device.leaveCircle(circle)
    assert.deepEqual(await bob.device.circles(), [])
    await bob.device.join({ link })
    assert.equal((await bob.device.circle(circle)).standing, undefined)
    assert.equal((await bob.device.circle(circle)).members, 3)
  })

  it('is heard of by a device that was away, when it calls; of the log it gets nothing later', async () => {
    const { alice, bob, carol, circle } = await three()
    await bob.device.lock()
    await alice.device.remove({ member: 'Bob' })
    const entries = (await alice.device.circle(circle)).logEntries
    await alice.device.promote({ member: 'Carol' })
    await alice.device.send({ where: circle, text: 'after' })
    await bob.device.unlock(PASSPHRASE)
    const standing = await stateHere(bob, circle, 'removed')
    assert.equal(standing.byName, 'Alice')
    assert.equal((await bob.device.circle(circle)).logEntries, entries)
    assert.equal((await bob.device.member('Carol')).role, 'member')
    assert.deepEqual(await textsIn(bob, circle), [])
    assert.equal((await carol.device.circle(circle)).role, 'admin')
  })

  it('erases what was there where the circle asks for it', async () => {
    const { alice, bob, circle } = await pair(bench)
    await alice.device.setPolicy({ circle, key: 'removed-history', value: 'erase' })
    await alice.device.send({ where: circle, text: 'secret plan' })
    await eventually('Bob has it', async () => ((await textsIn(bob, circle)).length === 1 ? true : undefined))
    await alice.device.remove({ member: 'Bob' })
    const told = await event(bob, 'membership', ({ change }) => change === 'removed')
    assert.equal(told.erased, true)
    assert.equal((await bob.device.circle(circle)).standing?.erased, true)
    assert.deepEqual(await textsIn(bob, circle), [])
    assert.deepEqual((await bob.device.search({ text: 'secret', limit: 9 })).messages, [])
    assert.equal(await codeOf(bob.device.send({ where: circle, text: 'x' })), 'removed')
    await bob.device.lock()
    await bob.device.unlock(PASSPHRASE)
    assert.deepEqual(await textsIn(bob, circle), [])
    assert.equal((await bob.device.circle(circle)).standing?.byName, 'Alice')
    assert.equal((await alice.device.messages({ where: circle, limit: 9 })).messages.length, 1)
  })

  it('erases at the next start what could not be erased at once', async (t) => {
    const { alice, bob, circle } = await pair(bench)
    await alice.device.setPolicy({ circle, key: 'removed-history', value: 'erase' })
    await alice.device.send({ where: circle, text: 'secret plan' })
    await eventually('Bob has it', async () => ((await textsIn(bob, circle)).length === 1 ? true : undefined))
    const erasing = t.mock.method(CircleRuntime.prototype, 'eraseHistory', () => {
      throw new Unavailable('disk-full')
    })
    await alice.device.remove({ member: 'Bob' })
    await stateHere(bob, circle, 'removed')
    assert.equal((await textsIn(bob, circle)).length, 1)
    erasing.mock.restore()
    await bob.device.lock()
    await bob.device.unlock(PASSPHRASE)
    assert.deepEqual(await textsIn(bob, circle), [])
  })

  it('waits for a second admin where the circle asks for two', async () => {
    const { alice, bob, carol, circle } = await three()
    await alice.device.promote({ member: 'Bob' })
    await alice.device.setPolicy({ circle, key: 'approvals', value: '2' })
    const { done, pending } = await alice.device.remove({ member: 'Carol' })
    assert.equal(done, false)
    assert.deepEqual([pending?.agree, pending?.needed], [1, 2])
    const asked = await event(bob, 'membership', ({ change }) => change === 'pending')
    assert.equal(asked.act, pending?.id)
    assert.equal((await carol.device.circle(circle)).standing, undefined)
    const [waits] = await bob.device.pending(circle)
    assert.deepEqual([waits?.act, waits?.name, waits?.byName], ['remove', 'Carol', 'Alice'])
    assert.equal(await codeOf(alice.device.approve(circle, pending?.id ?? '')), 'act-is-known')
    assert.equal(await codeOf(bob.device.approve(circle, 'aaaaaaaaaa')), 'not-found')
    assert.equal((await bob.device.approve(circle, pending?.id ?? '')).done, true)
    assert.equal((await stateHere(carol, circle, 'removed')).byName, 'Alice')
    assert.deepEqual(await bob.device.pending(circle), [])
    for (const one of [alice, bob]) {
      const { records } = await one.device.audit({ limit: 50 })
      const events = records.map((record) => record.event).reverse()
      const told = events.slice(events.indexOf('act-proposed')).filter((name) => /^(act|member)-/.test(name))
      assert.deepEqual(told, ['act-proposed', 'act-approved', 'member-removed'])
    }
  })

  it('is taken back by whoever proposed it, while it waits: nobody can agree any more', async () => {
    const { alice, bob, carol, circle } = await three()
    await alice.device.promote({ member: 'Bob' })
    await alice.device.setPolicy({ circle, key: 'approvals', value: '2' })
    const { pending } = await alice.device.remove({ member: 'Carol' })
    const id = pending?.id ?? ''
    assert.equal(pending?.expires, (pending?.at ?? 0) + ACT_LIFETIME_MS)
    await event(bob, 'membership', ({ change }) => change === 'pending')
    assert.match(await messageOf(bob.device.withdraw(circle, id)), /^Only who proposed it/)
    assert.deepEqual(await alice.device.withdraw(circle, id.slice(0, 12)), {
      circle,
      act: id,
      withdrawn: true,
    })
    const told = await event(bob, 'membership', ({ change }) => change === 'withdrawn')
    assert.deepEqual([told.act, told.byName], [id, 'Alice'])
    for (const one of [alice, bob, carol]) assert.deepEqual(await one.device.pending(circle), [])
    assert.equal(await codeOf(bob.device.approve(circle, id)), 'not-found')
    assert.equal(await codeOf(alice.device.withdraw(circle, id)), 'not-found')
    assert.equal((await bob.device.member('Carol')).state, 'active')
  })
})

describe('suspension', () => {
  it('holds until it is undone, and then everything comes', async () => {
    const { alice, bob, circle } = await pair(bench)
    await alice.device.suspend({ member: 'Bob' })
    const standing = await stateHere(bob, circle, 'suspended')
    assert.equal(standing.byName, 'Alice')
    assert.equal(await codeOf(bob.device.send({ where: circle, text: 'x' })), 'suspended')
    assert.equal((await alice.device.members(circle)).find(({ name }) => name === 'Bob')?.state, 'suspended')
    await alice.device.restoreMember({ member: 'Bob' })
    assert.equal(await codeOf(alice.device.restoreMember({ member: 'Bob' })), 'target-is-suspended')
    await event(bob, 'membership', ({ change }) => change === 'restored')
    await alice.device.send({ where: circle, text: 'welcome back' })
    await eventually('Bob reads again', async () =>
      (await textsIn(bob, circle)).includes('welcome back') ? true : undefined,
    )
    await bob.device.send({ where: circle, text: 'thanks' })
  })
})

describe('a dissolved circle', () => {
  it('is over for everybody, also for who was away', async () => {
    const { alice, bob, carol, circle } = await three()
    await carol.device.lock()
    await alice.device.dissolve(circle)
    assert.equal((await stateHere(bob, circle, 'dissolved')).byName, 'Alice')
    await carol.device.unlock(PASSPHRASE)
    await stateHere(carol, circle, 'dissolved')
    for (const one of [alice, bob, carol])
      assert.equal(await codeOf(one.device.send({ where: circle, text: 'x' })), 'dissolved')
    assert.equal((await bob.device.conversations(circle)).length, 1)
  })
})

describe('policies', () => {
  it('are listed with what they mean, and set to what they may be', async () => {
    const { alice, circle } = await pair(bench)
    const before = await alice.device.policies(circle)
    assert.deepEqual(
      before.map(({ key, value }) => [key, value]),
      [
        ['history', 'since-joining'],
        ['approvals', '1'],
        ['removed-history', 'keep'],
        ['notifications', 'as-chosen'],
        ['links', 'members'],
        ['kept-files', 'all'],
        ['forwarding', 'members'],
        ['port-mapping', 'as-chosen'],
      ],
    )
    assert.deepEqual(before[0]?.setBy, ['owner', 'admin'])
    await alice.device.setPolicy({ circle, key: 'history', value: 'all' })
    assert.equal((await alice.device.policies(circle))[0]?.value, 'all')
    assert.equal(
      await codeOf(alice.device.setPolicy({ circle, key: 'history', value: 'x' })),
      'policy-is-allowed',
    )
    assert.equal(
      await codeOf(alice.device.setPolicy({ circle, key: 'colour', value: 'x' })),
      'policy-unknown',
    )
  })
})

describe('several devices of one member', () => {
  it('are added by a link, read and write as one, and are revoked', async () => {
    const { alice, bob, circle } = await pair(bench)
    const second = await bench.make('Alice again')
    const { link } = await alice.device.addDevice({ circle })
    const joined = await second.device.join({ link })
    assert.equal(joined.as, 'device')
    assert.equal((await second.device.circle(circle)).me, (await alice.device.circle(circle)).me)
    const added = await event(bob, 'membership', ({ change }) => change === 'device-added')
    assert.equal(added.name, 'Alice')
    await eventually('Bob and the new one meet', async () =>
      (await bob.device.peers(circle)).length === 2 ? true : undefined,
    )
    await bob.device.send({ where: circle, text: 'to all' })
    await eventually('both have it', async () => {
      const both = await Promise.all([textsIn(alice, circle), textsIn(second, circle)])
      return both.every((list) => list.includes('to all')) ? true : undefined
    })
    const devices = await alice.device.devices(circle)
    assert.equal(devices.length, 2)
    const other = devices.find(({ current }) => !current)
    await alice.device.renameDevice(other?.device ?? '', 'Phone')
    assert.equal(await codeOf(alice.device.renameDevice('Phone', '')), 'name-invalid')
    await eventually('the new one knows its name', async () =>
      (await second.device.devices()).some(({ name }) => name === 'Phone') ? true : undefined,
    )
    assert.equal((await alice.device.revokeDevice('Phone')).revoked, true)
    const standing = await stateHere(second, circle, 'revoked')
    assert.equal(standing.byName, 'Alice')
    assert.equal(await codeOf(second.device.send({ where: circle, text: 'x' })), 'revoked')
    assert.equal((await bob.device.member('Alice')).devices.length, 1)
    const [own] = await alice.device.devices(circle)
    assert.equal(await codeOf(alice.device.revokeDevice(own?.device ?? '')), 'device-is-not-last')
    assert.equal(await codeOf(alice.device.revokeDevice('Toaster')), 'not-found')
  })

  it('make a verified member changed until it is verified anew', async () => {
    const { alice, bob, circle } = await pair(bench)
    await bob.device.setVerified('Alice', true)
    assert.equal((await bob.device.send({ where: 'Alice', text: 'safe' })).warning, undefined)
    const second = await bench.make()
    await second.device.join({ link: (await alice.device.addDevice({ circle })).link })
    await event(bob, 'membership', ({ change }) => change === 'verification-changed')
    const changed = await bob.device.member('Alice')
    assert.deepEqual([changed.verified, changed.changed], [false, true])
    assert.equal(changed.devices.filter(({ safetyWords }) => safetyWords?.length === 10).length, 1)
    const { warning } = await bob.device.send({ where: 'Alice', text: 'really you?' })
    assert.equal(warning?.code, 'verification-changed')
    const toAll = await bob.device.send({ where: circle, text: 'to all' })
    assert.equal(toAll.warning?.code, 'verification-changed')
    const undone = await bob.device.setVerified('Alice', false)
    assert.deepEqual([undone.verified, undone.changed], [false, false])
    await bob.device.setVerified('Alice', true)
    const anew = await bob.device.member('Alice')
    assert.deepEqual([anew.verified, anew.changed], [true, false])
    assert.equal((await bob.device.send({ where: circle, text: 'all well' })).warning, undefined)
  })

  it('say on receipt what comes from one that nobody compared: what it writes, and what it makes of the words of others', async () => {
    const { alice, bob, circle } = await pair(bench)
    const marksAt = async (reader: TestDevice): Promise<(readonly [string, boolean])[]> => {
      const { messages } = await reader.device.messages({ where: circle, limit: 9 })
      return messages.map(({ text, unverified }) => [text, unverified === true])
    }
    const marks = (wanted: readonly (readonly [string, boolean])[]): Promise<true> =>
      eventually(`Bob sees ${JSON.stringify(wanted)}`, async () =>
        JSON.stringify(await marksAt(bob)) === JSON.stringify(wanted) ? true : undefined,
      )
    await bob.device.setVerified('Alice', true)
    const { id } = await alice.device.send({ where: circle, text: 'from the one that Bob knows' })
    const second = await bench.make()
    await second.device.join({ link: (await alice.device.addDevice({ circle })).link })
    await event(bob, 'membership', ({ change }) => change === 'verification-changed')
    await eventually('the other one has it', async () =>
      (await textsIn(second, circle)).length === 1 ? true : undefined,
    )
    await second.device.send({ where: circle, text: 'from the other' })
    await marks([
      ['from the one that Bob knows', false],
      ['from the other', true],
    ])
    const told = await event(bob, 'message', ({ message }) => message.text === 'from the other')
    assert.equal(told.message.unverified, true)
    const found = (await bob.device.search({ text: 'other', limit: 9 })).messages
    assert.deepEqual(
      found.map(({ unverified }) => unverified),
      [true],
    )
    const other = (await alice.device.devices(circle)).find(({ current }) => !current)?.device ?? ''
    await second.device.edit(id, 'as the other would have it')
    await marks([
      ['as the other would have it', true],
      ['from the other', true],
    ])
    assert.deepEqual(
      (await marksAt(alice)).map(([, marked]) => marked),
      [false, false],
      'her own',
    )
    await alice.device.revokeDevice(other)
    await event(bob, 'membership', ({ change }) => change === 'device-revoked')
    assert.equal((await bob.device.member('Alice')).verified, true)
    assert.deepEqual(
      (await marksAt(bob)).map(([, marked]) => marked),
      [true, true],
      'revoked, and never compared',
    )
    await bob.device.setVerified('Alice', false)
    assert.deepEqual(
      (await marksAt(bob)).map(([, marked]) => marked),
      [false, false],
      'no word of hers is vouched for',
    )
  })
})
