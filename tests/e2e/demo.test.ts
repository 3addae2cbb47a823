/** `npm run demo -- --stay`, ended by somebody who is impatient. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'triode-demos-'))
})
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the demo until a line of it holds `until`, and then presses Ctrl-C twice. @returns exit code and signal */
async function interrupted(until: string): Promise<unknown[]> {
  const demo = spawn(process.execPath, [join(ROOT, 'scripts/demo.ts'), '--stay'], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(demo, 'exit')
  createInterface(demo.stdout).on('line', (line) => {
    if (!line.includes(until)) return
    demo.kill('SIGINT')
    setTimeout(() => demo.kill('SIGINT'), 50)
  })
  return ended
}

describe('the demo, ended by two Ctrl-C', () => {
  for (const [when, until, exit] of [
    ['while its devices go on running', 'Ctrl-C ends them', 0],
    ['while its devices start', 'Alice and Bob start', 130],
    ['in the middle', 'Bob joins', 130],
  ] as const) {
    it(`${when}: leaves no folder`, { timeout: 120_000 }, async () => {
      assert.deepEqual(await interrupted(until), [exit, null])
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith('triode-demo-')),
        [],
      )
    })
  }
})
