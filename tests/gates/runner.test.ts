/** Canaries of the test runner: it fails when anything fails, and closes once. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Planted, type Files } from './planted.ts'

const RUNNER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 'test.ts')

const PASSING = `import { test } from 'node:test'\n\ntest('passes', () => {})\n`
const FAILING = `import { test } from 'node:test'\n\ntest('fails', () => {\n  throw new Error('as planned')\n})\n`

const LINGERING = `${PASSING}\nsetInterval(() => {}, 1000)\n`
const HANGING = `import { test } from 'node:test'\n\ntest('hangs', () => new Promise(() => {}))\n`

function runTests(files: Files, ...words: string[]): { status: number | null; stdout: string } {
  using repository = new Planted()
  repository.plant(files)
  const env: NodeJS.ProcessEnv = { ...process.env, TRIODE_TEST_FILE_TIMEOUT_MS: '6000' }
  delete env['NODE_TEST_CONTEXT'] // else the run inside reports to this one, in its own format
  const { status, stdout } = spawnSync(process.execPath, [RUNNER, ...words], {
    cwd: repository.root,
    encoding: 'utf8',
    env,
  })
  return { status, stdout }
}

function closing(stdout: string): Record<string, number> {
  const lines = Array.from(stdout.matchAll(/^ℹ (\w+) ([\d.]+)$/gm), ([, word, count]) => [
    word ?? '',
    Number(count),
  ])
  assert.equal(lines.length, 8, 'the closing lines appear once')
  return Object.fromEntries(lines) as Record<string, number>
}

test('the runner passes when every test passes, in packages, beside and alone', () => {
  const { status, stdout } = runTests({ 'tests/a.test.ts': PASSING, 'tests/e2e/b.test.ts': PASSING })
  const { tests, pass, fail } = closing(stdout)
  assert.deepEqual({ status, tests, pass, fail }, { status: 0, tests: 3, pass: 3, fail: 0 })
  assert.match(stdout, /ℹ duration_ms [\d.]+\s*$/, 'the closing lines are the last')
})

for (const where of ['packages/core/test/bad.test.ts', 'tests/bad.test.ts', 'tests/e2e/bad.test.ts']) {
  test(`the runner fails when a test fails in ${where}`, () => {
    const { status, stdout } = runTests({ [where]: FAILING, 'tests/a.test.ts': PASSING })
    assert.deepEqual({ status, ...closing(stdout) }, { ...closing(stdout), status: 1, fail: 1, pass: 2 })
    assert.match(stdout, /as planned/)
  })
}

test('the runner fails when a test file cannot be loaded', () => {
  const { status } = runTests({ 'tests/bad.test.ts': `import './nowhere.ts'\n` })
  assert.equal(status, 1)
})

test('the runner ends a test file that hangs, says so, and fails', () => {
  const { status, stdout } = runTests({ 'tests/bad.test.ts': HANGING, 'tests/good.test.ts': PASSING })
  assert.equal(status, 1)
  assert.match(stdout, /tests\/bad\.test\.ts ran longer than 6 s and was ended/)
  assert.deepEqual(closing(stdout)['cancelled'], 1)
})

test('the runner ends a test file that leaves something open, says so, and fails', () => {
  const { status, stdout } = runTests({ 'tests/bad.test.ts': LINGERING, 'tests/good.test.ts': PASSING })
  assert.equal(status, 1)
  assert.match(stdout, /tests\/bad\.test\.ts left something open after its tests and was ended/)
})

test('the runner fails when no test matches the words it was given', () => {
  const { status } = runTests({}, 'nothing-is-called-so')
  assert.equal(status, 1)
})

test('the runner runs only what matches the words it was given', () => {
  const { status, stdout } = runTests({ 'tests/bad.test.ts': FAILING, 'tests/good.test.ts': PASSING }, 'good')
  assert.deepEqual({ status, tests: closing(stdout)['tests'] }, { status: 0, tests: 1 })
})
