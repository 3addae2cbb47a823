/** The settings: each screen in each theme, every word of it a message, and that they do what they say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { eventually, scene, skip } from './scene.ts'

const PARTS = ['device', 'look', 'notifications', 'storage', 'channels', 'audit', 'about'] as const
const THEMES = ['light', 'dark', 'contrast'] as const
const PASSPHRASE = 'correct horse battery staple'
const OF_BACKUP = 'for the backup alone'

test('each screen of the settings in each theme', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const page = await open(await device('Alice'))
  await page.getByRole('button', { name: 'Settings' }).click()
  for (const part of PARTS) {
    await page.locator(`a[href="/settings/${part}"]`).click()
    await page.locator(`a[href="/settings/${part}"][aria-current]`).waitFor()
    await page.locator('.skeleton').waitFor({ state: 'detached' })
    for (const theme of THEMES) {
      await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
      await assertAccessible(page, `settings, ${part}, ${theme}`)
    }
  }
})

test('settings do what they say', { skip }, async (t) => {
  const { device, open } = await scene(t, { passphrase: PASSPHRASE })
  const alice = await device('Alice')
  // Reading anew and wiping end the stream of events.
  const page = await open(alice, { expected: /ERR_INCOMPLETE_CHUNKED_ENCODING/ })
  await page.getByRole('button', { name: 'Settings' }).click()

  await page.getByRole('button', { name: /^Never/ }).click()
  await page.getByRole('option', { name: '15 min' }).click()
  await eventually('the device has it', async () =>
    (await alice.client.status()).vault?.idleLockMs === 900_000 ? true : undefined,
  )

  await page.getByRole('textbox', { name: 'Your nickname' }).fill('Alicia')
  await page.getByRole('button', { name: 'Save' }).click()
  await eventually('it has another name', async () =>
    (await alice.client.status()).name === 'Alicia' ? true : undefined,
  )

  await page.getByRole('textbox', { name: 'Passphrase now' }).fill(PASSPHRASE)
  await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(`${PASSPHRASE} anew`)
  await page.getByRole('textbox', { name: 'New passphrase, again' }).fill(`${PASSPHRASE} anew`)
  await page.getByRole('button', { name: 'Change passphrase' }).click()
  await page.getByText('The passphrase is changed.').waitFor()

  await page.getByRole('textbox', { name: 'Passphrase of the backup' }).fill(OF_BACKUP)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download a backup' }).click(),
  ])
  assert.match(download.suggestedFilename(), /^triode-\d{4}-\d\d-\d\d\.backup$/)
  const backup = await download.path()

  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByRole('button', { name: 'Verify' }).click()
  await page.getByText(/^The log holds/).waitFor()

  await page.getByRole('link', { name: 'Look and language' }).click()
  await page.getByText('Deutsch').click()
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  await page.getByText('Dunkel', { exact: true }).click()
  await page.reload()
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  const root = page.locator('html')
  assert.equal(await root.getAttribute('lang'), 'de', 'it speaks it the next time too')
  assert.equal(await root.getAttribute('data-theme'), 'dark')

  await page.getByRole('link', { name: 'Gerät' }).click()
  await page.getByRole('button', { name: 'Dieses Gerät löschen' }).click()
  const wipe = page.getByRole('button', { name: 'Jetzt endgültig löschen' })
  assert.ok(await wipe.isDisabled(), 'nobody wipes by a slip')
  await assertAccessible(page, 'the question before a wipe')
  await page.getByRole('textbox', { name: /eingeben$/ }).fill('löschen')
  await wipe.click()
  await eventually('there is no vault any more', async () =>
    (await alice.client.status()).state === 'new' ? true : undefined,
  )
  const again = await open(alice, { expected: /status of 403/ })
  await restores(again, backup)
  await alice.client.setIdleLock({ afterMs: 500 })
  await again.getByText('It locked by itself').waitFor()
})

/** On the first screen: a wrong passphrase, then all of it again. */
async function restores(page: Page, backup: string): Promise<void> {
  await page.getByRole('button', { name: 'I have a backup' }).click()
  const restore = page.getByRole('button', { name: 'Restore', exact: true })
  const passphrase = page.getByRole('textbox', { name: 'Passphrase of the backup' })
  await passphrase.fill(PASSPHRASE)
  await restore.click()
  await page.getByText('Choose the file of the backup first.').waitFor()
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose the backup…' }).click(),
  ])
  await chooser.setFiles(backup)
  await passphrase.fill('not the passphrase')
  await restore.click()
  await page.getByText('That is not the passphrase of this backup.').waitFor()
  await assertAccessible(page, 'a backup that another passphrase opens')
  await passphrase.fill(OF_BACKUP)
  await restore.click()
  await page.getByRole('heading', { name: 'Create a circle, or join one' }).waitFor()
}

test('no word of the settings that is not a message', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const alice = await device('Alice')
  await alice.client.createCircle({ name: 'Rowing club' })
  // Going to another address ends the stream of events.
  const page = await open(alice, { expected: /ERR_INCOMPLETE_CHUNKED_ENCODING/ })
  await page.getByRole('heading', { name: 'All conversations' }).waitFor()
  await page.evaluate(() => localStorage.setItem('triode-locale', 'en-XA'))
  for (const part of PARTS) {
    await page.goto(`${new URL(page.url()).origin}/settings/${part}`)
    await page.locator(`a[href="/settings/${part}"][aria-current]`).waitFor()
    await page.locator('.skeleton').waitFor({ state: 'detached' })
    assert.deepEqual(await unmarked(page), [], `settings, ${part}`)
  }
})

/** Words in sight that the pseudo-locale did not mark: of a name, an address, a key or a time it marks none. */
function unmarked(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode
      if (parentElement?.closest('bdi, [lang]:not(html), kbd, time, pre, .code, .avatar, script, noscript'))
        continue
      // Numbers with their units come from Intl.
      const text = textContent ?? ''
      if (/[a-z]{3}/iu.test(text) && !/[[\]·]|^\d/u.test(text)) found.push(text)
    }
    return found
  })
}
