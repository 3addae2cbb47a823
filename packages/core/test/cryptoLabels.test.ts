/** The label table of spec §3.4 and the labels in the code are the same, and none can pass for another. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { LABEL } from '@triode/core'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const SPEC = readFileSync(`${ROOT}docs/spec/03-cryptography.md`, 'utf8')

/** The first cell of each row of the table. */
const documented = Array.from(SPEC.matchAll(/^\| `(triode\/v1\/[^`]+)` \|/gm), ([, label = '']) => label)

/** Every label that any package spells out. */
const spelled = globSync('packages/*/src/**/*.ts', { cwd: ROOT }).flatMap((path) =>
  Array.from(readFileSync(ROOT + path, 'utf8').matchAll(/'(triode\/v1\/[^']+)'/g), ([, label = '']) => label),
)

test('the spec lists every label once, and nothing else', () => {
  assert.deepEqual(documented, Array.from(new Set(documented)))
  assert.deepEqual(documented.toSorted(), Array.from(new Set(spelled)).toSorted())
  assert.ok(Object.values(LABEL).every((label) => documented.includes(label)))
})

test('no label is used by two names, and none is the beginning of another', () => {
  const labels = Object.values(LABEL)
  assert.equal(new Set(labels).size, labels.length)
  for (const label of documented) {
    assert.match(label, /^triode\/v1\/[a-z]+\/[a-z]+(-[a-z]+)*$/)
    assert.deepEqual(
      documented.filter((other) => other.startsWith(label)),
      [label],
    )
  }
})
