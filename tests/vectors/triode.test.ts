/** The published vectors are what the code does; each module of triode/ checks on the way that they also decode. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { makeVectors, readVectors } from './triode/files.ts'
import { AREAS } from './triode/index.ts'

const FOLDER = new URL('../../docs/spec/vectors/', import.meta.url)

for (const area of AREAS) {
  test(`docs/spec/vectors/${area.name}.json is what the code gives`, () => {
    const remedy =
      `The format "${area.format}" changed. If that is meant, change spec §${area.spec.join(', §')}, ` +
      `run \`npm run vectors -- ${area.name}\` and read what changed in the file`
    const made = JSON.parse(JSON.stringify(makeVectors(area))) as unknown
    try {
      assert.deepEqual(made, readVectors(area.name))
    } catch (cause) {
      throw new Error(remedy, { cause })
    }
  })
}

test('every file of docs/spec/vectors has an area that makes it', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  assert.deepEqual(files.sort(), AREAS.map(({ name }) => `${name}.json`).sort())
})

test('every file of docs/spec/vectors stands in the table of its README', () => {
  const text = readFileSync(new URL('README.md', FOLDER), 'utf8')
  const listed = Array.from(text.matchAll(/^\| `([a-z-]+)` \|/gm), ([, name]) => name)
  assert.deepEqual(listed.sort(), AREAS.map(({ name }) => name).sort())
})

test('no two cases of an area have one name, and none is empty', () => {
  for (const area of AREAS) {
    const { cases } = makeVectors(area)
    assert.ok(cases.length > 0, area.name)
    const names = cases.map(({ name }) => name)
    assert.deepEqual(names, [...new Set(names)], area.name)
  }
})

test('what the code gives otherwise is told with the command to run', () => {
  const [area] = AREAS
  assert.ok(area !== undefined)
  const changed = makeVectors({ ...area, make: (kept) => ({ cases: area.make(kept).cases.slice(1) }) })
  assert.notDeepEqual(JSON.parse(JSON.stringify(changed)), readVectors(area.name))
})
