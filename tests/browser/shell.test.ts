/** The frame of the page: by keyboard alone, on a phone, right to left, and when things go wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { goTo, SETTINGS_PARTS, showSettings } from './places.ts'
import { eventually, inOneCircle, scene, skip, type DeviceProcess } from './scene.ts'

const PASSPHRASE = 'correct horse battery staple'

test('Alice, with Bob in one circle and alone in two', { skip }, async (t) => {
  const { device, open } = await scene(t, { passphrase: PASSPHRASE })
  const [alice, bob] = await Promise.all([device('Alice'), device('Bob')])
  const circle = await inOneCircle(alice, bob)
  await alice.client.createCircle({ name: 'Rowing club' })
  await alice.client.createCircle({ name: 'Chess' })
  await bob.client.send({ where: circle, text: 'Training is at six.' })
  await bob.client.send({ where: await directOf(bob), text: 'Bring the long oars.' })

  await t.test(
    'the title says which screen is open, and names nobody unless reader and circle would have it',
    async () => {
      const page = await open(alice)
      await page.getByRole('link', { name: /^Bob/ }).waitFor()
      // Both of Bob's messages are unread, and stay so while their conversations are closed.
      await titled(page, '2 unread · Conversations · Triode')
      const { conversation } = await alice.client.resolve({ where: 'Chess' })
      const screens = [
        [`/c/${conversation}`, 'Conversation'],
        [`/circle/${circle}`, 'Circle: Overview'],
        [`/circle/${circle}/members`, 'Circle: Members'],
        ['/settings', 'Settings: Device'],
        ['/settings/channels', 'Settings: Channels'],
        ['/start', 'Create a circle, or join one'],
      ] as const
      for (const [path, screen] of screens) {
        await goTo(page, path)
        await titled(page, `2 unread · ${screen} · Triode`)
      }
      await showSettings(page, 'notifications')
      await page.getByText('Name conversations and circles in the title of the page').click()
      await goTo(page, `/c/${conversation}`)
      await titled(page, '2 unread · Chess · Triode')
      await goTo(page, `/circle/${circle}/members`)
      await titled(page, '2 unread · Circle: Members · Triode')
      const chess = await alice.client
        .circles({})
        .then(({ circles }) => circles.find(({ name }) => name === 'Chess'))
      assert.ok(chess)
      await alice.client.setPolicy({ circle: chess.circle, key: 'notifications', value: 'hidden' })
      await goTo(page, `/c/${conversation}`)
      await titled(page, '2 unread · Conversation · Triode')
      await page.context().close()
    },
  )

  await t.test('where one comes to is read out, and the keyboard is there', async () => {
    const page = await open(alice, { viewport: { width: 390, height: 844 } })
    const said = (text: string) =>
      page.locator('[role=status].visually-hidden').filter({ hasText: text }).waitFor({ state: 'attached' })
    const chess = page.getByRole('link', { name: /^Chess/ })
    await chess.focus()
    await page.keyboard.press('Enter')
    await said('Chess')
    await eventually('the keyboard is in what is shown: the list is gone', async () =>
      (await page.evaluate(() => document.activeElement?.closest('#main') !== null)) ? true : undefined,
    )
    await page.keyboard.press('Control+K')
    await page
      .getByRole('textbox', { name: 'Type a name or a command' })
      .pressSequentially('settings: channels')
    await page.getByRole('menuitem', { name: 'Settings: Channels' }).waitFor()
    await page.keyboard.press('Enter')
    await said('Settings: Channels')
    await eventually('the keyboard is in what is shown', async () =>
      (await page.evaluate(() => document.activeElement?.closest('#main') !== null)) ? true : undefined,
    )
    await page.context().close()
  })

  await t.test('by keyboard alone: the list, the palette, shortcuts, circles', async () => {
    const page = await open(alice)
    const { keyboard } = page
    const bob = page.getByRole('link', { name: /^Bob/ })
    await bob.waitFor()

    await keyboard.press('Tab')
    assert.equal(await focused(page), 'Skip to the content')
    await keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main')

    await keyboard.press('Control+Shift+K')
    await keyboard.type('bob')
    await page.getByRole('navigation', { name: 'Conversations' }).getByRole('listitem').nth(0).waitFor()
    assert.equal(await rows(page).count(), 1, 'the list shows what fits')
    await keyboard.press('Escape')
    await eventually('the list is whole again', async () =>
      (await rows(page).count()) > 3 ? true : undefined,
    )
    await keyboard.press('Tab')
    const first = await focused(page)
    await keyboard.press('ArrowDown')
    await eventually('an arrow goes to the next', async () =>
      (await focused(page)) === first ? undefined : true,
    )
    await keyboard.press('Home')
    await eventually('Home goes to the first', async () =>
      (await focused(page)) === first ? true : undefined,
    )
    await keyboard.press('Enter')
    await page.getByRole('textbox', { name: /^Message to/ }).waitFor()

    await keyboard.press('Control+K')
    await page.getByRole('textbox', { name: 'Type a name or a command' }).waitFor()
    await keyboard.type('roclub')
    await page
      .getByRole('menuitem', { name: /Rowing club/ })
      .first()
      .waitFor()
    await assertAccessible(page, 'the palette')
    await keyboard.press('Enter')
    const field = page.getByRole('textbox', { name: 'Message to Rowing club' })
    await field.waitFor()
    await field.focus()
    await keyboard.type('Really?')
    assert.equal(await field.inputValue(), 'Really?', 'a key alone is text while one types')
    assert.equal(await page.getByRole('dialog').count(), 0)

    await keyboard.press('Alt+1')
    await page
      .getByRole('navigation', { name: 'Conversations' })
      .getByRole('heading', { name: 'Circle', exact: true })
      .waitFor()
    await page.getByRole('textbox', { name: /^Message to/ }).waitFor()
    const before = page.url()
    await keyboard.press('Alt+ArrowDown')
    await eventually('another conversation is open', () => (page.url() === before ? undefined : true))
    await keyboard.press('Alt+3')
    await page
      .getByRole('navigation', { name: 'Conversations' })
      .getByRole('heading', { name: 'Chess', exact: true })
      .waitFor()
    await assertDoes(page, 'jump date', page.getByRole('dialog', { name: 'Jump to a date' }))
    await keyboard.press('Escape')
    await assertDoes(page, 'disappearing', page.getByRole('dialog', { name: 'Disappearing messages' }))
    await keyboard.press('Escape')
    await assertDoes(page, 'media files', page.getByRole('complementary', { name: 'Media and files' }))
    await assertDoes(page, 'search messages', page.getByRole('searchbox', { name: 'Words to find' }))
    await assertDoes(page, 'members safety', page.getByRole('tab', { name: 'Members', selected: true }))
    await keyboard.press('Alt+0')
    await page.getByRole('heading', { name: 'All conversations' }).waitFor()

    await keyboard.press('Control+,')
    await page.getByRole('heading', { name: 'Device', exact: true }).waitFor()
    await page.locator('#main').focus()
    await keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await assertAccessible(page, 'the sheet of shortcuts')
    await keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.close()
  })

  await t.test('on a phone, 320 px wide, one pane at a time', async () => {
    const page = await open(alice, { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true })
    await page.getByRole('link', { name: /^Bob/ }).waitFor()
    await assertFits(page, 'the list')
    assert.deepEqual(await smallTargets(page), [], 'a finger hits what it means')
    await assertAccessible(page, 'the list on a phone')
    await page.getByRole('link', { name: /^Bob/ }).tap()
    await page.getByRole('textbox', { name: /^Message to/ }).waitFor()
    await assertFits(page, 'a conversation')
    assert.ok(((await page.locator('.writing').boundingBox())?.width ?? 0) > 200, 'there is room to write')
    assert.deepEqual(await smallTargets(page), [], 'a finger hits what it means')
    await page.goBack()
    await page.getByRole('button', { name: 'Settings' }).tap()
    for (const part of SETTINGS_PARTS) {
      await page.locator(`a[href="/settings/${part}"]`).tap()
      await page.locator(`a[href="/settings/${part}"][aria-current]`).waitFor()
      await assertFits(page, part)
      const body = page.locator('.settings-body')
      assert.equal(await body.evaluate(({ scrollTop }) => scrollTop), 0, `${part} begins at its top`)
      await body.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    }
    await page.getByRole('button', { name: 'Back' }).tap()
    await page.getByRole('link', { name: /^Bob/ }).waitFor()
    await page.evaluate(() => localStorage.setItem('triode-text', 'twice'))
    await page.reload()
    await goTo(page, `/circle/${circle}`)
    const title = page.locator('#circle-title')
    await title.waitFor()
    assert.ok(((await title.boundingBox())?.width ?? 0) > 200, 'the name of a circle has a row of its own')
    await page.close()
  })

  await t.test('right to left', async () => {
    const page = await open(alice, { locale: 'ar' })
    await page.getByRole('heading', { name: 'كل المحادثات' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
    const [rail, list] = await Promise.all(['.rail', '.list'].map((part) => page.locator(part).boundingBox()))
    assert.ok(rail && list && rail.x > list.x, 'the rail stands at the right')
    await assertAccessible(page, 'the list in Arabic')
    await page.getByRole('button', { name: 'الإعدادات' }).click()
    await page.getByRole('link', { name: 'المظهر واللغة' }).click()
    await assertAccessible(page, 'settings in Arabic')
    await page.close()
  })

  await t.test('locked, unlocked, and a device that does not answer', async () => {
    // A device that was stopped refuses connections, which the browser reports.
    const page = await open(alice, { expected: /net::ERR_|Failed to load resource/ })
    await page
      .getByRole('link', { name: /Rowing club/ })
      .first()
      .waitFor()
    await page.keyboard.press('Control+Shift+L')
    const field = page.getByRole('textbox', { name: 'Passphrase' })
    await field.fill(PASSPHRASE)
    assert.equal(await page.getByText('Rowing club').count(), 0, 'nothing of it is in the page')
    assert.equal(await page.title(), 'Locked · Triode')
    await field.press('Enter')
    await page
      .getByRole('link', { name: /Rowing club/ })
      .first()
      .waitFor()
    // All of them, and the three.
    await page.locator('.rail-circle').nth(3).waitFor()
    for (const [index, name] of ['Circle', 'Rowing club', 'Chess'].entries()) {
      await page.keyboard.press(`Alt+${index + 1}`)
      await page
        .getByRole('navigation', { name: 'Conversations' })
        .getByRole('heading', { name, exact: true })
        .waitFor()
    }
    await page.keyboard.press('Alt+0')
    await page.getByRole('heading', { name: 'All conversations' }).waitFor()

    await alice.stop()
    await page
      .getByRole('alert')
      .getByText(/does not answer/)
      .waitFor()
    await assertAccessible(page, 'the device does not answer')
    await alice.start()
    // A session ends with the process: the page says how to go on, and shows nothing until then.
    await page.getByRole('heading', { name: 'Open Triode from your computer' }).waitFor()
    assert.equal(await page.getByText('Rowing club').count(), 0)
    const { url } = await alice.client.launch()
    await page.getByRole('textbox', { name: 'Address or code' }).fill(url)
    await page.keyboard.press('Enter')
    await page
      .getByRole('link', { name: /Rowing club/ })
      .first()
      .waitFor()
  })
})

async function directOf({ client }: DeviceProcess): Promise<string> {
  const { conversations } = await client.conversations({})
  const direct = conversations.find(({ kind }) => kind === 'direct')
  assert.ok(direct)
  return direct.conversation
}

/** The palette, by what one types, leads to what is then shown. */
async function assertDoes(page: Page, typed: string, shown: Locator): Promise<void> {
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+K')
  await page.getByRole('textbox', { name: 'Type a name or a command' }).fill(typed)
  await page.keyboard.press('Enter')
  await shown.waitFor()
}

/** What the list shows. */
function rows(page: Page) {
  return page.getByRole('navigation', { name: 'Conversations' }).getByRole('listitem')
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '')
}

/** What can be tapped and is less than 44 px high or wide; of links in a text none is asked. */
function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], input, textarea, [role=tab]')]
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect()
        const isHidden =
          width < 2 || height < 2 || element.closest('.visually-hidden, .skip, .prose') !== null
        return !isHidden && element.checkVisibility() && (width < 43.5 || height < 43.5)
      })
      .map((element) => element.outerHTML.slice(0, 140)),
  )
}

async function assertFits(page: Page, screen: string): Promise<void> {
  const { width, wanted } = await page.evaluate(() => ({
    width: innerWidth,
    wanted: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
  }))
  assert.ok(wanted <= width, `${screen} is ${wanted} px wide`)
}

function titled(page: Page, title: string): Promise<unknown> {
  return eventually(`the title to be ${title}`, async () =>
    (await page.title()) === title ? true : undefined,
  )
}
