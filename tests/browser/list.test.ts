/** The list of conversations: what it tells of each, and what one can do with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible, assertAccessibleInThemes } from './axe.ts'
import { goTo } from './places.ts'
import { eventually, inOneCircle, scene, skip, type DeviceProcess } from './scene.ts'

/** More than are drawn at once. */
const ROOMS = 130
/** A busy machine takes its time to draw so many. */
const LONG_MS = 90_000
const PASSPHRASE = 'correct horse battery staple'

test('the list of Alice, who has Bob in one circle', { skip }, async (t) => {
  const { device, open } = await scene(t, { passphrase: PASSPHRASE })
  const [alice, bob] = await Promise.all([device('Alice'), device('Bob')])
  const circle = await inOneCircle(alice, bob)
  const toAlice = await directOf(bob)
  const page = await open(alice)
  const row = rowOf(page, /^Bob/)

  await t.test('pin, mute, archive and mark unread, by keyboard and by the palette', async () => {
    await bob.client.send({ where: circle, text: 'One' })
    await bob.client.send({ where: toAlice, text: 'Two' })
    await row.getByText('Two').waitFor()
    assert.match(await firstName(page), /^Bob/, 'the newest is first')

    await choose(page, /^Circle/, 'Pin')
    await eventually('the pinned one is first', async () =>
      /^Circle/.test(await firstName(page)) ? true : undefined,
    )
    await choose(page, /^Bob/, 'Mute')
    await row.getByText('muted').waitFor({ state: 'attached' })
    await eventually('a muted one does not count', async () =>
      (await page.title()).startsWith('1 unread · ') ? true : undefined,
    )
    await choose(page, /^Circle/, 'Mark read')
    await rowOf(page, /^Circle/)
      .getByText('1 unread message')
      .waitFor({ state: 'detached' })
    await choose(page, /^Circle/, 'Mark unread')
    await rowOf(page, /^Circle/)
      .getByText('marked unread')
      .waitFor({ state: 'attached' })

    await page.getByRole('link', { name: /^Bob/ }).click()
    await page.getByRole('textbox', { name: /^Message to/ }).waitFor()
    await page.keyboard.press('Control+K')
    await page.getByRole('textbox', { name: 'Type a name or a command' }).pressSequentially('archive')
    await page.getByRole('menuitem', { name: 'Archive', exact: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /^Bob/ }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Archived (1)' }).click()
    await page.getByRole('link', { name: /^Bob/ }).waitFor()
    const { conversations } = await alice.client.conversations({})
    const kept = conversations.find(({ name }) => name === 'Bob')
    assert.deepEqual([kept?.archived, kept?.mutedUntil], [true, 'always'], 'the device keeps it')
    // What is open is read once it was looked at for a moment: what comes later is counted from there.
    await eventually('what was open is read', async () => {
      const { conversations } = await alice.client.conversations({})
      return conversations.every(({ unread }) => unread === 0) ? true : undefined
    })

    const where = await directOf(alice)
    await alice.client.setPreferences({ where, archived: false, mutedUntil: null })
    await alice.client.setPreferences({ where: circle, markedUnread: false })
    await page.getByRole('button', { name: 'Back' }).click()
    await goTo(page, '/')
  })

  await t.test('it tells who writes, is there, was read, and what one began', async () => {
    await row.getByText('connected now').waitFor({ state: 'attached' })
    // It stands for some seconds only: said again until it was seen.
    await eventually('it tells who writes', async () => {
      await bob.client.typing({ where: toAlice })
      return (await row.getByText('Bob is writing…').count()) > 0 ? true : undefined
    })
    await bob.client.send({ where: toAlice, text: 'Bring the long oars.' })
    await row.getByText('Bring the long oars.').waitFor()
    await row.getByText('1 unread message').waitFor({ state: 'attached' })
    await eventually('the title counts', async () =>
      (await page.title()).startsWith('1 unread · ') ? true : undefined,
    )
    await page
      .getByText(/^(New message|2 new messages, the latest) from Bob in Bob$/)
      .waitFor({ state: 'attached' })
    await alice.client.setDraft({ where: circle, draft: { text: 'I was thinking' } })
    await rowOf(page, /^Circle/)
      .getByText('Draft:')
      .waitFor()
    await assertAccessibleInThemes(page, 'the list')
  })

  await t.test(
    'desktop notifications: asked for by a click, without content unless one and the circle want it, gone with what they tell, none of what is muted',
    async () => {
      await page.evaluate(recordNotifications)
      await page.getByRole('button', { name: 'Settings' }).click()
      await page.getByRole('link', { name: 'Notifications' }).click()
      await bob.client.send({ where: toAlice, text: 'Nothing asked for yet' })
      await row.getByText('Nothing asked for yet').waitFor()
      assert.deepEqual(await recorded(page), { asked: 0, closed: 0, shown: [] })

      await page.getByText('Desktop notifications', { exact: true }).click()
      await page
        .getByRole('switch', { name: 'Desktop notifications', checked: true })
        .waitFor({ state: 'attached' })
      await bob.client.send({ where: toAlice, text: 'And the short ones.' })
      const hidden = await eventually('it is told', async () => (await recorded(page)).shown[0])
      assert.deepEqual(hidden, { title: 'New message' })
      assert.equal((await recorded(page)).asked, 1)

      await page.getByText('Show who wrote and what').click()
      await page
        .getByRole('switch', { name: 'Show who wrote and what', checked: true })
        .waitFor({ state: 'attached' })
      await bob.client.send({ where: toAlice, text: 'And the rope.' })
      const inFull = await eventually('it is told in full', async () => (await recorded(page)).shown[1])
      assert.deepEqual(inFull, { title: 'Bob · Bob', body: 'And the rope.' })

      await alice.client.read({ where: await directOf(alice) })
      await eventually(
        'it goes once it was read',
        async () => (await recorded(page)).closed === 1 || undefined,
      )

      await alice.client.setPolicy({ circle, key: 'notifications', value: 'hidden' })
      await bob.client.send({ where: toAlice, text: 'What the circle keeps in.' })
      const kept = await eventually('it is told', async () => (await recorded(page)).shown[2])
      assert.deepEqual(kept, { title: 'New message' }, 'whatever one chose')

      await alice.client.setPreferences({ where: await directOf(alice), mutedUntil: 'always' })
      await row.getByText('muted').waitFor({ state: 'attached' })
      await bob.client.send({ where: toAlice, text: 'Hello?' })
      await row.getByText('Hello?').waitFor()
      // Longer than two of them are apart.
      await page.waitForTimeout(5_500)
      assert.equal((await recorded(page)).shown.length, 3)
      await alice.client.lock()
      await eventually('it goes with the lock', async () => (await recorded(page)).closed === 2 || undefined)
      await alice.client.unlock({ passphrase: PASSPHRASE })
      await row.waitFor()
    },
  )

  await t.test('it says when nobody is reachable', async () => {
    // The lock before it ended the connection, too: both sides call again, after a while that grows where a call failed.
    await row.getByText('connected now').waitFor({ state: 'attached', timeout: LONG_MS })
    await bob.stop()
    await row.getByText('connected now').waitFor({ state: 'detached' })
    await page.getByText('Nobody is reachable right now.').waitFor()
    await assertAccessible(page, 'nobody is reachable')
  })

  await t.test('of a long list only what is in sight is drawn, and the keys reach all of it', async () => {
    for (let room = 1; room <= ROOMS; room++)
      await alice.client.createRoom({ circle, name: `Room ${String(room).padStart(3, '0')}`, members: [] })
    const { conversations } = await alice.client.conversations({})
    const last = conversations.length - 1
    const first = page.locator('[data-index="0"] .list-item')
    // The page asks for the list anew as each of them is told.
    await eventually(
      'all of them are known',
      async () =>
        (await first.locator('xpath=ancestor::li').getAttribute('aria-setsize')) === String(last + 1)
          ? true
          : undefined,
      LONG_MS,
    )
    await first.focus()
    assert.ok((await page.locator('.list-row').count()) < ROOMS / 2, 'most of the rows are not there')
    await page.keyboard.press('End')
    await eventually('the last one has the focus', async () =>
      (await focusedRow(page)) === last ? true : undefined,
    )
    await page.keyboard.press('ArrowUp')
    await eventually('the one above it has', async () =>
      (await focusedRow(page)) === last - 1 ? true : undefined,
    )
    await page.locator('.list-rows').evaluate((list) => list.scrollTo(0, 0))
    await first.waitFor()
    assert.equal(await focusedRow(page), last - 1, 'the focus stays where it was while one scrolls')
    await assertAccessible(page, 'a long list')
  })
})

/** Which row of the list has the focus. */
function focusedRow(page: Page): Promise<number> {
  return page.evaluate(() =>
    Number(document.activeElement?.closest('[data-index]')?.getAttribute('data-index') ?? NaN),
  )
}

interface Recorded {
  readonly asked: number
  readonly closed: number
  readonly shown: readonly { readonly title: string; readonly body?: string }[]
}

/** In the page: what it asks of the system, which a headless browser has not. It counts as out of sight. */
function recordNotifications(): void {
  const record = { asked: 0, closed: 0, shown: [] as { title: string; body?: string }[] }
  class Recording extends EventTarget {
    static permission = 'default'
    static requestPermission() {
      record.asked++
      Recording.permission = 'granted'
      return Promise.resolve('granted')
    }
    constructor(title: string, { body }: { body?: string }) {
      super()
      record.shown.push({ title, ...(body !== undefined && { body }) })
    }
    close() {
      record.closed++
    }
  }
  Object.assign(globalThis, { Notification: Recording, recordedNotifications: record })
  document.hasFocus = () => false
}

function recorded(page: Page): Promise<Recorded> {
  return page.evaluate(
    () => (globalThis as unknown as { recordedNotifications: Recorded }).recordedNotifications,
  )
}

function rowOf(page: Page, name: RegExp) {
  return page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('listitem')
    .filter({
      has: page.getByRole('link', { name }),
    })
}

async function firstName(page: Page): Promise<string> {
  const first = page.getByRole('navigation', { name: 'Conversations' }).locator('[data-index="0"]')
  return (await first.locator('.list-name').textContent()) ?? ''
}

/** With the keys alone: to the row, to its menu, to the choice. */
async function choose(page: Page, name: RegExp, choice: string): Promise<void> {
  await page.getByRole('link', { name }).focus()
  await page.keyboard.press('ArrowRight')
  await rowOf(page, name).locator('.list-more:focus').waitFor({ state: 'attached' })
  await page.keyboard.press('Enter')
  // A menu that opens takes the focus to its first item: not after it was taken further.
  await page.locator('[role=menuitem]:focus').waitFor()
  const item = page.getByRole('menuitem', { name: choice, exact: true })
  await item.focus()
  await item.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('menu').waitFor({ state: 'detached' })
}

async function directOf({ client }: DeviceProcess): Promise<string> {
  const { conversations } = await client.conversations({})
  const direct = conversations.find(({ kind }) => kind === 'direct')
  assert.ok(direct)
  return direct.conversation
}
