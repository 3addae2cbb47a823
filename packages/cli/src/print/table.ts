/** Aligned columns. */
import { cleanLine } from '@triode/api/local'

/** @returns lines with a heading, cells cleaned and padded; `empty` alone when there are no rows */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
): string {
  if (rows.length === 0) return `${empty}\n`
  const cells = [heading, ...rows].map((row) => row.map(cleanLine))
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => columnsOf(row[column] ?? ''))))
  return cells.map((row) => `${line(row, widths)}\n`).join('')
}

/** `label  value` lines; a value that is undefined is left out. */
export function fields(pairs: readonly (readonly [string, string | number | undefined])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== '')
  const widest = Math.max(...shown.map(([label]) => columnsOf(label)))
  return shown.map(([label, value]) => `${pad(label, widest)}  ${cleanLine(String(value))}\n`).join('')
}

function line(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => pad(cell, widths[column] ?? 0))
    .join('  ')
    .trimEnd()
}

function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

const graphemes = new Intl.Segmenter()
/** What terminals show two columns wide, near enough. */
const WIDE =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[！-｠]/u

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  return Array.from(graphemes.segment(text)).reduce(
    (sum, { segment }) => sum + (WIDE.test(segment) ? 2 : 1),
    0,
  )
}
