/** The type gate: what runs under Node, then what runs in a browser, each with the library of its own. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const TSC = join(REPOSITORY, 'node_modules', 'typescript-7', 'bin', 'tsc')

const projects = ['.', 'packages/web'].filter((folder) => existsSync(join(folder, 'tsconfig.json')))
for (const project of projects) {
  const { status } = spawnSync(process.execPath, [TSC, '-p', project], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
