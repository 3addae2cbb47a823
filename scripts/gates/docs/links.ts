/** Relative links in the documents lead to a file, and to a heading of it where they name one; every document is led to. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesOf } from '../files.ts'
import { withoutFences } from './markdown.ts'

const LINK = /\[[^\]]*\]\((?<target>[^()\s]+)\)/g
const ELSEWHERE = /^[a-z][a-z+.-]*:/ // a scheme: not a file of ours

/** The anchor that a heading gets: lower case, spaces to hyphens, punctuation dropped. */
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
  return kept.trim().replaceAll(' ', '-')
}

function anchorsOf(path: string): Set<string> {
  const headings = withoutFences(readFileSync(path, 'utf8')).matchAll(/^#+\s+(.*)$/gm)
  return new Set(Array.from(headings, ([, heading]) => anchorOf(heading ?? '')))
}

function leads(root: string, document: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? join(root, document) : join(root, dirname(document), decodeURI(path))
  if (!existsSync(file)) return false
  return anchor === undefined || statSync(file).isDirectory() || anchorsOf(file).has(anchor)
}

function targetsOf(root: string, document: string): string[] {
  const text = withoutFences(readFileSync(join(root, document), 'utf8'))
  const targets = Array.from(text.matchAll(LINK), ({ groups }) => groups?.['target'] ?? '')
  return targets.filter((target) => !ELSEWHERE.test(target))
}

/** Documents below docs/ to which no other document leads: nobody would find them. */
function unlinked(root: string, documents: readonly string[]): string[] {
  const linked = documents.flatMap((document) =>
    targetsOf(root, document).map((target) => join(dirname(document), target.split('#')[0] ?? '')),
  )
  const lost = documents.filter((document) => document.startsWith('docs/') && !linked.includes(document))
  return lost.map((document) => `${document}: no document links to it`)
}

export function linkGaps(root: string): string[] {
  const documents = filesOf(root, '**/*.md')
  const dead = documents.flatMap((document) =>
    targetsOf(root, document)
      .filter((target) => !leads(root, document, target))
      .map((target) => `${document}: dead link ${target}`),
  )
  return [...dead, ...unlinked(root, documents)]
}
