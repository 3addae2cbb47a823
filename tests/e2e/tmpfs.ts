/** A small disk, to be filled. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Mounts a disk of so many MiB. @returns whether it could be had */
export function mountTmpfs(folder: string, mebibytes: number): boolean {
  const size = `size=${String(mebibytes)}m`
  return spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder]).status === 0
}

export function unmount(folder: string): void {
  spawnSync('umount', [folder])
}

/** Why a small disk can't be had, said loudly; or false. */
export function lacksTmpfs(): string | false {
  const probe = mkdtempSync(join(tmpdir(), 'triode-tmpfs-'))
  const mounted = mountTmpfs(probe, 1)
  if (mounted) unmount(probe)
  rmSync(probe, { recursive: true, force: true })
  if (mounted) return false
  process.stderr.write(
    '\n*** NOT TESTED: a full disk, as a small tmpfs could not be mounted (needs root)\n\n',
  )
  return 'a tmpfs could not be mounted'
}
