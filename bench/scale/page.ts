/** Pages whose tables follow from kept results, with these filled in. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keptFigures, type FigureOf } from './figures.ts'
import { sizeTable } from './size.ts'
import { tables } from './tables.ts'

const BENCH = join(import.meta.dirname, '..')
const DOCS = join(BENCH, '..', 'docs')

/** Tables by the name of their place. */
const PAGES: Readonly<Record<string, (figure: FigureOf) => Readonly<Record<string, string>>>> = {
  'scale.md': (figure) => ({ ...tables(figure) }),
  'guides/keeper.md': (figure) => ({ size: sizeTable(figure) }),
}

export interface Page {
  /** Below docs/. */
  readonly name: string
  readonly now: string
  /** As it has to be by the kept results. */
  readonly due: string
}

/** @throws Error when a place for a table is missing */
export function scalePages(): readonly Page[] {
  const figure = keptFigures(join(BENCH, 'results'))
  return Object.entries(PAGES).map(([name, tablesOf]) => {
    const now = readFileSync(join(DOCS, name), 'utf8')
    return { name, now, due: Object.entries(tablesOf(figure)).reduce(filledIn, now) }
  })
}

/** @returns the pages that changed */
export function writeScalePages(): readonly string[] {
  const stale = scalePages().filter(({ now, due }) => now !== due)
  for (const { name, due } of stale) writeFileSync(join(DOCS, name), due)
  return stale.map(({ name }) => name)
}

function filledIn(page: string, [name, table]: readonly [string, string]): string {
  const place = new RegExp(`(<!-- ${name} -->\\n)[^]*?(\\n<!-- end -->)`)
  if (!place.test(page)) throw new Error(`there is no place for the table "${name}"`)
  return page.replace(place, (_all, before: string, after: string) => `${before}\n${table}\n${after}`)
}
