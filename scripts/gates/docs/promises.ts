/**
 * Each *cannot* of the threat model names the test that shows it, as `path/to.test.ts` "title"; what nothing shows
 * yet says so. A title is that of a test() or it() in the file; where it is a template, any title that this can become.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const THREAT_MODEL = 'docs/threat-model.md'
/** `file.test.ts` "title one", "title two" */
const REFERENCE = /`(?<file>[\w./-]+\.test\.ts)`(?<titles>(?:[,\s]+"[^"]+")+)/g
const NOT_SHOWN = 'not shown yet'

/** Letters written by their numbers, as letters. */
function withoutEscapes(source: string): string {
  return source.replaceAll(/\\u([0-9a-f]{4})/gi, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  )
}

/** Of `a caller ${who} is refused`, every title it can become. */
function becomes(template: string, title: string): boolean {
  const parts = template.split(/\$\{[^}]*\}/).map((part) => RegExp.escape(part))
  return new RegExp(`^${parts.join('.+')}$`).test(title)
}

function hasTitle(source: string, title: string): boolean {
  const escaped = title.replaceAll("'", "\\'")
  if ([`'${escaped}'`, `"${title}"`].some((literal) => source.includes(literal))) return true
  const templates = Array.from(
    source.matchAll(/\b(?:test|it)\(\s*`([^`]*)`/g),
    ([, template]) => template ?? '',
  )
  return templates.some((template) => becomes(template, title))
}

function gapsOfReference(root: string, file: string, titles: string[]): string[] {
  const path = join(root, file)
  if (!existsSync(path)) return [`${THREAT_MODEL}: no such test file: ${file}`]
  const source = withoutEscapes(readFileSync(path, 'utf8'))
  return titles
    .filter((title) => !hasTitle(source, title))
    .map((title) => `${THREAT_MODEL}: ${file} has no test "${title}"`)
}

function references(text: string): { file: string; titles: string[] }[] {
  return Array.from(text.matchAll(REFERENCE), ({ groups }) => ({
    file: groups?.['file'] ?? '',
    titles: Array.from((groups?.['titles'] ?? '').matchAll(/"([^"]+)"/g), ([, title]) => title ?? ''),
  }))
}

/** The list items that stand under a "Cannot" heading or lead-in. */
function cannots(text: string): string[] {
  const sections = Array.from(
    text.matchAll(/^\*\*Cannot\*\*[^\n]*\n+((?:- [^\n]*\n(?: {2}[^\n]*\n)*)+)/gm),
    ([, list]) => list ?? '',
  )
  return sections.flatMap((list) => list.split(/^- /m).filter((item) => item.trim() !== ''))
}

function isBacked(item: string): boolean {
  return references(item).length > 0 || item.includes(NOT_SHOWN)
}

export function promiseGaps(root: string): string[] {
  const path = join(root, THREAT_MODEL)
  if (!existsSync(path)) return [`${THREAT_MODEL} is missing`]
  const text = `${readFileSync(path, 'utf8')}\n`
  const promises = cannots(text)
  if (promises.length === 0) return [`${THREAT_MODEL}: no *cannot* found`]
  const bare = promises
    .filter((item) => !isBacked(item))
    .map((item) => `${THREAT_MODEL}: no test named for: ${item.trim()}`)
  return [...bare, ...references(text).flatMap(({ file, titles }) => gapsOfReference(root, file, titles))]
}
