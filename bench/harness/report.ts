/** Tables for people: on the terminal, and in `results/README.md`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TRIODE } from './case.ts'
import type { CaseResult, Judgement, Series } from './result.ts'

const HEADINGS = ['figure', 'contender', 'median', 'min', 'max', 'triode / it', 'target', 'verdict']

/** The rows of one case: a row a figure and contender, and the targets on Triode's. */
function rowsOf(result: CaseResult): string[][] {
  return result.metrics.flatMap((metric) => {
    const own = result.contenders.find((contender) => contender.name === TRIODE)?.figures[metric.name]
    const judgements = result.judgements.filter((judgement) => judgement.metric === metric.name)
    return result.contenders.map(({ name, figures, missing }) => {
      const series = figures[metric.name]
      const about = name === TRIODE ? judgements : []
      return [
        `${metric.name}, ${metric.unit}`,
        name,
        ...(series ? [series.median, series.min, series.max].map(show) : [missing ? 'missing' : '–', '', '']),
        ratio(own, series, name),
        about.map((judgement) => judgement.target).join('; '),
        about.map(describeVerdict).join('; ') +
          (about.length > 0 && result.rounds === 1 ? ' (one round)' : ''),
      ]
    })
  })
}

function ratio(own: Series | undefined, other: Series | undefined, name: string): string {
  return own && other && name !== TRIODE ? show(own.median / other.median) : ''
}

function describeVerdict({ verdict, reached, shortBy }: Judgement): string {
  if (reached === undefined) return verdict
  return shortBy === undefined
    ? `met (${show(reached)})`
    : `short by ${(shortBy * 100).toFixed(0)} % (${show(reached)})`
}

/** Three significant digits, and no exponent. */
function show(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 6))
}

export function printTable(result: CaseResult): void {
  const rows = [HEADINGS, ...rowsOf(result)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  console.log()
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  for (const { name, missing } of result.contenders) if (missing) console.log(`missing: ${name}: ${missing}`)
  console.log()
}

/** Writes `<case>.json`, and `README.md` anew from every case's last result in `folder`. */
export function keepResult(folder: string, result: CaseResult): void {
  writeFileSync(join(folder, `${result.case}.json`), `${JSON.stringify(result, undefined, 2)}\n`)
  const results = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as CaseResult)
  writeFileSync(join(folder, 'README.md'), renderReadme(results))
}

function renderReadme(results: readonly CaseResult[]): string {
  const head = [
    '# Results',
    '',
    'Written by `npm run bench`: do not edit. Medians over rounds in which the contenders took turns, as many as stand under each table;',
    'what is of one round says so, and is a hint: a machine that others share may give quite another figure an hour later.',
    "`triode / it` is Triode's median over that contender's. How each case works: `docs/guides/benchmarks.md`.",
    '',
  ]
  return `${[...head, ...results.flatMap(renderCase)].join('\n').trimEnd()}\n`
}

function renderCase(result: CaseResult): string[] {
  const { machine, contenders, notes } = result
  return [
    `## ${result.case}`,
    '',
    result.question,
    '',
    markdownRow(HEADINGS),
    markdownRow(HEADINGS.map(() => '---')),
    ...rowsOf(result).map(markdownRow),
    '',
    ...contenders.map(
      ({ name, setup, missing }) => `- **${name}**: ${setup}${missing ? ` *Missing: ${missing}*` : ''}`,
    ),
    ...notes.map((note) => `- ${note}`),
    '',
    `${result.rounds === 1 ? '1 round' : `${String(result.rounds)} rounds`} on ${machine.cpu}, ${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, ` +
      `${machine.kernel}, Node ${machine.node}, OpenSSL ${machine.openssl}, ${machine.date}; load before: ${String(machine.loadBefore)}.`,
    '',
  ]
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
