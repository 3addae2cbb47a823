/** Brings the rivals, which only the bench needs, into `bench/node_modules`. */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'

/** Installs what the lockfile says when nothing is there, or what is there is older. @throws Error when npm fails */
export function installRivals(benchFolder: string): void {
  const installed = modifiedMs(join(benchFolder, 'node_modules', '.package-lock.json'))
  if (installed >= modifiedMs(join(benchFolder, 'package-lock.json'))) return
  console.log("Installing the bench's own dependencies (the rivals) ...")
  const { status } = spawnSync('npm', ['ci', '--prefix', benchFolder, '--loglevel=error'], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('npm ci failed in bench/: see its message above')
}

function modifiedMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1
}
