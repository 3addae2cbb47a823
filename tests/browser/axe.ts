/** axe-core on what a page shows now. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What of axe is used here. */
interface Axe {
  run(context: object, options: object): Promise<{ readonly violations: readonly Violation[] }>
}

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** WCAG 2.2 A and AA, and the practices that axe calls best. */
const OPTIONS = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}

/** Where react-aria speaks for some seconds: of things that may be gone from the screen by then. */
const CONTEXT = { exclude: [['[data-live-announcer]']] }

/** @param screen named in the failure @throws AssertionError with each violation and where it is */
export async function assertAccessible(page: Page, screen: string): Promise<void> {
  // What moves is judged when it has come to rest; what turns while one waits never does.
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
    return Promise.all(ending.map((one) => one.finished.catch(() => 0)))
  })
  await page.evaluate(SOURCE)
  const { violations } = await page.evaluate(
    ([context, options]) => (globalThis as unknown as { axe: Axe }).axe.run(context, options),
    [CONTEXT, OPTIONS] as const,
  )
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary ?? ''}`),
  )
  assert.deepEqual(found, [], `${screen} has faults for people with disabilities`)
}
