/** A long conversation in a real browser: what is drawn, where one stands, and what moves when more comes. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'
import { assertAccessible } from './axe.ts'
import { inOneCircle, scene, skip } from './scene.ts'

const MESSAGES = 600
/** Heights that settle move what one reads by no more than this. */
const MOVED_PX = 4

/** Of different heights, as in life. */
function text(index: number): string {
  return index % 7 === 0 ? `Message ${index}\n\n- one\n- two\n\n> ${'long '.repeat(60)}` : `Message ${index}`
}

const scroller = (page: Page) => page.locator('.timeline')
const said = (page: Page, index: number) =>
  page.locator('article', {
    has: page.locator('.prose', { hasText: new RegExp(`^Message ${index}(?!\\d)`) }),
  })

test('a long conversation keeps its place, its end and its focus', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [alices, bobs] = [await device('Alice'), await device('Bob')]
  const circle = await inOneCircle(alices, bobs)
  for (let index = 0; index < MESSAGES; index++)
    await alices.client.send({ where: circle, text: text(index) })
  const page = await open(alices)
  await page
    .getByRole('link', { name: /Circle/ })
    .last()
    .click()

  await said(page, MESSAGES - 1).waitFor()
  assert.ok((await distanceFromEnd(page)) < 2, 'it opens at the end')

  await t.test('what comes is followed at the end', async () => {
    await bobs.client.send({ where: circle, text: 'I am here' })
    await page.getByRole('article').filter({ hasText: 'I am here' }).waitFor()
    await page.waitForTimeout(300)
    assert.ok((await distanceFromEnd(page)) < 2)
    assert.equal(await page.getByRole('button', { name: /newest/ }).count(), 0)
  })

  await t.test('older ones come without moving what one reads', async () => {
    for (let step = 0; step < 30; step++) {
      const before = await placeOfMiddle(page)
      await scroller(page).evaluate((element) => element.scrollBy(0, -400))
      await page.waitForTimeout(120)
      const after = await topOf(page, before.id)
      const top = await scroller(page).evaluate(({ scrollTop }) => scrollTop)
      if (after === undefined || top < 400) continue
      assert.ok(Math.abs(after - before.top - 400) <= MOVED_PX, `moved ${after - before.top} instead of 400`)
    }
    assert.ok((await page.getByRole('article').count()) < 80, 'only what is near is drawn')
  })

  await t.test('what comes below is counted, and the button leads there', async () => {
    await bobs.client.send({ where: circle, text: 'Are you reading?' })
    const button = page.getByRole('button', { name: '1 new message, go to it' })
    await button.waitFor()
    await button.click()
    await page.getByRole('article').filter({ hasText: 'Are you reading?' }).waitFor()
    await page.waitForTimeout(300)
    assert.ok((await distanceFromEnd(page)) < 2)
  })

  await t.test(
    'by keyboard from the end to the beginning, with the focus on a message all the way',
    async () => {
      await page.getByRole('article').last().focus()
      for (let press = 0; press < 30; press++) {
        await page.keyboard.press('PageUp')
        await page.waitForFunction(() => document.activeElement?.matches('article') === true)
      }
      await page.keyboard.press('Home')
      await page.locator('article:focus', { hasText: 'Message 0' }).waitFor()
    },
  )

  await t.test('a message with the focus keeps it when it is scrolled away', async () => {
    await scroller(page).evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await page.waitForTimeout(500)
    const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))
    assert.match(focused ?? '', /^<article/)
  })

  await t.test(
    'a tall message is folded, by keyboard unfolded, and stays so however far one goes',
    async () => {
      const { id } = await bobs.client.send({ where: circle, text: `Tall ${'tale '.repeat(2_000)}` })
      const tall = page.locator(`#m-${id}`)
      const more = tall.getByRole('button', { name: 'Show more', expanded: false })
      await page.getByRole('button', { name: /go to it$/ }).click()
      await more.waitFor()
      const folded = await heightOf(tall)
      assert.ok(folded < (page.viewportSize()?.height ?? 0), `${folded} px`)
      await tall.focus()
      await page.keyboard.press('Tab')
      await page.locator('button:focus', { hasText: 'Show more' }).waitFor()
      const before = await topOf(page, `m-${id}`)
      await page.keyboard.press('Enter')
      await tall.getByRole('button', { name: 'Show less', expanded: true }).waitFor()
      await page.waitForTimeout(300)
      assert.ok((await heightOf(tall)) > folded * 2)
      const moved = ((await topOf(page, `m-${id}`)) ?? Infinity) - (before ?? 0)
      assert.ok(Math.abs(moved) <= MOVED_PX, `what one reads moved by ${moved}`)

      await page.keyboard.press('Escape')
      await page.keyboard.press('Home')
      await said(page, 0).waitFor()
      await page.getByRole('button', { name: 'To the newest message' }).click()
      await tall.getByRole('button', { name: 'Show less' }).click()
      await more.waitFor()
      assert.equal(await heightOf(tall), folded)
      // As far as one sees of it.
      assert.ok(await more.evaluate((button) => button.getBoundingClientRect().top > 0))
    },
  )

  await t.test('what the browser finds in the part that is folded away unfolds it', async () => {
    const text = page.locator('.foldable[data-tall="true"][data-folded="true"]').last()
    await text.evaluate((element) => element.scrollTo(0, 40))
    await page.getByRole('button', { name: 'Show less' }).waitFor()
  })
})

