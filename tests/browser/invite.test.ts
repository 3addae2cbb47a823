/** Codes that one device shows and another reads, invitations that end, and the network as it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { putBeforeCamera, refuseCamera } from './camera.ts'
import { goTo, showCircle } from './places.ts'
import { scene, skip } from './scene.ts'

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

/** A picture of a code as the screen shows it, opened in another page. */
async function scan(from: Page, label: string, into: Page): Promise<void> {
  const buffer = await from.getByRole('img', { name: label }).screenshot()
  await into.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer })
}

test('Alice invites Bob', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [aliceDevice, bobDevice] = await Promise.all([device('Alice'), device('Bob')])
  const { circle } = await aliceDevice.client.createCircle({ name: 'Rowing club' })
  const { circle: chess } = await aliceDevice.client.createCircle({ name: 'Chess' })
  const { circle: fishing } = await aliceDevice.client.createCircle({ name: 'Fishing' })
  const alice = await open(aliceDevice, {
    colorScheme: 'dark',
    viewport: { width: 360, height: 740 },
    reducedMotion: 'reduce',
  })
  // One that was stopped refuses connections, and one that lets nobody in is a bad gateway: the browser reports both.
  const expected = /net::ERR_|status of 50/
  const [bob, later] = [await open(bobDevice, { expected }), await open(bobDevice, { expected })]

  await t.test('an invitation that was taken back is looked for', async () => {
    await showCircle(alice, fishing, 'invitations')
    await button(alice, 'Make the invitation').click()
    const link = (await alice.getByLabel('Link of the invitation').textContent()) ?? ''
    await button(alice, /^Take back the invitation/).click()
    await alice.getByText('This invitation is not good any more. Make a new one.').waitFor()
    await alice.getByText('Taken back').waitFor()
    await later.getByRole('textbox', { name: 'Link or spoken code' }).fill(link)
    await button(later, 'Join').click()
    await later.getByText(/^Looking for the device/).waitFor()
  })

  await t.test(
    'a QR code in a dark theme is read from a picture, and lets in; both then scan each other',
    async () => {
      await showCircle(alice, circle, 'invitations')
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

  await t.test(
    'without a camera the page says what else to do; with one it joins by what the camera sees',
    async () => {
      await showCircle(alice, chess, 'invitations')
      await button(alice, 'Make the invitation').click()
      const code = await alice.getByRole('img', { name: 'QR code of the invitation' }).screenshot()
      await button(bob, 'Go to the conversation').click()
      await goTo(bob, '/start')
      await refuseCamera(bob)
      await button(bob, 'Use the camera').click()
      await bob.getByText(/picture of the code and open that/).waitFor()
      await button(bob, 'Stop the camera').click()
      await putBeforeCamera(bob, code)
      await button(bob, 'Use the camera').click()
      await bob.getByRole('heading', { name: 'You are in Chess' }).waitFor()
      await assertAccessible(bob, 'joined by camera')
    },
  )

  await t.test(
    'the network as it is right now: who, how, since when, and nothing in the middle',
    async () => {
      await showCircle(alice, circle, 'network')
      await alice.getByText('Connected to 1 of 1 other device').waitFor()
      await alice.getByRole('img', { name: /^The circle as it is right now/ }).waitFor()
      const row = alice.getByRole('row', { name: /Bob/ })
      const { peers } = await aliceDevice.client.peers({ circle })
      const [peer] = peers
      assert.ok(peer !== undefined)
      for (const text of ['Local network', peer.group, peer.cipher])
        await row.getByText(text).first().waitFor()
      await alice.getByText(/^There is no server/).waitFor()
      assert.equal(await alice.locator('.network circle').count(), 2, 'a device each, and nothing else')
      const moving = await alice.evaluate(() => document.getAnimations().length)
      assert.equal(moving, 0, 'who wants less motion sees none')
      await assertAccessible(alice, 'the network')
    },
  )

  await t.test('the invitation that was taken back let nobody in, and says so', async () => {
    await later.getByRole('alert').waitFor({ timeout: 40_000 })
    await bobDevice.stop()
    await alice.getByText('Connected to 0 of 1 other device').waitFor()
    await alice.getByRole('row', { name: /Bob/ }).getByText('not connected').waitFor()
  })
})
