/** How a keeper is started, and what it says of itself on loopback (spec §13.13). */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import type { KeepingReport } from '@triode/device'
import { keeperPassphrase } from '../src/local/passphrase.ts'
import { serveKeeperDoor, type KeeperDoor } from '../src/server/keeper/door.ts'
import { healthOf } from '../src/server/keeper/health.ts'
import { startOptions } from '../src/server/startOptions.ts'

const WELL: KeepingReport = {
  state: 'unlocked',
  keeperIn: 1,
  otherCircles: 0,
  tunnels: 3,
  drops: 4,
  boxes: 7,
  bytes: 5_000,
  oldestForMs: 90_000,
  taken: 9,
  refused: 0,
  handedOver: 5,
  capacityBytes: 100_000,
  memberBytes: 10_000,
  fileBytes: 1_000,
  blobs: 3,
  wholeBlobs: 2,
  blobBytes: 700,
  slips: 4,
  holdHours: 336,
  vaultBytes: 40_960,
  freeBytes: 9e9,
  warnings: [],
}

describe('the health of a keeper', () => {
  const reasons: [string, Partial<KeepingReport>, string[]][] = [
    ['well', {}, []],
    ['without a vault', { state: 'new', keeperIn: 0 }, ['no-vault']],
    ['locked', { state: 'locked', keeperIn: 0 }, ['locked']],
    ['in no circle as a keeper', { keeperIn: 0, otherCircles: 1 }, ['not-a-keeper']],
    ['a member of another circle too', { otherCircles: 1 }, ['not-only-a-keeper']],
    ['that can’t listen where it was told to', { unreachable: 'cannot-listen' }, ['cannot-listen']],
    ['without a channel that works', { unreachable: 'no-channel' }, ['no-channel']],
    ['full', { bytes: 96_000 }, ['capacity-used-up']],
    ['full of files', { blobBytes: 72_000 }, ['capacity-used-up']],
    ['short of disk', { freeBytes: 1_000 }, ['disk-low']],
    ['with a warning of the device', { warnings: ['clock-differs'] }, ['warning']],
  ]
  for (const [what, change, expected] of reasons) {
    it(`${what}: ${expected.join() || 'ok'}`, () => {
      assert.deepEqual(healthOf({ ...WELL, ...change }).reasons, expected)
    })
  }
})

describe('the port of a keeper', () => {
  let report = WELL
  let door: KeeperDoor
  before(async () => {
    door = await serveKeeperDoor({ keeping: () => Promise.resolve(report) }, 0)
  })
  after(() => door.close())

  async function ask(path: string, { method = 'GET', host }: { method?: string; host?: string } = {}) {
    return new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
      const sent = request(`${door.url}${path}`, { method, ...(host !== undefined && { headers: { host } }) })
      sent.once('error', reject)
      sent.once('response', (answer) => {
        const { statusCode = 0, headers } = answer
        text(answer).then((body) => {
          resolve({ status: statusCode, type: headers['content-type'] ?? '', body })
        }, reject)
      })
      sent.end()
    })
  }

  it('is on loopback, and says 200 or 503 with the reasons', async () => {
    assert.match(door.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.deepEqual(await ask('/health'), {
      status: 200,
      type: 'application/json',
      body: '{"ok":true,"reasons":[],"warnings":[]}\n',
    })
    report = { ...WELL, state: 'locked', keeperIn: 0 }
    const { status, body } = await ask('/health')
    assert.deepEqual([status, body], [503, '{"ok":false,"reasons":["locked"],"warnings":[]}\n'])
    report = WELL
  })

  it('has metrics in Prometheus’ format, each with its help and type, and no labels', async () => {
    const { status, type, body } = await ask('/metrics')
    assert.equal(status, 200)
    assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8')
    const lines = body.trimEnd().split('\n')
    assert.equal(lines.length % 3, 0)
    for (let at = 0; at < lines.length; at += 3) {
      const name = /^([a-z_]+) -?[\d.e+]+$/.exec(lines[at + 2] ?? '')?.[1] ?? 'no name'
      assert.match(lines[at] ?? '', new RegExp(`^# HELP ${name} [A-Z0-9].*\\.$`))
      assert.match(lines[at + 1] ?? '', new RegExp(`^# TYPE ${name} (gauge|counter)$`))
    }
    for (const line of [
      'boxes 7',
      'bytes 5000',
      'oldest_box_seconds 90',
      'tunnels 3',
      'boxes_handed_over_total 5',
    ])
      assert.ok(lines.includes(`triode_keeper_${line}`), line)
  })

  it('answers nothing else, nor to a name that was rebound to it', async () => {
    assert.equal((await ask('/')).status, 404)
    assert.equal((await ask('/metrics?x=1')).status, 404)
    assert.equal((await ask('/health', { method: 'POST' })).status, 405)
    assert.equal((await ask('/health', { host: 'keeper.example' })).status, 403)
    assert.equal((await ask('/health', { host: 'localhost:1' })).status, 200)
  })

  it('that is taken is named, with what to do', async () => {
    const port = Number(new URL(door.url).port)
    await assert.rejects(serveKeeperDoor({ keeping: () => Promise.resolve(WELL) }, port), {
      code: 'port-in-use',
      remedy: 'Choose another with --health-port',
    })
  })
})

describe('triode start --keeper', () => {
  it('takes what is held, for how long, in numbers within bounds', () => {
    const args = [
      '--keeper',
      '--hold-days',
      '7',
      '--capacity-mib',
      '100',
      '--member-mib',
      '10',
      '--file-mib',
      '0',
      '--health-port',
      '0',
    ]
    assert.deepEqual(startOptions(args, {}).keeper, {
      healthPort: 0,
      terms: { holdHours: 168, capacityBytes: 104_857_600, memberBytes: 10_485_760, fileBytes: 0 },
    })
    assert.deepEqual(startOptions(['--keeper'], {}).keeper, { healthPort: 8_747, terms: {} })
    assert.equal(startOptions(['--keeper'], {}).mayOpen, false)
    for (const wrong of [
      ['--hold-days', '22'],
      ['--hold-days', '0'],
      ['--capacity-mib', '1.5'],
      ['--health-port', 'x'],
    ])
      assert.throws(() => startOptions(['--keeper', ...wrong], {}), { code: 'usage' }, wrong.join(' '))
    assert.throws(() => startOptions(['--hold-days', '7'], {}), { code: 'usage' }, 'without --keeper')
  })

  it('reads its passphrase from a file or a credential, and never from the environment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'triode-credential-'))
    try {
      writeFileSync(join(folder, 'triode-passphrase'), 'from the credential\n')
      writeFileSync(join(folder, 'other'), 'from the file\n')
      const env = { TRIODE_PASSPHRASE: 'from the environment' }
      await assert.rejects(keeperPassphrase(undefined, env), { code: 'passphrase-needed' })
      const withFolder = { ...env, CREDENTIALS_DIRECTORY: folder }
      assert.equal(await keeperPassphrase(undefined, withFolder), 'from the credential')
      assert.equal(await keeperPassphrase(join(folder, 'other'), withFolder), 'from the file')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
