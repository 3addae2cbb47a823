/** A device of the double in a home of its own, and the CLI as real processes beside it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { writeApiFile } from '@triode/api/local'
import { serveApi } from '@triode/api/server'
import { doubleDevice, GOOD_LINK } from '../../api/test/double.ts'

const LAUNCHER = fileURLToPath(new URL('../../../triode', import.meta.url))

export async function family(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'triode-files-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const home = join(folder, 'home')
  const device = doubleDevice({ home, version: '0' })
  await device.init({ passphrase: 'correct horse', name: 'Alice' })
  await device.join({ link: GOOD_LINK })
  const api = await serveApi({ device, version: '0' })
  t.after(() => api.close())
  await writeApiFile(home, { url: api.url, token: api.token, pid: process.pid })
  return { folder, home, device, api }
}

/** @returns `told`: what it has printed so far */
export function start(t: TestContext, home: string, args: readonly string[]) {
  const child = spawn(LAUNCHER, args, {
    env: { PATH: process.env['PATH'], TRIODE_HOME: home },
    stdio: 'pipe',
  })
  t.after(() => child.kill('SIGKILL'))
  const [told, complained] = [child.stdout, child.stderr].map(gathered) as [() => string, () => string]
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  const outcome = closed.then(([exit]) => ({ out: told(), err: complained(), exit }))
  return { child, outcome, told }
}

/** What came of a stream so far, each time that it is asked. */
function gathered(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  return () => text
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, `waited in vain: ${what}`)
    await delay(10)
  }
}

export function documents(out: string): Record<string, unknown>[] {
  const lines = out.trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}
