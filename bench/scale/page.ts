/** docs/scale.md with its tables filled in. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keptFigures } from './figures.ts'
import { tables } from './tables.ts'

const BENCH = join(import.meta.dirname, '..')
export const PAGE = join(BENCH, '..', 'docs', 'scale.md')

/** The page as it is, and as it has to be by the kept results. @throws Error when a place for a table is missing */
export function scalePage(): { readonly now: string; readonly due: string } {
  const now = readFileSync(PAGE, 'utf8')
  let due = now
  for (const [name, text] of Object.entries(tables(keptFigures(join(BENCH, 'results'))))) {
    const place = new RegExp(`(<!-- ${name} -->\\n)[^]*?(\\n<!-- end -->)`)
    if (!place.test(due)) throw new Error(`there is no place for the table "${name}"`)
    due = due.replace(place, (_all, before: string, after: string) => `${before}\n${String(text)}\n${after}`)
  }
  return { now, due }
}

/** @returns whether anything changed */
export function writeScalePage(): boolean {
  const { now, due } = scalePage()
  if (now === due) return false
  writeFileSync(PAGE, due)
  return true
}
