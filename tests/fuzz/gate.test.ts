/** No decoder is without a fuzz target. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodersOf, gapsOf } from './decoders.ts'
import { EXCEPTIONS } from './exceptions.ts'
import { TARGETS } from './targets/index.ts'

const found = decodersOf(process.cwd())
const covered = TARGETS.flatMap(({ covers }) => covers)

test('every decoder of the sources has a fuzz target, or stands among the exceptions with its reason', () => {
  assert.ok(found.length > 60, `only ${String(found.length)} decoders were found`)
  assert.deepEqual(gapsOf(found, covered, Object.keys(EXCEPTIONS)), [])
})

test('no two targets have one name, which is that of their corpus', () => {
  const names = TARGETS.map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)])
  for (const name of names) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/)
})

test('a decoder without a target is named, and so is an exception for what is not there', () => {
  const one = 'core/new/thing.ts decodeThing'
  const file = 'core/new/hidden.ts'
  assert.deepEqual(gapsOf([one, file], [], []), [
    `${one}: no fuzz target; add one to tests/fuzz/targets`,
    `${file}: no fuzz target; add one to tests/fuzz/targets`,
  ])
  assert.deepEqual(gapsOf([one, file], [one, file], []), [])
  assert.deepEqual(gapsOf([], [], [one]), [`${one}: an exception for what is not there`])
  assert.deepEqual(gapsOf([one], [one], [one]), [`${one}: an exception, and a target`])
  assert.deepEqual(gapsOf([], [one], []), [`${one}: covered, but not there`])
})
