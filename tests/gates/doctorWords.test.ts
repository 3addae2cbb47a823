/** What the doctor finds, and why a channel does not work, is known by code: each has words in the page, and a row in the specification. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { EN } from '../../packages/web/src/i18n/en/index.ts'

const ROOT = process.cwd()
const CHANNELS = join(ROOT, 'packages', 'channels', 'src')
/** Made as faults; the others stand in a status, and are written there. */
const ROUTER_FAULTS = ['portmap/mapping.ts', 'portmap/portMapper.ts']

test('why a channel does not work: sources, specification and page have the same codes', () => {
  const inStatus = sources(CHANNELS).flatMap((text) =>
    found(text, /^\s+(?:return \{.*)?code: '([a-z0-9-]+)'/gmu),
  )
  const faults = ROUTER_FAULTS.map((file) => readFileSync(join(CHANNELS, file), 'utf8'))
  const thrown = faults.flatMap((text) => found(text, /new Unavailable\('([a-z-]+)'/gu))
  const computed = ['router-unclear', 'router-not-asked']
  const made = sorted([...inStatus, ...thrown, ...computed])
  assert.ok(made.length > 15, 'they are found')
  assert.deepEqual(rows('08-channels.md', '## 8.9'), made)
  assert.deepEqual(messages('why.'), made)
})

test('what the doctor finds: sources, specification and page have the same codes', () => {
  const source = readFileSync(join(ROOT, 'packages', 'device', 'src', 'diagnosis', 'doctor.ts'), 'utf8')
  const made = sorted(found(source, /(?:good|bad)\(\s*'([a-z-]+)'/gu))
  assert.ok(made.length > 15, 'they are found')
  assert.deepEqual(rows('13-api.md', '## 13.14'), made)
  const words = messages('doctor.')
  assert.deepEqual(
    made.filter((code) => !words.includes(code)),
    [],
  )
})

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

function found(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, code = '']) => code)
}

/** First cells of the tables of a section. */
function rows(file: string, heading: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', 'spec', file), 'utf8')
  const [, section = ''] = text.split(`\n${heading} `)
  return sorted(found(section.split('\n## ')[0] ?? '', /^\| `([a-z0-9-]+)`/gmu))
}

/** Codes of which the page has a sentence. */
function messages(prefix: string): string[] {
  return sorted(
    Object.keys(EN)
      .filter((key) => key.startsWith(prefix) && !key.endsWith('.do'))
      .map((key) => key.slice(prefix.length)),
  )
}

function sorted(codes: readonly string[]): string[] {
  return [...new Set(codes)].sort()
}
