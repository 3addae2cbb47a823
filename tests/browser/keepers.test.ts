/** What a circle's keepers take and hold, as their members see it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessibleInThemes } from './axe.ts'
import { press } from './keyboard.ts'
import { goTo, showCircle } from './places.ts'
import { eventually, inOneCircle, scene, skip } from './scene.ts'

test('Alice, whose circle gets a keeper', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [alice, bob, kim] = await Promise.all([device('Alice'), device('Bob'), device('Kim')])
  const circle = await inOneCircle(alice, bob)
  const page = await open(alice)
  await page.locator('.list-rows').waitFor()
  await showCircle(page, circle, 'keepers')

  let link = ''

  await t.test('has none at first, and invites one', async () => {
    await page.getByText(/^This circle has no keeper/).waitFor()
    await press(page, page.getByRole('button', { name: 'Invite a keeper' }))
    await page.getByRole('heading', { name: 'Invite a keeper' }).waitFor()
    await page.getByText(/triode start --keeper/).waitFor()
    await assertAccessibleInThemes(page, 'inviting a keeper')
    await page.getByRole('button', { name: 'Make the invitation' }).click()
    link = (await page.getByLabel('Link of the invitation').textContent()) ?? ''
    const { invitations } = await alice.client.invitations({ circle })
    assert.equal(invitations[0]?.role, 'keeper')
  })

  await t.test('may invite one where others are invited, too', async () => {
    await showCircle(page, circle, 'invitations')
    await page.getByRole('button', { name: /Role/ }).click()
    await page.getByRole('option', { name: 'Keeper' }).click()
    await page.getByText('Keeper: holds messages that it cannot read, and hands them on.').waitFor()
    await showCircle(page, circle, 'keepers')
  })

  await t.test('sees how long and how much it takes, and how much of hers is there', async () => {
    await kim.client.join({ link })
    await eventually('Bob to have met it, too', async () =>
      (await kim.client.status()).tunnels === 2 ? true : undefined,
    )
    const keeper = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Kim/ }) })
    await keeper.getByText('connected', { exact: true }).waitFor()
    const [known] = (await alice.client.circle({ circle })).keepers
    assert.ok(known?.terms)
    await keeper.getByText(`${String(known.terms.holdHours / 24)} days`).waitFor()
    await keeper.getByText('no messages, no files').waitFor()
    await bob.stop()
    const { id } = await alice.client.send({ where: circle, text: 'While you are away' })
    await keeper.getByText(/^\d+ messages? or change/).waitFor()
    await assertAccessibleInThemes(page, 'a keeper')
    const { conversation } = await alice.client.resolve({ where: circle })
    await goTo(page, `/c/${conversation}`)
    const message = page.getByRole('article').filter({ hasText: 'While you are away' })
    await message.press('Enter')
    await page.getByRole('menuitem', { name: 'What and when' }).click()
    const held = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Kim' })
    await held.getByText('Keeper', { exact: true }).waitFor()
    assert.equal((await alice.client.message({ id })).state, 'held')
    await page.keyboard.press('Escape')
  })

  await t.test('sees when it was there last', async () => {
    await showCircle(page, circle, 'keepers')
    await kim.stop()
    await page.getByText('not connected').waitFor()
    await page.getByText(/^not connected last /).waitFor()
  })
})
