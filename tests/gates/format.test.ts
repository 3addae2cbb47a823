/** Canary of the format gate. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Planted } from './planted.ts'

test('the format gate passes a sound repository, and fails on a file laid out by hand', () => {
  using repository = new Planted()
  const sound = repository.run('format:check')
  const broken = repository
    .plant({ 'packages/core/src/word.ts': `export const WORD = "word";\n` })
    .run('format:check')
  assert.ok(sound.passed, sound.output)
  assert.ok(!broken.passed)
  assert.ok(broken.output.includes('packages/core/src/word.ts'), broken.output)
})
