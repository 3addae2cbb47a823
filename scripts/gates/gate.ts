/** The gates: what has to hold for every change, each by the name under which `npm run NAME` runs it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const GATES = ['format:check', 'lint', 'types', 'deps', 'docs'] as const
export type Gate = (typeof GATES)[number]

export interface Verdict {
  readonly passed: boolean
  readonly output: string
}

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const BOOTSTRAP = 'node scripts/bootstrap.mjs '
/** Lint output of a whole repository that went wrong at once. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** The script and arguments that package.json gives the gate. @throws Error when the gate does not bootstrap */
function commandOf(gate: Gate): [script: string, ...args: string[]] {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    scripts: Partial<Record<string, string>>
  }
  const command = manifest.scripts[gate]
  if (command?.startsWith(BOOTSTRAP) !== true) throw new Error(`package.json has no such script: ${gate}`)
  const [script = '', ...args] = command.slice(BOOTSTRAP.length).split(' ')
  return [join(REPOSITORY, script), ...args]
}

/** Runs `gate` over `root`: this repository, or one that a canary made. */
export function runGate(gate: Gate, root: string = REPOSITORY, extra: readonly string[] = []): Verdict {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...commandOf(gate), ...extra], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  return { passed: status === 0, output: stdout + stderr }
}
