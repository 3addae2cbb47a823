/** Codes that one device shows and another reads, invitations that end, and the network as it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { inOneCircle, scene, skip } from './scene.ts'

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

async function show(page: Page, circle: string, part: string): Promise<void> {
  await page.evaluate((path) => {
    history.pushState(null, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
  }, `/circle/${circle}/${part}`)
  await page.getByRole('tablist').waitFor()
}

/** A picture of a code as the screen shows it, opened in another page. */
async function scan(from: Page, label: string, into: Page): Promise<void> {
  const buffer = await from.getByRole('img', { name: label }).screenshot()
  await into.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer })
}

test(
  'a QR code in a dark theme is read from a picture, and lets in; both then scan each other',
  { skip },
  async (t) => {
    const { device, open } = await scene(t)
    const [aliceDevice, bobDevice] = [await device('Alice'), await device('Bob')]
    const { circle } = await aliceDevice.client.createCircle({ name: 'Rowing club' })
    const alice = await open(aliceDevice, { colorScheme: 'dark', viewport: { width: 360, height: 740 } })
    const bob = await open(bobDevice)
    await show(alice, circle, 'invitations')
    await button(alice, 'Make the invitation').click()
    await assertAccessible(alice, 'an invitation, dark, on a phone')
    await bob.locator('input[type=file]').setInputFiles({
      name: 'notes.png',
      mimeType: 'image/png',
      buffer: await bob.getByRole('heading', { level: 1 }).first().screenshot(),
    })
    await bob.getByText(/^No QR code was found/).waitFor()
    await scan(alice, 'QR code of the invitation', bob)
    await bob.getByRole('heading', { name: 'You are in Rowing club' }).waitFor()

    await bob.getByRole('tab', { name: 'Scan codes' }).click()
    await alice.getByRole('tab', { name: 'Scan codes' }).click()
    await bob.getByRole('img', { name: 'Your code for Alice to scan' }).waitFor()
    await assertAccessible(bob, 'scanning')
    await scan(bob, 'Your code for Alice to scan', alice)
    await alice.getByText('You verified Bob').waitFor()
    await scan(alice, 'Your code for Bob to scan', bob)
    await bob.getByText('You verified Alice').waitFor()
    const { members } = await aliceDevice.client.members({ circle })
    assert.ok(members.some(({ me, verified }) => !me && verified))
  },
)

test('an invitation that was taken back lets nobody in, and says so', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [aliceDevice, bobDevice] = [await device('Alice'), await device('Bob')]
  const { circle } = await aliceDevice.client.createCircle({ name: 'Chess' })
  const alice = await open(aliceDevice)
  const bob = await open(bobDevice, { expected: /status of 50/ })
  await show(alice, circle, 'invitations')
  await button(alice, 'Make the invitation').click()
  const link = (await alice.getByLabel('Link of the invitation').textContent()) ?? ''
  await button(alice, /^Take back the invitation/).click()
  await alice.getByText('This invitation is not good any more. Make a new one.').waitFor()
  await alice.getByText('Taken back').waitFor()
  await bob.getByRole('textbox', { name: 'Link or spoken code' }).fill(link)
  await button(bob, 'Join').click()
  await bob.getByText(/^Looking for the device/).waitFor()
  await bob.getByRole('alert').waitFor({ timeout: 40_000 })
})

test(
  'the network as it is right now: who, how, since when, and nothing in the middle',
  { skip },
  async (t) => {
    const { device, open } = await scene(t)
    const [aliceDevice, bobDevice] = [await device('Alice'), await device('Bob')]
    const circle = await inOneCircle(aliceDevice, bobDevice)
    const alice = await open(aliceDevice, { reducedMotion: 'reduce' })
    await show(alice, circle, 'network')
    await alice.getByText('Connected to 1 of 1 other device').waitFor()
    await alice.getByRole('img', { name: /^The circle as it is right now/ }).waitFor()
    const row = alice.getByRole('row', { name: /Bob/ })
    const { peers } = await aliceDevice.client.peers({ circle })
    const [peer] = peers
    assert.ok(peer !== undefined)
    for (const text of [peer.channel, peer.group, peer.cipher]) await row.getByText(text).first().waitFor()
    await alice.getByText(/^There is no server/).waitFor()
    assert.equal(await alice.locator('.network circle').count(), 2, 'a device each, and nothing else')
    await assertAccessible(alice, 'the network')
    await bobDevice.stop()
    await alice.getByText('Connected to 0 of 1 other device').waitFor()
    await row.getByText('not connected').waitFor()
  },
)
