/** What is installed is what is locked, and nothing runs while it is installed but what is listed. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

interface Locked {
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
}

const { packages } = json('package-lock.json') as { packages: Readonly<Record<string, Locked>> }
const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && link !== true,
)

test('every package that is installed is locked to its hash', () => {
  const loose = installed.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)
  assert.ok(installed.length > 100, 'the lockfile was read')
  assert.deepEqual(
    loose.map(([path]) => path),
    [],
  )
})

test('no package comes from an address of its own', () => {
  const elsewhere = installed.filter(([, { resolved }]) => resolved !== undefined)
  assert.deepEqual(
    elsewhere.map(([path]) => path),
    [],
  )
})

test('only the pinned Node runs a script when it is installed', () => {
  const { allowScripts } = json('package.json') as { allowScripts: Readonly<Record<string, boolean>> }
  const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name] === true)
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true)
  assert.deepEqual(allowed, ['node'])
  assert.deepEqual(
    scripted.map(([path]) => path),
    ['node_modules/node'],
  )
})
