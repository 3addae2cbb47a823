/** How far a message got, at a glance and in full: here, with a keeper, with whom it is for, read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { scene, skip } from './scene.ts'

const said = (page: Page) => page.getByRole('article').filter({ hasText: 'Back at eight' })

test('a message to one who is away, while a keeper comes and goes', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [alice, bob, kim] = await Promise.all([device('Alice'), device('Bob'), device('Kim')])
  const { circle } = await alice.client.createCircle({ name: 'Circle' })
  await bob.client.join({ link: (await alice.client.invite({ circle })).link })
  await kim.client.join({ link: (await alice.client.invite({ circle, role: 'keeper' })).link })
  const page = await open(alice)
  await page
    .getByRole('link', { name: /^Circle/ })
    .last()
    .click()
  const state = (text: string) => said(page).getByText(text, { exact: true }).waitFor()

  await t.test('it waits here', async () => {
    await Promise.all([bob.stop(), kim.stop()])
    const field = page.getByRole('textbox', { name: 'Message to Circle' })
    await field.fill('Back at eight')
    await field.press('Enter')
    await state('Waiting on this device')
    await assertAccessible(page, 'a message that waits')
  })

  await t.test('the keeper holds it: who that is, and for whom, stands behind it', async () => {
    await kim.start()
    await state('Held by another device')
    await said(page).press('Enter')
    await page.getByRole('menuitem', { name: 'What and when' }).click()
    const dialog = page.getByRole('dialog', { name: 'About this message' })
    await dialog
      .getByRole('listitem')
      .filter({ hasText: 'Bob' })
      .getByText(/^Not reachable now/)
      .waitFor()
    await dialog
      .getByRole('listitem')
      .filter({ hasText: 'Kim' })
      .getByText(/^Delivered /)
      .waitFor()
    await assertAccessible(page, 'who has a message')
    await page.keyboard.press('Escape')
  })

  await t.test('it is delivered, then read, and when', async () => {
    await bob.start()
    await state('Delivered')
    await bob.client.read({ where: 'Circle' })
    await state('Read')
    await said(page).press('Enter')
    await page.getByRole('menuitem', { name: 'What and when' }).click()
    const reader = page.getByRole('listitem').filter({ hasText: 'Bob' })
    assert.match((await reader.getByText(/^Read /).textContent()) ?? '', /\d:\d\d/)
  })
})
