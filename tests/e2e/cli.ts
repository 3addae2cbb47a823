/** The command line of a device that runs, as a person would type it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT, type DeviceProcess } from '../../scripts/demo/deviceProcess.ts'

export interface Typed {
  readonly exit: number | null
  readonly out: Record<string, unknown>
  readonly error: { readonly code?: string; readonly message?: string; readonly remedy?: string }
}

/** Runs `triode ...args --json`. */
export function type({ home }: DeviceProcess, ...args: readonly string[]): Typed {
  const done = spawnSync(join(ROOT, 'triode'), [...args, '--home', home, '--json'], { encoding: 'utf8' })
  const parse = (text: string): Record<string, unknown> =>
    text.trim() === '' ? {} : (JSON.parse(text.split('\n')[0] ?? '') as Record<string, unknown>)
  return {
    exit: done.status,
    out: parse(done.stdout),
    error: parse(done.stderr)['error'] ?? {},
  }
}
