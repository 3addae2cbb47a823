/** Every main screen in languages that are written otherwise, and in large letters: nothing untranslated, nothing cut off, nothing wider than a small phone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { assertFits, cutOff, scrolledSideways, spaceOut, wider } from './layout.ts'
import { CIRCLE_PARTS, goTo, SETTINGS_PARTS, showCircle, showSettings } from './places.ts'
import { inOneCircle, scene, skip } from './scene.ts'

const OVERLAY = '[role=dialog], [role=alertdialog], [role=menu]'

test('the main screens in other languages', { skip }, async (t) => {
  const { device, newDevice, open } = await scene(t)
  const [alice, bob, carol] = await Promise.all([device('Alice'), device('Bob'), newDevice('Carol')])
  const circle = await inOneCircle(alice, bob)
  const { id } = await alice.client.send({ where: circle, text: '12:30' })
  await alice.client.react({ id, emoji: '👍' })
  await alice.client.setExpiry({ where: circle, afterMs: 3_600_000 })
  const { conversation } = await alice.client.resolve({ where: circle })

  /** Each screen, once it is shown. */
  async function visit(page: Page, look: (screen: string) => Promise<void>): Promise<void> {
    await page.locator('.list-rows').waitFor()
    await look('the list')
    await goTo(page, `/c/${conversation}`)
    await page.getByRole('feed').getByText('12:30').waitFor()
    await look('a conversation')
    for (const part of CIRCLE_PARTS) {
      await showCircle(page, circle, part)
      await page.getByRole('tabpanel').locator('.part').first().waitFor()
      await look(`a circle, ${part}`)
    }
    await goTo(page, '/start')
    await page.locator('.begin').waitFor()
    await look('the start')
    for (const part of SETTINGS_PARTS) {
      await showSettings(page, part)
      await page.locator('.skeleton').waitFor({ state: 'detached' })
      await look(`settings, ${part}`)
    }
  }

  await t.test('in a pseudo-locale: no word that is not a message, none that is cut off', async () => {
    const look = (page: Page) => async (screen: string) => {
      assert.deepEqual(await unmarked(page), [], `${screen} has words that are no messages`)
      assert.deepEqual(await cutOff(page), [], `${screen} cuts words off`)
    }
    const fresh = await open(carol, { locale: 'en-XA' })
    await fresh.locator('.threshold').waitFor()
    await look(fresh)('the welcome')
    const page = await open(alice, { locale: 'en-XA' })
    await visit(page, look(page))
    await goTo(page, `/c/${conversation}`)
    await page.getByRole('feed').waitFor()
    await page.locator('#main').focus()
    for (const [keys, name] of [
      ['Control+K', 'the palette'],
      ['?', 'the sheet of shortcuts'],
    ] as const) {
      await page.keyboard.press(keys)
      await page.getByRole('dialog').waitFor()
      await look(page)(name)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await page.getByRole('article').first().press('Enter')
    await page.getByRole('menu').waitFor()
    await look(page)('the menu of a message')
    await page.close()
  })

  await t.test('in Arabic, 320 px wide: from right to left, and nothing beyond the edge', async () => {
    const viewport = { width: 320, height: 640 }
    const page = await open(alice, { locale: 'ar', viewport, hasTouch: true, isMobile: true })
    await page.locator('.list-rows').waitFor()
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
    await visit(page, async (screen) => {
      assert.deepEqual(await wider(page), [], screen)
      await assertAccessible(page, `${screen}, in Arabic on a phone`, 'names')
    })
    await page.close()
  })

  await t.test('with text twice as large, on a phone and a desktop: nothing cut off or beyond', async () => {
    const page = await open(alice)
    await page.locator('.list-rows').waitFor()
    await page.evaluate(() => localStorage.setItem('triode-text', 'twice'))
    for (const width of [320, 1_280]) {
      await page.setViewportSize({ width, height: 720 })
      await goTo(page, '/')
      await page.reload()
      await visit(page, async (screen) => {
        assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '32px')
        await assertFits(page, `${screen}, ${width} px wide`)
      })
      await goTo(page, `/c/${conversation}`)
      await page.getByRole('feed').getByText('12:30').waitFor()
      const bad: string[] = []
      for (const [name, show] of overlays(page)) {
        await show()
        await page.locator(OVERLAY).last().waitFor()
        const found = [await wider(page), await cutOff(page), await scrolledSideways(page)].flat()
        bad.push(...found.map((one) => `${name}, ${width} px wide: ${one}`))
        await page.keyboard.press('Escape')
        await page.locator(OVERLAY).first().waitFor({ state: 'detached' })
      }
      assert.deepEqual(bad, [])
    }
    await page.close()
  })

  await t.test(
    'with the spacing of WCAG 1.4.12, on a phone and a desktop: nothing cut off or beyond',
    async () => {
      const page = await open(alice)
      await page.locator('.list-rows').waitFor()
      for (const width of [390, 1_280]) {
        await page.setViewportSize({ width, height: 800 })
        await goTo(page, '/')
        await page.reload()
        await spaceOut(page)
        await visit(page, async (screen) => {
          const { lineHeight, letterSpacing } = await page
            .locator('h1, h2, p')
            .first()
            .evaluate((element) => getComputedStyle(element))
          assert.ok(letterSpacing !== 'normal' && lineHeight !== 'normal', 'it is set')
          await assertFits(page, `${screen}, spaced out, ${width} px wide`)
        })
      }
      await page.close()
    },
  )
})

/** Dialogs and menus over an open conversation, and how each is opened. */
function overlays(page: Page): [name: string, show: () => Promise<void>][] {
  const ofConversation = (item: string) => async (): Promise<void> => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const ofMessage = (item: string) => async (): Promise<void> => {
    await page.getByRole('article').first().press('Enter')
    await page.getByRole('menuitem', { name: item, exact: true }).click()
  }
  return [
    ['the palette', () => page.keyboard.press('Control+K')],
    [
      'the menu of a conversation',
      () => page.getByRole('button', { name: 'More for this conversation' }).click(),
    ],
    ['the date', ofConversation('Jump to a date')],
    ['the timer', ofConversation('Disappearing messages')],
    ['the menu of a message', () => page.getByRole('article').first().press('Enter')],
    ['the details', ofMessage('What and when')],
    ['forwarding', ofMessage('Forward')],
    ['deleting', ofMessage('Delete for everyone')],
    ['reacting', ofMessage('React')],
  ]
}

/** Words in sight that the pseudo-locale did not mark: of a name, an address, a key or a time it marks none. */
function unmarked(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode
      if (
        parentElement?.closest(
          'bdi, [dir=auto], [lang]:not(html), kbd, time, pre, .code, .avatar, script, noscript',
        )
      )
        continue
      // Names are people's; moments, and numbers with their units, come from Intl.
      const text = (textContent ?? '').replaceAll(
        /Alice|Bob|Circle|\w+day, \w+ \d+, \d{4} at \d+:\d+\s[AP]M/gu,
        '',
      )
      if (/[a-z]{3}/iu.test(text) && !/[[\]·]|^\d/u.test(text)) found.push(text)
    }
    return found
  })
}
