/** The process is killed while it enters records: what was answered is there, and the chain goes on. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Bench, PASSPHRASE } from './devices.ts'

const CHILD = fileURLToPath(new URL('auditChild.ts', import.meta.url))

/** Runs until `count` records are answered, and kills it -9. @returns the number of the last one that was answered */
async function killedAfter(home: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, home], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.split('\n').length > count) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return Number(said.split('\n').at(-2))
}

describe('kill -9 in the middle of a record', () => {
  const bench = new Bench()
  after(() => bench.end())

  it('nothing answered is lost, and the log of all lives holds', async () => {
    const { device, home } = await bench.make('Alice', [])
    await device.close()
    let answered = 0
    for (const count of [1, 7, 40, 150]) {
      const last = await killedAfter(home, count)
      assert.ok(last > answered, `${String(last)} after ${String(answered)}`)
      answered = last
    }
    const again = await bench.open(home, [])
    await again.device.unlock(PASSPHRASE)
    const { head } = await again.device.verifyAudit({})
    assert.ok(Number(head.split(':')[0]) > answered)
  })
})
