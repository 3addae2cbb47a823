/** Going somewhere in the page as its own links do: nothing is loaded anew. */
import type { Page } from 'playwright-core'

export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
}

/** In the order of the tabs. */
export const CIRCLE_PARTS = [
  'overview',
  'members',
  'invitations',
  'devices',
  'rooms',
  'policies',
  'network',
] as const

/** A part of a circle, once it is shown. */
export async function showCircle(page: Page, circle: string, part: string): Promise<void> {
  await goTo(page, `/circle/${circle}/${part}`)
  await page.locator(`[role=tab][data-key="${part}"][aria-selected=true]`).waitFor()
}

/** In the order of their list. */
export const SETTINGS_PARTS = [
  'device',
  'look',
  'notifications',
  'storage',
  'channels',
  'audit',
  'about',
] as const

/** A part of the settings, once it is shown. */
export async function showSettings(page: Page, part: (typeof SETTINGS_PARTS)[number]): Promise<void> {
  await goTo(page, `/settings/${part}`)
  await page.locator(`a[href="/settings/${part}"][aria-current]`).waitFor()
}
