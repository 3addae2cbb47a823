/** Canaries of the documentation gate. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Planted, type Files } from './planted.ts'

/** Apart, so that the gate on this repository does not take the examples for its own. */
const [SPEC, REGISTRY, HOMES] = ['spec', 'registry', '/home']

function threat(promise: string): string {
  return `# Threats\n\n## Noise\n\n**Cannot**\n\n- ${promise}\n`
}

/** This repository's page, in which keepers may dissolve the circle. */
const MATRIX = readFileSync(
  join(import.meta.dirname, '..', '..', 'docs', 'spec', '05-membership-log.md'),
  'utf8',
).replace('| `dissolve` the circle | yes | | | | |', '| `dissolve` the circle | yes | | | | yes |')

/** What goes wrong -> the files that do it, and what the gate says. */
const BREAKS: Readonly<Record<string, { files: Files; says: string }>> = {
  'a dead link': {
    files: { 'CHANGELOG.md': 'See [the guide](docs/guide.md).\n' },
    says: 'CHANGELOG.md: dead link docs/guide.md',
  },
  'a link to a heading that is not there': {
    files: { 'CHANGELOG.md': 'See [words](docs/spec/01-words.md#12-two-words).\n' },
    says: 'CHANGELOG.md: dead link docs/spec/01-words.md#12-two-words',
  },
  'a document that nobody can find': {
    files: { 'docs/lost.md': 'Lost.\n' },
    says: 'docs/lost.md: no document links to it',
  },
  'the name of a file that is not there': {
    files: { 'README.md': 'Words are in `packages/core/src/{word,verb}.ts`.\n' },
    says: 'README.md: names packages/core/src/verb.ts, which is not there',
  },
  'a promise that names no test': {
    files: { 'docs/threat-model.md': threat('change a word') },
    says: 'docs/threat-model.md: no test named for: change a word',
  },
  'a promise that names a file that is not there': {
    files: { 'docs/threat-model.md': threat('change a word: `tests/none.test.ts` "a word is a word"') },
    says: 'docs/threat-model.md: no such test file: tests/none.test.ts',
  },
  'a promise that names a test that is not there': {
    files: {
      'docs/threat-model.md': threat('change a word: `packages/core/test/word.test.ts` "a word is two"'),
    },
    says: 'docs/threat-model.md: packages/core/test/word.test.ts has no test "a word is two"',
  },
  'a threat model without promises': {
    files: { 'docs/threat-model.md': '# Threats\n' },
    says: 'docs/threat-model.md: no *cannot* found',
  },
  'a citation of a section that is not there': {
    files: { 'packages/core/src/word.ts': `/** Words: ${SPEC} §1.9. */\nexport const WORD = 'word'\n` },
    says: `packages/core/src/word.ts: cites ${SPEC} §1.9`,
  },
  'a role matrix in the specification that is not that of the code': {
    files: {
      'docs/spec/05-membership-log.md': MATRIX,
      'CHANGELOG.md': 'See [roles](docs/spec/05-membership-log.md).\n',
    },
    says: 'docs/spec/05-membership-log.md: the role matrix is not that of the code',
  },
  'a specification without a role matrix': {
    files: {
      'docs/spec/05-membership-log.md': '# 5. Log\n',
      'CHANGELOG.md': 'See [roles](docs/spec/05-membership-log.md).\n',
    },
    says: 'docs/spec/05-membership-log.md: the markers of the role matrix are missing',
  },
  'the host of a package registry': {
    files: { '.npmrc': `registry=https://${REGISTRY}.npmjs.org/\n` },
    says: '.npmrc: names the host of a package registry',
  },
  "somebody's folder": {
    files: { 'scripts/run.ts': `export const HOME = '${HOMES}/alice/triode'\n` },
    says: "scripts/run.ts: names somebody's folder",
  },
}

test('the documentation gate passes a sound repository', () => {
  using repository = new Planted()
  repository.plant({
    'docs/guide.md':
      'See [a word](spec/01-words.md#11-a-word), [this](../docs/guide.md) and [elsewhere](https://example.org/none). It is in `packages/core/src/word.ts`, and in `packages/core/`, not in `packages/NAME/src`.\n',
    'packages/core/src/word.ts': `/** Words: ${SPEC} §1, ${SPEC} §1.1. */\nexport const WORD = 'word'\n`,
    'tests/each.test.ts': 'test(`each ${word} is a word`, () => {})\n',
    'docs/threat-model.md': `${threat('change a word: `packages/core/test/word.test.ts` "a word is a word"')}- read a word: not shown yet\n- lose a word: \`tests/each.test.ts\` "each noun is a word"\n`,
  })
  const { passed, output } = repository.run('docs')
  assert.ok(passed, output)
})

for (const [what, { files, says }] of Object.entries(BREAKS)) {
  test(`the documentation gate fails on ${what}`, () => {
    using repository = new Planted()
    const { passed, output } = repository.plant(files).run('docs')
    assert.ok(!passed)
    assert.ok(output.includes(says), output)
  })
}
