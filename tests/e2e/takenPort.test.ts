/** A device told to listen where another program listens already: it says so at once, and runs all the same. */
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { createClient } from '@triode/api'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'

const LAUNCHER = join(ROOT, 'triode')
const PASSPHRASE = 'a passphrase for tests'

let folder: string
let squatter: Server
let taken: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'triode-taken-'))
  squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  taken = `127.0.0.1:${String((squatter.address() as AddressInfo).port)}`
  const made = spawnSync(LAUNCHER, ['init', '--home', folder, '--kdf', 'pbkdf2'], { env: withPassphrase() })
  assert.equal(made.status, 0, String(made.stderr))
})
after(() => {
  squatter.close()
  rmSync(folder, { recursive: true, force: true })
})

function withPassphrase(): NodeJS.ProcessEnv {
  return { ...process.env, TRIODE_PASSPHRASE: PASSPHRASE }
}

function start(env: NodeJS.ProcessEnv, ...args: readonly string[]) {
  return spawn(LAUNCHER, ['start', '--home', folder, '--channels', 'tcp', '--listen', taken, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function firstLine(child: ReturnType<typeof start>): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return line
}

async function ends(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
}

describe('an address to listen on that is taken', () => {
  const why = (): string => `Cannot listen on ${taken} (EADDRINUSE).`
  const remedy = 'Choose another port, or port 0 for any free one.'

  it('stands in the ready event, and the device is up', async () => {
    const child = start(withPassphrase(), '--json')
    const ready = JSON.parse(await firstLine(child)) as Record<string, unknown> & {
      api: string
      token: string
    }
    assert.deepEqual(ready['listening'], [])
    assert.deepEqual(ready['problems'], [{ channel: 'tcp', reason: why(), remedy }])
    const status = await createClient({ url: ready.api, token: ready.token }).status()
    assert.equal(status.state, 'unlocked')
    await ends(child)
  })

  it('is a sentence with a remedy for people', async () => {
    const child = start(withPassphrase())
    const said = text(child.stderr)
    await firstLine(child)
    await ends(child)
    assert.equal(await said, `triode: channel tcp: ${why()} ${remedy}\n`)
  })

  it('is told to whoever unlocks a device that was started locked', async () => {
    const child = start(process.env, '--json')
    const ready = JSON.parse(await firstLine(child)) as Record<string, unknown>
    assert.deepEqual([ready['state'], ready['problems']], ['locked', []])
    const unlocked = spawnSync(LAUNCHER, ['unlock', '--home', folder], {
      env: withPassphrase(),
      encoding: 'utf8',
    })
    assert.equal(unlocked.status, 0)
    assert.equal(unlocked.stderr, `Warning: channel tcp: ${why()} ${remedy}\n`)
    await ends(child)
  })
})
