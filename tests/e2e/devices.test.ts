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

function has(device: DeviceProcess, text: string): Promise<true> {
  return eventually(`${device.name} to have "${text}"`, async () =>
    (await everything(device)).some((message) => message.text === text) ? true : undefined,
  )
}

describe('a second device of Alice', () => {
  let two: CircleOfTwo
  let alice: DeviceProcess
  let bob: DeviceProcess
  let phone: DeviceProcess

  before(async () => {
    two = await circleOfTwo()
    ;({ alice, bob } = two)
    phone = await two.device('Phone').start()
  })

  after(async () => {
    await two.end()
  })

  it('joins by a link as a device of her own, and says so', async () => {
    assert.equal((await type(bob, 'verify', 'Alice', '--yes')).out['verified'], true)
    const { link } = (await type(alice, 'device', 'add', CIRCLE)).out as { link: string }
    const joined = await type(phone, 'join', link)
    assert.deepEqual([joined.exit, joined.out['as'], joined.out['name']], [0, 'device', CIRCLE])
    const [one, other] = await Promise.all(
      [alice, phone].map(({ client }) => client.circle({ circle: CIRCLE })),
    )
    assert.equal(one?.me, other?.me)
    assert.notEqual(one?.device, other?.device)
    assert.deepEqual(
      (await alice.client.devices()).devices.map(({ current }) => current),
      [true, false],
    )
  })

  it('makes Alice, whom Bob verified, changed until he verifies her anew', async () => {
    await eventually('Bob to see it', async () => {
      const alices = await bob.client.member({ member: 'Alice' })
      return alices.changed && !alices.verified ? true : undefined
    })
    const sent = await type(bob, 'send', 'Alice', 'is it you?')
    assert.equal((sent.out['warning'] as { code: string }).code, 'verification-changed')
    assert.equal((await type(bob, 'verify', 'Alice', '--yes')).out['verified'], true)
    assert.equal((await type(bob, 'send', 'Alice', 'hello both')).out['warning'], undefined)
  })

  it('sees the conversation of the circle from then on, and writes as Alice', async () => {
    await eventually('Bob to reach both', async () =>
      (await bob.client.peers()).peers.length === 2 ? true : undefined,
    )
    await bob.client.send({ where: CIRCLE, text: 'to both of you' })
    await Promise.all([has(alice, 'to both of you'), has(phone, 'to both of you')])
    await phone.client.send({ where: CIRCLE, text: 'from the phone' })
    await Promise.all([has(alice, 'from the phone'), has(bob, 'from the phone')])
    const [last] = (await everything(bob)).filter(({ text }) => text === 'from the phone')
    assert.equal(last?.fromName, 'Alice')
  })

  it('is named, which nobody else gets to know, and revoked, after which it gets nothing', async () => {
    const other = (await alice.client.devices()).devices.find(({ current }) => !current)
    assert.equal((await type(alice, 'device', 'rename', other?.device ?? '', 'Old phone')).exit, 0)
    assert.equal((await type(alice, 'device', 'revoke', 'Old phone', '--yes')).out['revoked'], true)
    await eventually('the phone to hear of it', async () => {
      const { standing } = await phone.client.circle({ circle: CIRCLE })
      return standing?.state === 'revoked' ? true : undefined
    })
    await eventually('Bob to hear of it', async () =>
      (await bob.client.member({ member: 'Alice' })).devices.length === 1 ? true : undefined,
    )
    await bob.client.send({ where: CIRCLE, text: 'without the phone' })
    await has(alice, 'without the phone')
    const refused = await type(phone, 'send', CIRCLE, 'x')
    assert.deepEqual([refused.exit, refused.error.code], [3, 'revoked'])
    assert.match(refused.error.message ?? '', /revoked in Circle by yourself on 20/)
    assert.ok(!(await everything(phone)).some(({ text }) => text === 'without the phone'))
  })
})
