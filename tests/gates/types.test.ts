/** Canaries of the type gate. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Planted } from './planted.ts'

/** What strictness is for -> code that must not compile. */
const BREAKS = {
  'a wrong type': `export const bad: number = 'one'`,
  'an index that may be missing': `const list: number[] = []\n\nexport const bad: number = list[0]`,
  'undefined for an optional property': `export const bad: { one?: number } = { one: undefined }`,
  'an implicit any': `export function bad(one) {\n  return one\n}`,
  'syntax that does not erase': `export class Bad {\n  constructor(readonly one: number) {}\n}`,
  'a type imported as a value': `import { Server } from 'node:net'\nimport { Socket } from 'node:net'\n\nexport { Server }\nexport type S = Socket\nexport const bad: string = 1`,
  'a package used against its types': `import { WORD } from '@triode/core'\n\nexport const bad: number = WORD`,
}

test('the type gate passes a sound repository', () => {
  using repository = new Planted()
  const { passed, output } = repository.run('types')
  assert.ok(passed, output)
})

for (const [what, source] of Object.entries(BREAKS)) {
  test(`the type gate fails on ${what}`, () => {
    using repository = new Planted()
    const { passed, output } = repository.plant({ 'packages/vault/src/bad.ts': `${source}\n` }).run('types')
    assert.ok(!passed)
    assert.ok(output.includes('packages/vault/src/bad.ts'), output)
  })
}
