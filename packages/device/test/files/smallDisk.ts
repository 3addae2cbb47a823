/** A disk that is soon full. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A file system of its own; undefined, and said loudly, where it can't be mounted. */
export function smallDisk(t: TestContext, mebibytes: number): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'triode-disk-'))
  t.after(() => {
    spawnSync('umount', [path])
    rmSync(path, { recursive: true, force: true })
  })
  const { status, stderr } = mount(path, `size=${String(mebibytes)}m`)
  if (status === 0) return path
  const reason = `NOT TESTED on a real full disk: tmpfs could not be mounted (${stderr.toString().trim()}); needs root`
  console.error(reason)
  t.skip(reason)
  return undefined
}

function mount(path: string, options: string) {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path])
}
