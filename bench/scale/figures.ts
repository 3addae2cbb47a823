/** Kept results of the bench, by case and figure. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TRIODE } from '../harness/case.ts'
import type { CaseResult } from '../harness/result.ts'

export type FigureOf = (benchCase: string, figure: string) => number

/** Medians of Triode's figures. @throws Error for one that is not kept in `folder` */
export function keptFigures(folder: string): FigureOf {
  const cases = new Map<string, CaseResult>()
  return (benchCase, figure) => {
    const result = cases.get(benchCase) ?? read(folder, benchCase)
    cases.set(benchCase, result)
    const own = result.contenders.find(({ name }) => name === TRIODE)
    const series = own?.figures[figure]
    if (series === undefined) throw new Error(`${benchCase} has no figure "${figure}"`)
    return series.median
  }
}

function read(folder: string, benchCase: string): CaseResult {
  return JSON.parse(readFileSync(join(folder, `${benchCase}.json`), 'utf8')) as CaseResult
}
