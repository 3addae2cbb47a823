/** Every script of the CLI, and proof that a script can fail. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { playScript } from './script.ts'

const SCRIPTS = new URL('scripts/', import.meta.url)

suite('scripts', () => {
  for (const name of readdirSync(SCRIPTS)) {
    test(name, (t) => playScript(t, new URL(name, SCRIPTS)))
  }

  test('a script that expects what does not happen fails', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'triode-script-'))
    t.after(() => rm(folder, { recursive: true }))
    const wrong = [
      '$ triode circle list\nsomething else',
      '$ triode circle list\n...\nexit 2',
      '$ triode circle list\n...\n! a complaint',
      '$ triode circle list',
      '% unknown',
    ]
    for (const [index, script] of wrong.entries()) {
      const file = join(folder, `${index}.txt`)
      await writeFile(file, `% running\n% vault\n% family\n${script}\n`)
      await assert.rejects(playScript(t, pathToFileURL(file)), script)
    }
  })
})
