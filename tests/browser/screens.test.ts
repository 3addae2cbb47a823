/** Each main screen, in every theme, on a desktop and on a phone: clean under axe, no wider than the window; and its picture taken. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'
import { assertAccessibleInThemes } from './axe.ts'
import { CIRCLE_PARTS, goTo, showCircle, showSettings } from './places.ts'
import { eventually, inOneCircle, scene, skip, type DeviceProcess } from './scene.ts'
import { screenshot } from './screenshot.ts'

const WINDOWS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const
const PASSPHRASE = 'correct horse battery staple'

test('each screen in each theme', { skip }, async (t) => {
  const channels = ['--channels', 'lan,dht', '--lan-interface', '127.0.0.1']
  const { device, newDevice, open } = await scene(t, { passphrase: PASSPHRASE, channels })
  const [alice, bob, dora, kim, carol] = await Promise.all([
    device('Alice'),
    device('Bob'),
    device('Dora'),
    device('Kim'),
    newDevice('Carol'),
  ])
  const circle = await inOneCircle(alice, bob, dora)
  const { link } = await alice.client.invite({ circle, role: 'keeper' })
  await kim.client.join({ link })
  await eventually('what the keeper takes to be known', async () => {
    const { keepers } = await alice.client.circle({ circle })
    return keepers[0]?.terms
  })
  const { conversation } = await talk(alice, bob)
  await eventually('the others to be linked', async () => {
    const { links } = await alice.client.network({ circle })
    return links.some(({ toldBy }) => toldBy.length === 2) || undefined
  })

  for (const [kind, options] of Object.entries(WINDOWS)) {
    await t.test(kind, async () => {
      const fresh = await open(carol, options)
      await fresh.getByRole('heading', { name: 'Welcome' }).waitFor()
      await judge(fresh, 'welcome', kind)

      const page = await open(alice, options)
      await page.getByRole('navigation', { name: 'Conversations' }).getByText('See you at six').waitFor()
      await judge(page, 'list', kind)
      await goTo(page, `/c/${conversation}`)
      await page.getByRole('feed').getByText('See you at six').waitFor()
      await judge(page, 'conversation', kind)
      await goTo(page, `/circle/${circle}`)
      await page.getByRole('tab').first().waitFor()
      await judge(page, 'circle', kind)
      for (const part of CIRCLE_PARTS.filter((one) => one !== 'overview')) {
        await showCircle(page, circle, part)
        // All the rules there are stand in the picture.
        if (part === 'policies') await grow(page, '.circle-part')
        await judge(page, part, kind)
        await page.setViewportSize(options.viewport)
      }
      await showSettings(page, 'diagnostics')
      await page.getByRole('heading', { name: 'Local network' }).waitFor()
      await judge(page, 'diagnostics', kind)
      await goTo(page, '/start')
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await judge(page, 'start', kind)
      await alice.client.lock()
      await page.getByRole('button', { name: 'Unlock' }).waitFor()
      await judge(page, 'unlock', kind)
      await alice.client.unlock({ passphrase: PASSPHRASE })
    })
  }

  await t.test('the pictures that the documents show are all of these', () => {
    assert.deepEqual(readdirSync(join(ROOT, 'docs', 'images')).sort(), [...taken].sort())
  })
})

/** What one sees in a circle that is in use. */
async function talk(alice: DeviceProcess, bob: DeviceProcess): Promise<{ conversation: string }> {
  const id = await say(alice, bob, 'Is the **boathouse** open tomorrow? Weather: https://example.org/lake')
  await say(bob, alice, 'From half past five. Bring the long oars, the short ones are at the joiner’s.')
  await say(alice, bob, '> half past five\n\nFine. I’ll bring:\n\n- oars\n- coffee\n- `key 12`')
  await say(bob, alice, 'See you at six')
  await alice.client.react({ id, emoji: '👍' })
  return alice.client.resolve({ where: CIRCLE })
}

const CIRCLE = 'Circle'

/** Resolves when the other one has it, so that what is said next stands behind it. @returns its id */
async function say(from: DeviceProcess, to: DeviceProcess, text: string): Promise<string> {
  const { id } = await from.client.send({ where: CIRCLE, text })
  await eventually('it to arrive', async () => {
    const { messages } = await to.client.messages({ where: CIRCLE })
    return messages.find((message) => message.id === id)
  })
  return id
}

/** Names of the pictures. */
const taken = new Set<string>()

/** Makes the window as tall as what scrolls in it. */
async function grow(page: Page, selector: string): Promise<void> {
  await page.locator(`${selector} section`).first().waitFor()
  const hidden = await page
    .locator(selector)
    .evaluate((element) => element.scrollHeight - element.clientHeight)
  const { width, height } = page.viewportSize() ?? WINDOWS.desktop.viewport
  await page.setViewportSize({ width, height: height + hidden })
}

async function judge(page: Page, screen: string, kind: string): Promise<void> {
  await page.locator('.skeleton, .spinner').first().waitFor({ state: 'detached' })
  await assertAccessibleInThemes(page, `${screen}, ${kind}`, async (theme) => {
    if (theme === 'contrast') return
    taken.add(`${screen}-${theme}-${kind}.png`)
    await screenshot(page, `${screen}-${theme}-${kind}`)
  })
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(beyond <= 0, `${screen}, ${kind}: ${beyond} pixels wider than the window`)
}
