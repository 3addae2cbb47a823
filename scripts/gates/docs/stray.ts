/** Words that belong to one machine and not to the repository: package registries' hosts, somebody's folders. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf } from '../files.ts'

const STRAY: readonly [what: string, pattern: RegExp][] = [
  [
    'the host of a package registry',
    /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.|\b(?:npm|packages)\.[\w-]+\.(?:dev|internal)\//,
  ],
  ['a lockfile entry with an address', /"resolved": "https?:/],
  ["somebody's folder", /(?<![\w./])\/(?:work|root|Users)\/\w|(?<![\w./])\/home\/\w/],
]
const TEXTS = ['**/*.{ts,mjs,js,json,md,sh,html,css,txt}', '.ci/run', 'triode', '.npmrc']

export function strayWords(root: string): string[] {
  const files = TEXTS.flatMap((pattern) => filesOf(root, pattern))
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return STRAY.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${file}: names ${what}`)
  })
}