test('a short conversation with something new in it is at its end, and says so', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [alice, bob] = await Promise.all([device('Alice'), device('Bob')])
  const circle = await inOneCircle(alice, bob)
  const page = await open(alice)
  await page.locator('.list-rows').waitFor()
  for (const text of ['Is anybody there?', 'Hello?']) await bob.client.send({ where: circle, text })
  const row = page.getByRole('link', { name: /^Circle/ })
  await row.getByText('2 unread messages').waitFor({ state: 'attached' })
  await row.click()
  await page.getByText('New messages', { exact: true }).waitFor()
  await page.getByRole('article').filter({ hasText: 'Hello?' }).waitFor()
  await page.waitForTimeout(500)
  assert.equal(await page.getByRole('button', { name: /newest/ }).count(), 0)
})

test(
  'a jump to a date leads to the first message of that day, or of the next that has one',
  { skip },
  async (t) => {
    const { device, open } = await scene(t)
    const days = ['2026-03-02', '2026-03-03', '2026-03-07', '2026-03-08']
    const alice = await device('Alice', (home, passphrase) => writeOn(days, home, passphrase))
    const page = await open(alice, { timezoneId: 'Asia/Tokyo' })
    await page.getByRole('link', { name: /^Diary/ }).click()
    const flashed = page.locator('[data-flash="true"]')
    for (const [day, first] of [
      ['2026-03-03', 'Begin of 2026-03-03'],
      ['2026-03-05', 'Begin of 2026-03-07'],
      ['2026-03-02', 'Begin of 2026-03-02'],
      ['2026-03-08', 'Begin of 2026-03-08'],
    ] as const) {
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      await page.getByRole('menuitem', { name: 'Jump to a date' }).click()
      await page.getByLabel('Day', { exact: true }).fill(day)
      if (day === '2026-03-03') await assertAccessible(page, 'a jump to a date')
      await page.getByRole('button', { name: 'Jump', exact: true }).click()
      await flashed.filter({ hasText: first }).waitFor()
    }
  },
)

/** In the time of Tokyo. */
function writeOn(days: readonly string[], home: string, input: string): Promise<void> {
  const script = join(ROOT, 'tests', 'e2e', 'writeDiary.ts')
  const midnights = days.map((day) => `${day}T00:00+09:00`)
  const { status, stderr } = spawnSync(process.execPath, [script, home, ...midnights], { input })
  assert.equal(status, 0, String(stderr))
  return Promise.resolve()
}

function heightOf(found: Locator): Promise<number> {
  return found.evaluate((element) => element.getBoundingClientRect().height)
}

async function distanceFromEnd(page: Page): Promise<number> {
  return scroller(page).evaluate(
    ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight,
  )
}

/** The message in the middle of the view. */
function placeOfMiddle(page: Page): Promise<{ id: string; top: number }> {
  return page.evaluate(() => {
    const view = document.querySelector('.timeline')?.getBoundingClientRect()
    const middle = (view?.top ?? 0) + (view?.height ?? 0) / 2
    const all = [...document.querySelectorAll<HTMLElement>('article')]
    const found = all.find((one) => one.getBoundingClientRect().bottom > middle)
    return { id: found?.id ?? '', top: found?.getBoundingClientRect().top ?? 0 }
  })
}

function topOf(page: Page, id: string): Promise<number | undefined> {
  return page.evaluate((wanted) => document.getElementById(wanted)?.getBoundingClientRect().top, id)
}
