/** Every rule of the simulator has a planted fault that breaks it, and a line in the guide. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { RULE } from '@triode/testkit'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** Names in RULE that `sources` never look for in what broke. */
function unplanted(sources: string): string[] {
  return Object.keys(RULE).filter(
    (name) => !new RegExp(`(has|includes)\\(RULE\\.${name}\\)|\\[RULE\\.${name}\\]`).test(sources),
  )
}

/** Rules without a line of their own in the table of `guide`. */
function untold(guide: string): string[] {
  return Object.values(RULE).filter((rule) => !guide.includes(`\n| ${rule} | `))
}

describe('a rule of the simulator', () => {
  const planted = ['planted', 'plantedKeepers', 'plantedSteps', 'plantedGoverning', 'plantedReads']
    .map((name) => read(`${name}.test.ts`))
    .join('')
  const guide = read('../../docs/guides/simulation.md')

  it('is broken by a planted fault', () => {
    assert.deepEqual(unplanted(planted), [])
    assert.deepEqual(unplanted(planted.replaceAll('RULE.recovery', 'RULE.other')), ['recovery'])
  })

  it('stands in the guide', () => {
    assert.deepEqual(untold(guide), [])
    assert.deepEqual(untold(guide.replace('\n| recovery |', '\n|')), ['recovery'])
  })
})
