import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from './circleOfTwo.ts'
import { lacksNetworkLab } from '../lab/needs.ts'
import { HostDevice } from '../lab/hostDevice.ts'
import { twoHosts, type TwoHosts } from '../lab/twoHosts.ts'

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

describe('what a canary text shows', { skip: lacksNetworkLab() }, () => {
  let folder: string
  let lab: TwoHosts
  let hosts: readonly [HostDevice, HostDevice]
  const secrets: string[] = Object.values(CANARY)

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'triode-canary-'))
    lab = await twoHosts(folder)
    hosts = [
      new HostDevice(lab.place(0), join(folder, 'home0'), CANARY.passphrase),
      new HostDevice(lab.place(1), join(folder, 'home1'), CANARY.passphrase),
    ]
    for (const host of hosts) host.cli('init', '--name', host === hosts[0] ? CANARY.name : 'Bob')
    await Promise.all(hosts.map((host) => host.start()))
    secrets.push(...hosts.map((host) => host.token))
  })

  after(async () => {
    for (const host of hosts) await host.stop()
    await lab.end()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is talked about over a real network', async () => {
    const [alice, bob] = hosts
    alice.cli('circle', 'create', 'Quiet')
    const { link } = alice.cli('invite', 'Quiet') as { link: string }
    secrets.push(link.slice('triode:'.length))
    const joined = bob.cli('join', link)
    assert.equal(joined['group'], 'X25519MLKEM768')
    alice.cli('send', 'Quiet', CANARY.circle)
    bob.cli('send', CANARY.name, CANARY.direct)
    alice.cli('room', 'create', 'Quiet', CANARY.room, 'Bob')
    await eventually('the messages', () => (alice.texts('Bob').includes(CANARY.direct) ? true : undefined))
    await eventually('the messages', () => (bob.texts('Quiet').includes(CANARY.circle) ? true : undefined))
    const { id } = alice.cli('send', 'Quiet', 'to be edited') as { id: string }
    alice.cli('edit', id, CANARY.edited)
    await eventually('the edit', () => (bob.texts('Quiet').includes(CANARY.edited) ? true : undefined))
    assert.equal((bob.cli('search', 'quetzal')['messages'] as unknown[]).length, 3)
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
    await alice.stop('SIGKILL')
    await bob.stop()
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
