/** Files and folders that a document names in code type, from the root of the repository, are there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf } from '../files.ts'
import { withoutFences } from './markdown.ts'

/** `packages/core/src`, `tests/fuzz/gate.test.ts`, `src/{one,other}.ts`; not `cases/NAME/case.ts`, which stands for many. */
const NAMED = /`(?<path>(?:packages|tests|scripts|bench|docs|deploy)\/[\w.@{},/-]+)`/g
/** What happened is told with the names of then. */
const OF_THEN = 'CHANGELOG.md'
/** Not there before something makes them. */
const MADE = new Set(['packages/web/dist', 'tests/fuzz/regressions'])

function namedIn(text: string): Set<string> {
  const paths = Array.from(withoutFences(text).matchAll(NAMED), ({ groups }) => groups?.['path'] ?? '')
  return new Set(paths.map((path) => path.replace(/\/$/, '')).filter((path) => !/[A-Z]{3}/.test(path)))
}

/** `a/{b,c}.ts`: both. */
function each(path: string): string[] {
  const {
    before = '',
    choices,
    after = '',
  } = /^(?<before>[^{]*)\{(?<choices>[^}]*)\}(?<after>.*)$/.exec(path)?.groups ?? {}
  if (choices === undefined) return [path]
  return choices.split(',').flatMap((choice) => each(`${before}${choice}${after}`))
}

export function namedGaps(root: string): string[] {
  const documents = filesOf(root, '**/*.md').filter((document) => document !== OF_THEN)
  return documents.flatMap((document) => {
    const paths = [...namedIn(readFileSync(join(root, document), 'utf8'))].flatMap(each)
    const missing = paths.filter((path) => !MADE.has(path) && filesOf(root, path).length === 0)
    return missing.map((path) => `${document}: names ${path}, which is not there`)
  })
}
