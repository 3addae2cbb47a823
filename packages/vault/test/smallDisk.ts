/** Real disks that are full, for tests. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A file system of its own, `mib` MiB large; undefined, and said loudly, where it can't be mounted. */
export function smallDisk(t: TestContext, mib: number): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'triode-disk-'))
  t.after(() => {
    // Also while a test that failed has files open there.
    spawnSync('umount', ['-l', path])
    rmdirSync(path)
  })
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', path], {
    encoding: 'utf8',
  })
  if (mounted.status !== 0) {
    const reason = `NOT TESTED on a real full disk: tmpfs could not be mounted (${mounted.stderr.trim()}); needs root`
    console.error(reason)
    t.skip(reason)
    return undefined
  }
  return path
}

/** Not a byte is left. */
export function fillUp(disk: string): void {
  for (let bytes = 65_536; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) appendFileSync(join(disk, 'filler'), new Uint8Array(bytes))
    } catch {
      // With smaller pieces.
    }
  }
}
