/** Canaries of the lint gate: each rule of ours is broken once, and the gate says so. */
import assert from 'node:assert/strict'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Planted, type Files } from './planted.ts'

interface LintResult {
  readonly filePath: string
  readonly messages: readonly { readonly ruleId: string | null; readonly severity: number }[]
}

/** What the core must not touch: name -> an expression that does. */
const CORE_BANS = {
  Date: 'new Date()',
  'Date.now': 'Date.now()',
  performance: 'performance.now()',
  setTimeout: 'setTimeout(String, 1)',
  setInterval: 'setInterval(String, 1)',
  setImmediate: 'setImmediate(String)',
  crypto: 'crypto.randomUUID()',
  process: 'process.pid',
  Buffer: 'Buffer.alloc(1)',
  fetch: 'fetch("http://localhost")',
  WebSocket: 'new WebSocket("ws://localhost")',
  console: 'console.log',
  global: 'global',
  globalThis: 'globalThis',
} as const

/** Rule -> file that breaks it, and what stands in it. */
const BREAKS = [
  ...Object.entries(CORE_BANS).map(
    ([name, expression]) =>
      [
        'no-restricted-globals',
        `packages/core/src/ban-${name}.ts`,
        `export const bad: unknown = ${expression}`,
      ] as const,
  ),
  ['no-restricted-imports', 'packages/core/src/node.ts', `export { readFileSync } from 'node:fs'`],
  ['no-restricted-imports', 'packages/core/src/nodeType.ts', `export type { Server } from 'node:net'`],
  ['no-restricted-syntax', 'packages/core/src/nodeLater.ts', `export const bad = import('node:net')`],
  ['no-restricted-properties', 'packages/core/src/random.ts', `export const bad = Math.random()`],
  ['no-restricted-properties', 'packages/device/src/random.ts', `export const bad = Math.random()`],
  ['no-restricted-exports', 'packages/vault/src/default.ts', `export default 1`],
  ['no-restricted-syntax', 'packages/vault/src/enumeration.ts', `export enum Bad {\n  one,\n}`],
  [
    '@typescript-eslint/consistent-type-imports',
    'packages/vault/src/typeImport.ts',
    `import { Server } from 'node:net'\n\nexport type Bad = Server`,
  ],
  ['@typescript-eslint/no-explicit-any', 'packages/vault/src/any.ts', `export type Bad = any`],
  ['@typescript-eslint/no-non-null-assertion', 'packages/vault/src/bang.ts', `export const bad = [1][0]!`],
  [
    '@typescript-eslint/no-floating-promises',
    'packages/vault/src/floating.ts',
    `export function bad(): void {\n  Promise.resolve()\n}`,
  ],
  ['@typescript-eslint/no-floating-promises', 'tests/floating.test.ts', `Promise.resolve()`],
  [
    '@typescript-eslint/no-unused-vars',
    'packages/vault/src/unused.ts',
    `const bad = 1\n\nexport const ok = 2`,
  ],
  ['max-lines', 'packages/vault/src/long.ts', 'export {}\n'.repeat(401)],
] as const

const planted: Files = Object.fromEntries(BREAKS.map(([, file, source]) => [file, `${source}\n`]))

using repository = new Planted()
const sound = repository.run('lint')
const broken = repository.plant(planted).run('lint', ['--format', 'json'])
const root = realpathSync(repository.root)
const results = JSON.parse(broken.output) as LintResult[]

function messagesOf(file: string): LintResult['messages'] {
  return results.find(({ filePath }) => filePath === join(root, file))?.messages ?? []
}

test('the lint gate passes a sound repository', () => {
  assert.ok(sound.passed, sound.output)
})

test('the lint gate fails on violations', () => {
  assert.ok(!broken.passed)
})

for (const [rule, file] of BREAKS) {
  test(`the lint gate names ${rule} in ${file}`, () => {
    const rules = messagesOf(file).map(({ ruleId }) => ruleId)
    assert.ok(rules.includes(rule), `found ${JSON.stringify(rules)}`)
  })
}

test('the length of a file is a warning, not an error', () => {
  const length = messagesOf('packages/vault/src/long.ts').filter(({ ruleId }) => ruleId === 'max-lines')
  assert.deepEqual(
    length.map(({ severity }) => severity),
    [1],
  )
})
