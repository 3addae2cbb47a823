/** Where benches write: gone afterwards, also what a run left that was killed, and never begun without room. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Scratch } from '../../bench/harness/scratch.ts'

test('a scratch folder goes with its measurement, and those of ended processes with the next', (t) => {
  const place = mkdtempSync(join(tmpdir(), 'triode-scratch-test-'))
  t.after(() => rmSync(place, { recursive: true, force: true }))
  const ended = spawnSync(process.execPath, ['--version']).pid
  const [left, running, other] = [`of-${String(ended)}`, `of-${String(process.ppid)}`, '123456'].map((name) =>
    join(place, `triode-bench-${name}`),
  ) as [string, string, string]
  for (const path of [left, running, other]) mkdirSync(path)
  let path: string
  {
    using scratch = Scratch.in(place, 1)
    path = scratch.folder('work')
    assert.ok(existsSync(path))
  }
  assert.deepEqual(
    [left, running, other, path].map((one) => existsSync(one)),
    [false, true, true, false],
  )
})

test('nothing is begun where there is no room for it', () => {
  assert.throws(() => Scratch.in(tmpdir(), Number.MAX_SAFE_INTEGER), /MiB free, and this takes .*make room/)
})
