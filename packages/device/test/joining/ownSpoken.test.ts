/** A further device of one's own, by a code that is typed there (spec §6.8). */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { Bench, codeOf, event, eventually, pair, tcpAddressOf } from '../devices.ts'

const bench = new Bench()
after(() => bench.end())

describe('a spoken code for a device of one\u2019s own', () => {
  it('makes the new one a device of the same member, once', async () => {
    const { alice, bob, circle } = await pair(bench)
    const { code, tries, expires } = await alice.device.addDeviceSpoken({ circle })
    assert.match(code, /^\d{4}-[a-z]+-[a-z]+$/)
    assert.equal(tries, 3)
    assert.ok(expires <= Date.now() + 600_000, 'ten minutes unless asked otherwise')
    const at = await tcpAddressOf(alice)
    const phone = await bench.make('Phone')
    const joined = await phone.device.join({ link: code, at })
    assert.equal(joined.as, 'device')
    assert.equal((await phone.device.circle(circle)).me, (await alice.device.circle(circle)).me)
    const added = await event(bob, 'membership', ({ change }) => change === 'device-added')
    assert.equal(added.name, 'Alice')
    const { conversation } = await alice.device.send({ where: circle, text: 'from either' })
    await eventually('the phone has it', async () => {
      const { messages } = await phone.device.messages({ where: conversation, limit: 9 })
      return messages.some(({ text }) => text === 'from either') ? true : undefined
    })
    const other = await bench.make('Other')
    assert.equal(await codeOf(other.device.join({ link: code, at })), 'invitation-refused')
    assert.equal((await alice.device.devices(circle)).length, 2)
  })

  it('lives an hour at most, counts among the codes of all circles, and needs a hybrid circle', async () => {
    const { alice, circle } = await pair(bench)
    const long = alice.device.addDeviceSpoken({ circle, expiresMs: 3_600_001 })
    assert.equal(await codeOf(long), 'expiry-out-of-range')
    for (let n = 0; n < 16; n++) await alice.device.addDeviceSpoken({ circle })
    assert.equal(await codeOf(alice.device.addDeviceSpoken({ circle })), 'too-many-codes')
    assert.equal(await codeOf(alice.device.inviteSpoken({ circle })), 'too-many-codes')
    const strict = await alice.device.createCircle({ name: 'Strict', suite: 'p384' })
    const there = alice.device.addDeviceSpoken({ circle: strict.circle })
    assert.equal(await codeOf(there), 'spoken-not-offered')
  })
})
