/** Going somewhere in the page as its own links do: nothing is loaded anew. */
import type { Page } from 'playwright-core'
import type { SettingsPart } from '../../packages/web/src/app/route.ts'

export { CIRCLE_PARTS, SETTINGS_PARTS } from '../../packages/web/src/app/route.ts'

export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
}

/** A part of a circle, once it is shown. */
export async function showCircle(page: Page, circle: string, part: string): Promise<void> {
  await goTo(page, `/circle/${circle}/${part}`)
  await page.locator(`[role=tab][data-key="${part}"][aria-selected=true]`).waitFor()
}

/** A part of the settings, once it is shown. */
export async function showSettings(page: Page, part: SettingsPart): Promise<void> {
  await goTo(page, `/settings/${part}`)
  await page.locator(`a[href="/settings/${part}"][aria-current]`).waitFor()
}
