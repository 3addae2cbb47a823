/** Canaries of the dependency gate: each rule is broken once, and the gate says so. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Planted } from './planted.ts'

/** Rule -> a file that breaks it, and what stands in it. */
const BREAKS = [
  ['core-stands-alone', 'packages/core/src/bad.ts', `export { readFileSync } from 'node:fs'`],
  ['core-stands-alone', 'packages/core/src/badAdapter.ts', `export type { VAULT } from '@triode/vault'`],
  ['core-stands-alone', 'packages/core/src/badThirdParty.ts', `export { z } from 'zod'`],
  ['core-stands-alone', 'packages/core/src/badDynamic.ts', `export const later = import('node:net')`],
  ['adapters-know-only-core', 'packages/vault/src/bad.ts', `export { TUNNEL } from '@triode/tunnel'`],
  ['adapters-know-only-core', 'packages/tunnel/src/bad.ts', `export { CHANNELS } from '@triode/channels'`],
  ['adapters-know-only-core', 'packages/channels/src/bad.ts', `export { CRYPTO } from '@triode/crypto'`],
  ['adapters-know-only-core', 'packages/crypto/src/bad.ts', `export { VAULT } from '@triode/vault'`],
  ['adapters-know-only-core', 'packages/vault/src/badUp.ts', `export type { VAULT } from '@triode/device'`],
  ['device-composes', 'packages/device/src/bad.ts', `export { SCHEMA } from '@triode/api'`],
  ['api-server-serves-a-device', 'packages/api/src/server/bad.ts', `export { VAULT } from '@triode/vault'`],
  [
    'api-schema-and-client-run-anywhere',
    'packages/api/src/schema/bad.ts',
    `export { VAULT } from '@triode/device'`,
  ],
  [
    'api-schema-and-client-run-anywhere',
    'packages/api/src/client/bad.ts',
    `export { VAULT } from '../server/index.ts'`,
  ],
  [
    'api-schema-and-client-without-node',
    'packages/api/src/client/badNode.ts',
    `export { connect } from 'node:net'`,
  ],
  [
    'api-local-is-below-server',
    'packages/api/src/local/bad.ts',
    `export { VAULT } from '../server/index.ts'`,
  ],
  ['cli-knows-only-api', 'packages/cli/src/bad.ts', `export { WORD } from '@triode/core'`],
  ['cli-knows-only-api', 'packages/cli/src/badDevice.ts', `export { VAULT } from '@triode/device'`],
  ['web-knows-only-api', 'packages/web/src/bad.tsx', `export { WORD } from '@triode/core'`],
  ['web-knows-only-api', 'packages/web/src/badLocal.ts', `export { LOCAL } from '@triode/api/local'`],
  ['web-without-node', 'packages/web/src/badNode.ts', `export { connect } from 'node:net'`],
  [
    'testkit-imports-core-and-crypto',
    'packages/testkit/src/bad.ts',
    `export { TUNNEL } from '@triode/tunnel'`,
  ],
  [
    'testkit-names-only-adapters',
    'packages/testkit/src/badType.ts',
    `export type { VAULT } from '@triode/device'`,
  ],
  ['no-testkit-in-products', 'packages/device/src/badTestkit.ts', `export { CRYPTO } from '@triode/testkit'`],
  ['no-tests-in-sources', 'packages/core/src/badTest.ts', `export * from '../test/word.test.ts'`],
  ['no-cycles', 'packages/core/src/badCycle.ts', `export * from './badCycle.ts'`],
  ['no-orphans', 'packages/core/src/badOrphan.ts', `export const ALONE = 1`],
  ['no-unresolved', 'packages/core/src/badNowhere.ts', `export * from './nowhere.ts'`],
  ['declared-dependencies', 'packages/vault/src/badUndeclared.ts', `export { encode } from 'cborg'`],
  ['no-tools-in-sources', 'packages/device/src/badTool.ts', `export * from 'prettier'`],
] as const

const DEVICE_WITH_TOOL = `{ "name": "@triode/device", "exports": "./src/index.ts", "devDependencies": { "prettier": "*" } }`

using planted = new Planted()
const sound = planted.run('deps')
planted.plant({ 'packages/device/package.json': DEVICE_WITH_TOOL })
for (const [, file, source] of BREAKS) planted.plant({ [file]: `${source}\n` })
const broken = planted.run('deps')

test('the dependency gate passes a sound repository', () => {
  assert.ok(sound.passed, sound.output)
})

test('the dependency gate fails on violations', () => {
  assert.ok(!broken.passed)
})

for (const [rule, file, source] of BREAKS) {
  test(`the dependency gate names ${rule} for ${file}: ${source}`, () => {
    assert.ok(broken.output.includes(`${rule}: ${file} -> `), broken.output)
  })
}

test('the dependency gate fails when dependency-cruiser does not see a source file', () => {
  using blind = new Planted()
  blind.plant({
    '.dependency-cruiser.mjs': `export default { forbidden: [], options: { exclude: '^packages/vault/' } }\n`,
  })
  const { passed, output } = blind.run('deps')
  assert.ok(!passed)
  assert.ok(output.includes('not-seen: packages/vault/src/index.ts'), output)
})

test('the dependency gate fails when imports of packages lead nowhere', () => {
  using astray = new Planted()
  rmSync(join(astray.root, 'node_modules', '@triode'), { recursive: true })
  const { passed, output } = astray.run('deps')
  assert.ok(!passed)
  assert.ok(output.includes('not-followed: '), output)
})
