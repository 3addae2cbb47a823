/** Roles, removal and devices over HTTP: each route once, and the statuses of what is refused. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CallerFault } from '@triode/core'
import { servedFamily } from './served.ts'

suite('roles over the API', () => {
  test('change, and say what came of it', async (t) => {
    const { client } = await servedFamily(t)
    const member = 'Bob'
    assert.equal((await client.promote({ member, circle: 'Family' })).role, 'admin')
    assert.equal((await client.demote({ member, role: 'guest' })).role, 'guest')
    assert.equal((await client.suspend({ member })).done, true)
    assert.equal((await client.restoreMember({ member })).done, true)
    assert.equal((await client.transfer({ circle: 'Family', member })).role, 'owner')
    assert.equal((await client.dissolve({ circle: 'Family' })).done, true)
    await assert.rejects(client.promote({ member, colour: 'red' } as never), {
      status: 400,
      code: 'bad-input',
    })
  })

  test('wait for approval where the circle asks for it', async (t) => {
    const { client } = await servedFamily(t)
    const circle = 'Family'
    assert.equal((await client.policies({ circle })).policies[0]?.value, '1')
    await client.setPolicy({ circle, key: 'approvals', value: '2' })
    await assert.rejects(client.setPolicy({ circle, key: 'colour', value: 'x' }), { code: 'policy-unknown' })
    const { done, pending } = await client.remove({ circle, member: 'Bob' })
    assert.deepEqual([done, pending?.needed], [false, 2])
    const [waits] = (await client.pending({ circle })).pending
    assert.equal(waits?.id, pending?.id)
    assert.equal((await client.approve({ circle, act: pending?.id ?? '' })).done, true)
    await assert.rejects(client.approve({ circle, act: 'none' }), { status: 404, code: 'not-found' })
    const act = (await client.remove({ circle, member: 'Bob' })).pending?.id ?? ''
    assert.deepEqual((await client.withdraw({ circle, act })).act, act)
    assert.deepEqual((await client.pending({ circle })).pending, [])
    await assert.rejects(client.withdraw({ circle, act }), { status: 404, code: 'not-found' })
  })

  test('own devices are invited, listed, named and revoked', async (t) => {
    const { client } = await servedFamily(t)
    assert.match((await client.addDevice({ circle: 'Family' })).link, /^triode:/)
    assert.match((await client.addDeviceSpoken({ circle: 'Family' })).code, /^\d{4}-/)
    const [device] = (await client.devices()).devices
    const renamed = await client.renameDevice({ device: device?.device ?? '', name: 'Laptop' })
    assert.equal(renamed.name, 'Laptop')
    assert.equal((await client.revokeDevice({ device: 'Laptop' })).revoked, true)
  })

  for (const [code, status] of [
    ['removed', 403],
    ['suspended', 403],
    ['revoked', 403],
    ['dissolved', 403],
    ['not-allowed', 403],
    ['target-is-member', 409],
    ['device-is-not-last', 409],
    ['last-owner', 409],
  ] as const) {
    test(`${code} is answered with ${String(status)}`, async (t) => {
      const { client, device } = await servedFamily(t)
      device.failNext(new CallerFault(code, { message: 'Said so.', remedy: 'Ask.' }))
      await assert.rejects(client.remove({ member: 'Bob' }), { status, code, message: 'Said so.' })
    })
  }
})
