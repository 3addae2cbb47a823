/** A page used by the keyboard alone. */
import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'

/** Stops of the Tab key that a screen may have. */
const MAX_STOPS = 80

/** Presses Tab until `target` has the focus. @throws AssertionError when it can't be reached so */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: 'attached' })
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`the Tab key does not reach ${target.toString()}`)
}

export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.type(text)
}
