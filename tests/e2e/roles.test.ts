import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CIRCLE,
  circleOfTwo,
  eventually,
  everything,
  type CircleOfTwo,
  type DeviceProcess,
} from './circleOfTwo.ts'
import { type } from './cli.ts'

/** Waits until `probe` holds. */
function until(what: string, probe: () => Promise<boolean>): Promise<true> {
  return eventually(what, async () => ((await probe()) ? true : undefined))
}

async function texts(device: DeviceProcess): Promise<string[]> {
  return (await everything(device)).map(({ text }) => text)
}

function stands(device: DeviceProcess, state: string | undefined): Promise<true> {
  return until(`${device.name} to be ${state ?? 'active'}`, async () => {
    const { standing } = await device.client.circle({ circle: CIRCLE })
    return standing?.state === state
  })
}

function has(device: DeviceProcess, text: string): Promise<true> {
  return until(`${device.name} to have "${text}"`, async () => (await texts(device)).includes(text))
}

function hasRole(device: DeviceProcess, role: string): Promise<true> {
  return until(`${device.name} to be ${role}`, async () => {
    return (await device.client.circle({ circle: CIRCLE })).role === role
  })
}

describe('a circle of three processes', () => {
  let two: CircleOfTwo
  let alice: DeviceProcess
  let bob: DeviceProcess
  let carol: DeviceProcess

  before(async () => {
    two = await circleOfTwo()
    ;({ alice, bob } = two)
    carol = await two.device('Carol').start()
    const { link } = await alice.client.invite({ circle: CIRCLE })
    await carol.client.join({ link })
    await until('all to be connected', async () => {
      const peers = await Promise.all([alice, bob, carol].map(({ client }) => client.peers()))
      return peers.every((list) => list.peers.length === 2)
    })
  })

  after(async () => {
    await two.end()
  })

  it('promotes and demotes; what a role does not allow is refused with exit 3', async () => {
    const refused = await type(bob, 'member', 'suspend', 'Carol', '--in', CIRCLE)
    assert.equal(refused.exit, 3)
    assert.equal(refused.error.code, 'not-allowed')
    assert.equal(refused.error.message, 'Your role (member) does not allow suspending a member.')
    assert.deepEqual((await type(alice, 'member', 'promote', 'Bob', '--in', CIRCLE)).out['role'], 'admin')
    await hasRole(bob, 'admin')
    assert.equal((await type(alice, 'member', 'demote', 'Bob')).out['role'], 'member')
    await hasRole(bob, 'member')
    assert.equal((await type(alice, 'member', 'promote', 'Bob')).exit, 0)
    await hasRole(bob, 'admin')
  })

  it('suspends, which ends everything at once, and restores, after which everything comes', async () => {
    assert.equal((await type(bob, 'member', 'suspend', 'Carol')).exit, 0)
    await stands(carol, 'suspended')
    const refused = await type(carol, 'send', CIRCLE, 'hello?')
    assert.deepEqual([refused.exit, refused.error.code], [3, 'suspended'])
    assert.match(refused.error.message ?? '', /suspended in Circle by Bob on 20/)
    assert.equal((await type(alice, 'member', 'restore', 'Carol')).exit, 0)
    await stands(carol, undefined)
    await alice.client.send({ where: CIRCLE, text: 'Carol is back' })
    await has(carol, 'Carol is back')
  })

  it('hands on ownership and takes it back; the only owner can’t leave', async () => {
    const leaving = await type(alice, 'circle', 'leave', CIRCLE)
    assert.deepEqual([leaving.exit, leaving.error.code], [3, 'last-owner'])
    assert.match(leaving.error.remedy ?? '', /transfer/)
    assert.equal((await type(alice, 'circle', 'transfer', CIRCLE, 'Bob')).exit, 0)
    await hasRole(bob, 'owner')
    await hasRole(alice, 'admin')
    assert.equal((await type(bob, 'circle', 'transfer', CIRCLE, 'Alice')).exit, 0)
    await hasRole(alice, 'owner')
  })

  it('removes Carol once two agree, while she is connected: her tunnels end, and nothing sent afterwards reaches her', async () => {
    assert.equal((await type(alice, 'circle', 'policy', CIRCLE, 'approvals', '2')).exit, 0)
    const asked = await type(alice, 'member', 'remove', 'Carol', '--in', CIRCLE)
    assert.deepEqual([asked.exit, asked.out['done']], [0, false])
    await until(
      'Bob to be asked',
      async () => (await bob.client.pending({ circle: CIRCLE })).pending.length === 1,
    )
    const [waits] = (await bob.client.pending({ circle: CIRCLE })).pending
    await alice.client.send({ where: CIRCLE, text: 'the last that Carol reads' })
    await has(carol, 'the last that Carol reads')
    assert.equal((await type(bob, 'circle', 'approve', CIRCLE, waits?.id ?? '')).out['done'], true)
    await until(
      'Alice to hear of it',
      async () => (await alice.client.members({ circle: CIRCLE })).members.length === 2,
    )
    await alice.client.send({ where: CIRCLE, text: 'from Alice afterwards' })
    await bob.client.send({ where: CIRCLE, text: 'from Bob afterwards' })
    await has(bob, 'from Alice afterwards')
    await has(alice, 'from Bob afterwards')
    await stands(carol, 'removed')
    await until('no tunnel to Carol', async () => {
      const [mine, hers] = await Promise.all([alice.client.peers(), carol.client.peers()])
      return hers.peers.length === 0 && mine.peers.every(({ name }) => name !== 'Carol')
    })
    const heard = await texts(carol)
    assert.ok(heard.includes('the last that Carol reads'))
    assert.ok(!heard.some((text) => text.includes('afterwards')))
  })

  it('answers the removed with exit 3, by whom and when, and lets her read what she had', async () => {
    const attempts = [
      ['send', CIRCLE, 'x'],
      ['invite', CIRCLE],
      ['device', 'add', CIRCLE],
      ['member', 'remove', 'Bob', '--in', CIRCLE],
      ['circle', 'policy', CIRCLE, 'history', 'all'],
      ['circle', 'dissolve', CIRCLE, '--yes'],
      ['room', 'create', CIRCLE, 'Room', 'Bob'],
      ['expire', CIRCLE, '1h'],
    ]
    for (const line of attempts) {
      const { exit, error } = await type(carol, ...line)
      assert.deepEqual([line.join(' '), exit, error.code], [line.join(' '), 3, 'removed'])
      assert.match(error.message ?? '', /removed from Circle by Alice on 20/)
    }
    assert.equal((await type(carol, 'messages', CIRCLE)).exit, 0)
    const found = (await type(carol, 'search', 'last that')).out['messages'] as unknown[]
    assert.equal(found.length, 1)
    const { standing } = (await type(carol, 'circle', 'show', CIRCLE)).out as {
      standing: Record<string, unknown>
    }
    assert.deepEqual([standing['state'], standing['byName'], standing['erased']], ['removed', 'Alice', false])
  })

  it('stays closed to the removed after a restart, and its store has nothing of what came later', async () => {
    await carol.stop()
    await carol.start()
    await stands(carol, 'removed')
    assert.ok(!(await texts(carol)).some((text) => text.includes('afterwards')))
    assert.equal((await carol.client.members({ circle: CIRCLE })).members.length, 2)
  })

  it('is dissolved by its only owner once an admin agrees, for everybody', async () => {
    assert.equal((await type(alice, 'circle', 'dissolve', CIRCLE, '--yes')).out['done'], false)
    const waiting = async () => (await bob.client.pending({ circle: CIRCLE })).pending
    await until('Bob to be asked', async () => (await waiting()).length === 1)
    const [act] = await waiting()
    assert.equal((await type(bob, 'circle', 'approve', CIRCLE, act?.id ?? '')).out['done'], true)
    for (const one of [alice, bob]) {
      await stands(one, 'dissolved')
      const refused = await type(one, 'send', CIRCLE, 'x')
      assert.deepEqual([refused.exit, refused.error.code], [3, 'dissolved'])
    }
    assert.ok((await texts(bob)).includes('from Alice afterwards'))
    assert.equal((await type(bob, 'circle', 'leave', CIRCLE)).exit, 0)
  })
})
