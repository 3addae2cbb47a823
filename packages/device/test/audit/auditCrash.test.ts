/** The process is killed while it enters records: what was answered is there, and the chain goes on. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Audit } from '../../src/audit/audit.ts'
import type { DeviceService } from '../../src/index.ts'
import { Bench, PASSPHRASE } from '../devices.ts'

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

describe('a power cut while the passphrase is changed', () => {
  const bench = new Bench()
  after(() => bench.end())
  const NEXT = 'another passphrase for tests'

  /** What the log says of changes of the passphrase, after the next life has opened with `passphrase`. */
  async function changesTold(home: string, passphrase: string): Promise<number> {
    const { device } = await bench.open(home, [])
    await device.unlock(passphrase)
    const { records } = await device.audit({ limit: 50 })
    await device.verifyAudit({})
    await device.close()
    return records.filter(({ event }) => event === 'passphrase-changed').length
  }

  /** Runs a change of which the transaction never reaches the disk; `replace` says whether the key file did. */
  async function cutShort(t: TestContext, device: DeviceService, replace: boolean): Promise<void> {
    const whole = Reflect.get<Audit, 'passphraseChanges'>(Audit.prototype, 'passphraseChanges')
    const cut = t.mock.method(
      Audit.prototype,
      'passphraseChanges',
      function (this: Audit, change: () => void) {
        whole.call(this, () => {
          if (replace) change()
          throw new Error('the power is gone')
        })
      },
    )
    await assert.rejects(device.changePassphrase(PASSPHRASE, NEXT), /the power is gone/)
    cut.mock.restore()
    await device.close()
  }

  it('after the key file, before the record: the next unlock enters it, once', async (t) => {
    const { device, home } = await bench.make('Alice', [])
    await cutShort(t, device, true)
    assert.equal(await changesTold(home, NEXT), 1)
    assert.equal(await changesTold(home, NEXT), 1)
  })

  it('before the key file: nothing is entered, for nothing has changed', async (t) => {
    const { device, home } = await bench.make('Alice', [])
    await cutShort(t, device, false)
    assert.equal(await changesTold(home, PASSPHRASE), 0)
    assert.equal(await changesTold(home, PASSPHRASE), 0)
  })

  it('not at all: one record, and none more later', async () => {
    const { device, home } = await bench.make('Alice', [])
    await assert.rejects(device.changePassphrase('a wrong passphrase', NEXT))
    await device.changePassphrase(PASSPHRASE, NEXT)
    await device.close()
    assert.equal(await changesTold(home, NEXT), 1)
  })
})
