/** Pictures of the screens, taken while the tests look at them: `npm run screenshots` keeps them in docs/images. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'

/** Set by `npm run screenshots`; else nothing is written. */
const IS_KEPT = process.env['TRIODE_SCREENSHOTS'] === 'keep'
const FOLDER = join(ROOT, 'docs', 'images')

/** @param name of the file, without its ending */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!IS_KEPT) return
  mkdirSync(FOLDER, { recursive: true })
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' })
}
