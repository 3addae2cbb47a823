/** Every `spec §N.M` that a source or a document cites is a numbered heading of docs/spec. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf } from '../files.ts'
import { withoutFences } from './markdown.ts'

const HEADING = /^#+\s+§?(?<number>\d+(?:\.\d+)*)\.?\s/gm
/** One or several sections after the word: one; one, one; one and one; one to one. */
const CITATION = /\bspec (?<numbers>§\d+(?:\.\d+)*(?:(?:, | and |–|-)§\d+(?:\.\d+)*)*)/g
const CITING = '{packages,tests,scripts,bench,docs}/**/*.{ts,mjs,md}'

function specifiedSections(root: string): Set<string> {
  const texts = filesOf(root, 'docs/spec/*.md').map((file) =>
    withoutFences(readFileSync(join(root, file), 'utf8')),
  )
  const numbers = texts.flatMap((text) =>
    Array.from(text.matchAll(HEADING), ({ groups }) => groups?.['number'] ?? ''),
  )
  return new Set(numbers)
}

function citedSections(text: string): string[] {
  const citations = Array.from(text.matchAll(CITATION), ({ groups }) => groups?.['numbers'] ?? '')
  return citations.flatMap((numbers) => Array.from(numbers.matchAll(/\d+(?:\.\d+)*/g), ([number]) => number))
}

export function citationGaps(root: string): string[] {
  const sections = specifiedSections(root)
  return filesOf(root, CITING).flatMap((file) => {
    const cited = new Set(citedSections(readFileSync(join(root, file), 'utf8')))
    const missing = [...cited].filter((number) => !sections.has(number))
    return missing.map((number) => `${file}: cites spec §${number}, which docs/spec does not have`)
  })
}
