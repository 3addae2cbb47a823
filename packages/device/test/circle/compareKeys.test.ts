/** Two people hold their screens up to each other's cameras (spec §6.7). */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { Bench, codeOf, event, eventually, join2, pair } from '../devices.ts'

const bench = new Bench()
after(() => bench.end())

describe('scanning what the other device shows', () => {
  it('verifies either side for itself, when both see the same keys', async () => {
    const { alice, bob, circle } = await pair(bench)
    const shown = await alice.device.shownKeys('Bob')
    assert.match(shown.text, /^triode-keys:[a-z2-7]+$/)
    assert.equal(shown.circle, circle)
    const seen = await bob.device.verifyScanned('Alice', shown.text.toUpperCase())
    assert.deepEqual([seen.name, seen.verified], ['Alice', true])
    assert.equal((await alice.device.member('Bob')).verified, false, 'Alice has scanned nothing yet')
    const { text } = await bob.device.shownKeys('Alice')
    assert.equal((await alice.device.verifyScanned('Bob', text)).verified, true)
    const records = (await alice.device.audit({ limit: 20 })).records.map((record) => record.event)
    assert.ok(records.includes('verification-set'), 'the audit log tells of it')
  })

  it('verifies only the device that showed it: another that was there is left for later, one that comes is a change', async () => {
    const { alice, bob, circle } = await pair(bench)
    const phone = await bench.make('Phone')
    await phone.device.join({ link: (await alice.device.addDevice({ circle })).link })
    await event(bob, 'membership', ({ change }) => change === 'device-added')
    const { text } = await alice.device.shownKeys('Bob')
    const seen = await bob.device.verifyScanned('Alice', text)
    assert.deepEqual([seen.verified, seen.partly, seen.changed], [false, true, false])
    assert.deepEqual(
      seen.devices.map(({ verified }) => verified),
      [true, false],
    )
    const talk =
      (await alice.device.conversations(circle)).find(({ kind }) => kind === 'circle')?.conversation ?? ''
    assert.equal((await bob.device.send({ where: talk, text: 'hello' })).warning, undefined)
    const tablet = await bench.make('Tablet')
    await tablet.device.join({ link: (await alice.device.addDevice({ circle })).link })
    await event(bob, 'membership', ({ change }) => change === 'verification-changed')
    const now = await bob.device.verifyScanned('Alice', text)
    assert.deepEqual(
      [now.verified, now.partly, now.changed],
      [false, false, true],
      'no scan of an old one ends it',
    )
    await bob.device.verifyScanned('Alice', (await tablet.device.shownKeys('Bob')).text)
    assert.equal((await bob.device.member('Alice')).partly, true)
    const again = await bob.device.verifyScanned('Alice', (await phone.device.shownKeys('Bob')).text)
    assert.deepEqual([again.verified, again.partly, again.changed], [true, false, false])
  })

  it('changes nothing when the keys differ, and says so by name', async () => {
    const { alice, bob, circle } = await pair(bench)
    const carol = await bench.make('Carol')
    await join2(alice, carol, circle)
    await eventually('Bob hears of Carol', async () =>
      (await bob.device.members(circle)).length === 3 ? true : undefined,
    )
    const carols = (await carol.device.shownKeys('Alice')).text
    assert.equal(await codeOf(alice.device.verifyScanned('Bob', carols)), 'keys-differ')
    const forAnother = (await bob.device.shownKeys('Carol')).text
    assert.equal(await codeOf(alice.device.verifyScanned('Bob', forAnother)), 'keys-differ')
    const ownScreen = (await alice.device.shownKeys('Bob')).text
    assert.equal(await codeOf(alice.device.verifyScanned('Bob', ownScreen)), 'keys-differ')
    assert.equal(await codeOf(alice.device.verifyScanned('Bob', 'triode-keys:aaaa')), 'scan-malformed')
    assert.equal((await alice.device.member('Bob')).verified, false)
  })

  it('is of one circle: the code of another is refused, and so is comparing with oneself', async () => {
    const { alice, bob } = await pair(bench)
    const { circle } = await alice.device.createCircle({ name: 'Other' })
    await join2(alice, bob, circle)
    const { text } = await bob.device.shownKeys('Other/Alice')
    assert.equal(await codeOf(alice.device.verifyScanned('Circle/Bob', text)), 'wrong-circle')
    assert.equal(await codeOf(alice.device.shownKeys('Circle/Alice')), 'not-allowed')
    assert.equal(await codeOf(alice.device.verifyScanned('Circle/Alice', text)), 'not-allowed')
  })
})
