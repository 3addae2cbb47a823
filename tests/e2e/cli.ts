/** The command line of a device that runs, as a person would type it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ROOT, type DeviceProcess } from '../../scripts/demo/deviceProcess.ts'

export interface Typed {
  readonly exit: number | null
  readonly out: Record<string, unknown>
  readonly error: { readonly code?: string; readonly message?: string; readonly remedy?: string }
}

/** Runs `triode ...args --json`. Not in the way of this process, whose connections to devices would grow stale unseen. */
export async function type({ home }: DeviceProcess, ...args: readonly string[]): Promise<Typed> {
  const child = spawn(join(ROOT, 'triode'), [...args, '--home', home, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const [out, error, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { exit, out: firstDocument(out), error: firstDocument(error)['error'] ?? {} }
}

function firstDocument(text: string): Record<string, unknown> {
  return text.trim() === '' ? {} : (JSON.parse(text.split('\n')[0] ?? '') as Record<string, unknown>)
}
