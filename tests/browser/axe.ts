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

const OPTIONS = {
  /** WCAG 2.2 A and AA, and the practices that axe calls best. */
  all: {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
  /** Those of them that look at colours. */
  colours: {
    resultTypes: ['violations'],
    runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  },
  /** Those that look at the words by which things are called: what changes with the language. */
  names: {
    resultTypes: ['violations'],
    runOnly: { type: 'rule', values: ['label-content-name-mismatch', 'button-name', 'link-name', 'label'] },
  },
} as const

/** Where react-aria speaks for some seconds: of things that may be gone from the screen by then. */
const CONTEXT = { exclude: [['[data-live-announcer]']] }

/** @param screen named in the failure @throws AssertionError with each violation and where it is */
export async function assertAccessible(
  page: Page,
  screen: string,
  rules: keyof typeof OPTIONS = 'all',
): Promise<void> {
  // What moves is judged when it has come to rest; what turns while one waits never does.
  const isThere = await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
    await Promise.all(ending.map((one) => one.finished.catch(() => 0)))
    return 'axe' in globalThis
  })
  if (!isThere) await page.evaluate(SOURCE)
  const { violations } = await page.evaluate(
    ([context, options]) => (globalThis as unknown as { axe: Axe }).axe.run(context, options),
    [CONTEXT, OPTIONS[rules]] as const,
  )
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary ?? ''}`),
  )
  assert.deepEqual(found, [], `${screen} has faults for people with disabilities`)
}

const THEMES = ['light', 'dark', 'contrast'] as const
export type Theme = (typeof THEMES)[number]

/**
 * The same in each theme. A theme sets colours and nothing else (design/tokens.css): beyond the first, only the rules that look
 * at them can find more.
 * @param look called in each theme
 */
export async function assertAccessibleInThemes(
  page: Page,
  screen: string,
  look: (theme: Theme) => Promise<void> = async () => {},
): Promise<void> {
  for (const theme of THEMES) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
    await assertAccessible(page, `${screen}, ${theme}`, theme === 'light' ? 'all' : 'colours')
    await look(theme)
  }
}
