/** The page opens, and lets its user in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './axe.ts'
import { scene, skip } from './scene.ts'

test('from an empty home to the first message, in the page alone', { skip }, async (t) => {
  const { newDevice, open } = await scene(t)
  const page = await open(await newDevice('Alice'))
  await page.getByRole('textbox', { name: 'Choose a passphrase' }).fill('correct horse battery staple')
  await page.getByRole('textbox', { name: 'The same again' }).fill('correct horse battery staple')
  await assertAccessible(page, 'the welcome')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('textbox', { name: 'Name of the circle' }).fill('Rowing club')
  await assertAccessible(page, 'the first circle')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page
    .getByRole('link', { name: /Rowing club/ })
    .last()
    .click()
  const field = page.getByRole('textbox', { name: 'Message to Rowing club' })
  await field.fill('Training is at six.')
  await field.press('Enter')
  const said = page.getByRole('feed').getByText('Training is at six.')
  await said.waitFor()
  assert.ok(await said.isVisible())
  await assertAccessible(page, 'a conversation')
})

test('a code opens the page once', { skip }, async (t) => {
  const { device, browser } = await scene(t)
  const { url } = await (await device('Alice')).client.launch()
  const first = await browser.newPage()
  await first.goto(url)
  await first.getByRole('heading', { name: 'Create a circle, or join one' }).waitFor()
  assert.equal(new URL(first.url()).hash, '', 'the code is no longer in the address')
  const second = await (await browser.newContext()).newPage()
  await second.goto(url)
  await second.getByRole('heading', { name: 'Open Triode from your computer' }).waitFor()
})
