import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'
import { eventually } from './circleOfTwo.ts'
import { lacksNetworkLab } from '../lab/needs.ts'
import { ADDRESSES, twoHosts, type TwoHosts } from '../lab/twoHosts.ts'

/** Words that may be seen by nobody but the two. */
const CANARY = {
  direct: 'canary-direct-quetzal-7319',
  circle: 'canary-circle-quetzal-2048',
  edited: 'canary-edited-quetzal-5150',
  draft: 'canary-draft-quetzal-6006',
  room: 'canary-room-quetzal-1001',
  name: 'canary-name-quetzal-3333',
  passphrase: 'canary-passphrase-quetzal-9001',
} as const

/** Multicast of DNS and of a network's own housekeeping, and the two hosts. */
const ALLOWED = /^(198\.18\.77\.[12]|224\.0\.0\.(22|251)|ff02::(1|2|16|fb|1:ff[0-9a-f:]+)|fe80::[0-9a-f:]+)$/

interface Host {
  readonly index: 0 | 1
  readonly home: string
  daemon: ChildProcess | undefined
  log: string
}

describe('what a canary text shows', { skip: lacksNetworkLab() }, () => {
  let folder: string
  let lab: TwoHosts
  let hosts: readonly [Host, Host]
  const secrets: string[] = Object.values(CANARY)

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'triode-canary-'))
    lab = await twoHosts(folder)
    hosts = [0, 1].map((index) => ({
      index,
      home: join(folder, `home${String(index)}`),
      daemon: undefined,
      log: '',
    })) as never
    for (const host of hosts) cli(host, 'init', '--name', host.index === 0 ? CANARY.name : 'Bob')
    await Promise.all(hosts.map(start))
  })

  after(async () => {
    for (const host of hosts) await stop(host, 'SIGTERM')
    await lab.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs a command on a host; gives its JSON. */
  function cli(host: Host, ...args: readonly string[]): Record<string, unknown> {
    const line = [...lab.prefix(host.index), join(ROOT, 'triode'), ...args, '--home', host.home, '--json']
    const env = { ...process.env, TRIODE_PASSPHRASE: CANARY.passphrase }
    const done = spawnSync(line[0] ?? '', line.slice(1), { encoding: 'utf8', env })
    host.log += done.stderr
    assert.equal(done.status, 0, `${args.join(' ')}: ${done.stderr}`)
    return JSON.parse(done.stdout) as Record<string, unknown>
  }

  async function start(host: Host): Promise<void> {
    const listen = `${ADDRESSES[host.index]}:4711`
    const args = ['start', '--home', host.home, '--json', '--no-open', '--listen', listen]
    const line = [...lab.prefix(host.index), join(ROOT, 'triode'), ...args]
    const env = { ...process.env, TRIODE_PASSPHRASE: CANARY.passphrase }
    const child = spawn(line[0] ?? '', line.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] })
    host.daemon = child
    child.stderr.on('data', (chunk: Buffer) => (host.log += chunk.toString()))
    const [ready] = (await once(child.stdout, 'data')) as [Buffer]
    const { token } = JSON.parse(ready.toString()) as { token: string }
    secrets.push(token)
    child.stdout.on('data', (chunk: Buffer) => (host.log += chunk.toString()))
  }

  async function stop(host: Host, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { daemon } = host
    host.daemon = undefined
    if (daemon?.exitCode !== null) return
    daemon.kill(signal)
    await once(daemon, 'exit')
  }

  const texts = (host: Host, where: string): string[] =>
    (cli(host, 'messages', where)['messages'] as { text: string }[]).map((message) => message.text)

  it('is talked about over a real network', async () => {
    const [alice, bob] = hosts
    cli(alice, 'circle', 'create', 'Quiet')
    const { link } = cli(alice, 'invite', 'Quiet') as { link: string }
    secrets.push(link.slice('triode:'.length))
    const joined = cli(bob, 'join', link)
    assert.equal(joined['group'], 'X25519MLKEM768')
    cli(alice, 'send', 'Quiet', CANARY.circle)
    cli(bob, 'send', CANARY.name, CANARY.direct)
    cli(alice, 'room', 'create', 'Quiet', CANARY.room, 'Bob')
    await eventually('the messages', () => (texts(alice, 'Bob').includes(CANARY.direct) ? true : undefined))
    await eventually('the messages', () => (texts(bob, 'Quiet').includes(CANARY.circle) ? true : undefined))
    const { id } = cli(alice, 'send', 'Quiet', 'to be edited') as { id: string }
    cli(alice, 'edit', id, CANARY.edited)
    await eventually('the edit', () => (texts(bob, 'Quiet').includes(CANARY.edited) ? true : undefined))
    assert.equal((cli(bob, 'search', 'quetzal')['messages'] as unknown[]).length, 3)
  })

  it('is in no packet on the cable, and nothing went anywhere but to the other host', async () => {
    const capture = await lab.capture()
    assert.ok(
      capture.packets > 50,
      `only ${String(capture.packets)} packets were captured: the test shows nothing`,
    )
    for (const secret of secrets)
      assert.ok(!found(capture.bytes, secret), `${secret.slice(0, 12)}… is on the cable`)
    const strangers = capture.destinations.filter((address) => !ALLOWED.test(address))
    assert.deepEqual(strangers, [])
  })

  it('is in no file of either home while they run, nor after a kill, and in no log', async () => {
    const [alice, bob] = hosts
    scan('while they run')
    await stop(alice, 'SIGKILL')
    await stop(bob, 'SIGTERM')
    scan('after a kill and a stop')
    for (const host of hosts) {
      for (const secret of secrets) assert.ok(!host.log.includes(secret), 'a secret is in a log')
    }
  })

  function scan(when: string): void {
    for (const host of hosts) {
      const files = readdirSync(host.home, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      )
      assert.ok(files.length > 0)
      for (const entry of files) {
        const path = join(entry.parentPath, entry.name)
        assert.equal(statSync(path).mode & 0o077, 0, `${entry.name} can be read by others`)
        // The API's token is for this home's own faces, and lies only in the file that is for them.
        const wanted = entry.name === 'api.json' ? Object.values(CANARY) : secrets
        const bytes = readFileSync(path)
        for (const secret of wanted) assert.ok(!found(bytes, secret), `a secret is in ${entry.name} ${when}`)
      }
    }
  }
})

/** As UTF-8 or UTF-16, as it is or in base64 at any offset. */
function found(bytes: Buffer, text: string): boolean {
  const plain = Buffer.from(text)
  const shifted = [0, 1, 2].map((shift) =>
    plain.subarray(shift, plain.length - ((plain.length - shift) % 3)).toString('base64'),
  )
  return [plain, Buffer.from(text, 'utf16le'), ...shifted.map((part) => Buffer.from(part))].some((one) =>
    bytes.includes(one),
  )
}
