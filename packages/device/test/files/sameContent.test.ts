/** A file is compared with what is here, and something else stands in its place by then. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { FileSource } from '@triode/core'
import { SourceReader } from '../../src/files/sameContent.ts'
import { codeOf } from '../devices.ts'

/** One that is read as a whole, and one that is read in pieces. */
const SIZES = [1_000, 1_000_000]

function chosen(t: TestContext, size: number): FileSource {
  const folder = mkdtempSync(join(tmpdir(), 'triode-same-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'chosen')
  writeFileSync(path, Buffer.alloc(size, 7))
  return { path, size, modifiedMs: statSync(path).mtimeMs }
}

async function read(source: FileSource): Promise<string> {
  const reader = new SourceReader([source])
  try {
    return await codeOf(reader.next(source.size))
  } finally {
    await reader.close()
  }
}

for (const size of SIZES)
  describe(`a file of ${String(size)} bytes that is compared`, () => {
    it('is read', async (t) => {
      const source = chosen(t, size)
      const reader = new SourceReader([source])
      assert.deepEqual(Buffer.from(await reader.next(size)), Buffer.alloc(size, 7))
      await reader.close()
    })

    it('is not waited for once a pipe stands in its place', async (t) => {
      const source = chosen(t, size)
      rmSync(source.path)
      assert.equal(spawnSync('mkfifo', [source.path]).status, 0)
      // Lets go of who would wait.
      const timer = setTimeout(
        () => closeSync(openSync(source.path, constants.O_RDWR | constants.O_NONBLOCK)),
        3_000,
      )
      t.after(() => {
        clearTimeout(timer)
      })
      const startedAt = performance.now()
      assert.equal(await read(source), 'file-changed')
      assert.ok(performance.now() - startedAt < 2_000)
    })

    it('is not looked for behind a link that stands in its place, nor taken when it grew', async (t) => {
      const source = chosen(t, size)
      const other = chosen(t, size)
      rmSync(source.path)
      symlinkSync(other.path, source.path)
      assert.equal(await read(source), 'file-changed')
      appendFileSync(other.path, 'more')
      assert.equal(await read(other), 'file-changed')
    })
  })
