/** Three real devices: Alice and Bob are never there together, and only the keeper Kim brings what one sends to the other. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'
import {
  CIRCLE,
  circleOfTwo,
  DeviceProcess,
  eventually,
  everything,
  LAN,
  type CircleOfTwo,
} from './circleOfTwo.ts'
import { type } from './cli.ts'
import { fileIs, isSaved, randomFile, sha256 } from './filePairs.ts'

const PASSPHRASE = 'the keeper’s own passphrase'
const ROUNDS = 2
/** Some hundred chunks, so that a kill finds it in the middle. */
const FILE_BYTES = 30_000_000
const [LIFE_MIN_MS, LIFE_MAX_MS] = [50, 700]

describe('a keeper', () => {
  let two: CircleOfTwo
  let alice: DeviceProcess
  let bob: DeviceProcess
  let kim: DeviceProcess
  let home: string
  const said: string[] = []

  before(async () => {
    two = await circleOfTwo()
    ;({ alice, bob } = two)
    home = join(two.folder, 'Kim')
    const file = join(two.folder, 'passphrase')
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 })
    const args = [...LAN, '--keeper', '--passphrase-file', file, '--health-port', '0']
    kim = new DeviceProcess({ name: 'Kim', home, passphrase: PASSPHRASE, args })
    two.adopt(kim)
    await kim.start()
    assert.deepEqual((await healthOf(kim)).reasons, ['not-a-keeper'])
    const { link } = await alice.client.invite({ circle: two.circle, role: 'keeper' })
    await kim.client.join({ link })
    // Bob hears of the new keeper, which he will meet without Alice.
    await eventually('Bob to meet Kim', async () =>
      (await kim.client.status()).tunnels === 2 ? true : undefined,
    )
  })
  after(async () => {
    await two.end()
  })

  async function say(words: string): Promise<string> {
    const { id } = await alice.client.send({ where: CIRCLE, text: words })
    said.push(words)
    return id
  }

  function heldByKim(id: string): Promise<true> {
    return eventually('Kim to hold it', async () => {
      const { out } = await type(alice, 'delivery', id)
      const holders = (out['holders'] ?? []) as { role?: string }[]
      return out['state'] === 'held' && holders.some(({ role }) => role === 'keeper') ? true : undefined
    })
  }

  async function bobHasAll(): Promise<void> {
    const last = said.at(-1)
    await eventually('Bob to have the last', async () =>
      (await everything(bob)).some((message) => message.text === last) ? true : undefined,
    )
    const texts = (await everything(bob)).map((message) => message.text)
    assert.deepEqual(texts, said, 'all, once, in order')
  }

  it('brings Bob what Alice sent while he was off, once she is gone, though it was killed in between', async () => {
    await bob.stop()
    await say('one')
    const id = await say('two')
    await heldByKim(id)
    const shown = (await type(alice, 'messages', CIRCLE)).out['messages'] as { id: string; state: string }[]
    assert.equal(shown.find((message) => message.id === id)?.state, 'held')
    await kim.kill()
    await alice.stop()
    await kim.start()
    await bob.start()
    await bobHasAll()
    assert.deepEqual(
      await kim.client.conversations({}).then(({ conversations }) => conversations.map(({ kind }) => kind)),
      ['self'],
    )
  })

  it('brings Alice, when Bob is gone again, the news that he has it', async () => {
    await eventually('Bob to leave word for Alice', async () =>
      (await metricsOf(kim)).match(/^triode_keeper_slips [1-9]/m) ? true : undefined,
    )
    await bob.stop()
    await kim.kill()
    await kim.start()
    await alice.start()
    const last = (await everything(alice)).at(-1)
    await eventually('Alice to hear of it', async () => {
      const { out } = await type(alice, 'delivery', last?.id ?? '')
      return out['state'] === 'delivered' ? true : undefined
    })
    await alice.stop()
    await bob.start()
  })

  it('brings Bob a file and a folder that Alice sent while he was off, whole, though it was killed in the middle', async () => {
    await alice.start()
    await bob.stop()
    const path = await randomFile(join(two.folder, 'film.bin'), FILE_BYTES)
    const folder = join(two.folder, 'plans')
    mkdirSync(folder)
    for (const name of ['a', 'b']) await randomFile(join(folder, name), 300_000)
    const { files } = await alice.client.sendFiles({ where: CIRCLE, paths: [path, folder], text: 'files' })
    said.push('files')
    const ids = files.map(({ id }) => id)
    await eventually('Kim to have some of it', () => Promise.resolve(heldBytes(kim) > 0 || undefined))
    await kim.kill()
    await kim.start()
    for (const id of ids) await fileIs(alice, id, 'held', ({ held }) => held)
    await alice.stop()
    await kim.kill()
    await kim.start()
    await bob.start()
    await bobHasAll()
    for (const id of ids) {
      await bob.client.getFile({ id, to: join(two.folder, `${id}.copy`) })
      const { sources } = await fileIs(bob, id, 'saved', isSaved)
      assert.deepEqual(sources, [])
    }
    assert.equal(await sha256(join(two.folder, `${ids[0] ?? ''}.copy`)), await sha256(path))
    for (const name of ['a', 'b'])
      assert.equal(
        await sha256(join(two.folder, `${ids[1] ?? ''}.copy`, name)),
        await sha256(join(folder, name)),
      )
    assert.deepEqual((await kim.client.files()).files, [], 'the keeper knows of no file')
    // Once Alice hears that all have them, by Kim alone, that holds nothing of them any more.
    await bob.stop()
    await alice.start()
    for (const id of ids) await fileIs(alice, id, 'with Bob', ({ delivered }) => delivered.count === 1)
    await eventually('Kim to let go of them', () => Promise.resolve(heldBytes(kim) === 0 || undefined))
    await bob.start()
    await alice.stop()
  })

  it(`does so killed at any moment, ${String(ROUNDS)} times`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await bob.stop()
      await alice.start()
      const killing = killAgain()
      let id = ''
      for (let n = 0; n < 20; n++) id = await say(`round ${String(round)}, ${String(n)}`)
      await killing
      await heldByKim(id)
      await alice.stop()
      await bob.start()
      await bobHasAll()
    }
  })

  async function killAgain(): Promise<void> {
    await delay(randomInt(LIFE_MIN_MS, LIFE_MAX_MS))
    await kim.kill()
    await kim.start()
  }

  /** Bytes of chunks on Kim's disk. */
  function heldBytes({ home: of }: DeviceProcess): number {
    const dir = join(of, 'files')
    return readdirSync(dir)
      .filter((name) => name.endsWith('.chunks'))
      .reduce((sum, name) => sum + statSync(join(dir, name)).blocks * 512, 0)
  }

  it('says on loopback how it is, and names nobody', async () => {
    assert.deepEqual(await healthOf(kim), { ok: true, reasons: [], warnings: [] })
    const metrics = await metricsOf(kim)
    assert.match(metrics, /^triode_keeper_up 1$/m)
    assert.match(metrics, /^triode_keeper_boxes [1-9]\d*$/m)
    const { circle, device } = await kim.client.circle({ circle: two.circle })
    for (const told of [circle, device, CIRCLE, 'Alice', 'Bob', 'Kim', '127.0.0.1'])
      assert.ok(!metrics.includes(told), told)
    await kim.client.lock({})
    assert.deepEqual((await healthOf(kim)).reasons, ['locked'])
  })

  it('takes no passphrase from its environment', async () => {
    await kim.stop()
    const child = spawn(
      join(ROOT, 'triode'),
      ['start', '--keeper', '--home', home, '--health-port', '0', '--json', ...LAN],
      {
        env: { ...process.env, TRIODE_PASSPHRASE: PASSPHRASE },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 20_000,
      },
    )
    const closed = once(child, 'close') as Promise<[number | null]>
    const [error, [exit]] = await Promise.all([text(child.stderr), closed])
    assert.notEqual(exit, 0)
    assert.match(error, /passphrase-needed/)
  })
})

async function metricsOf(keeper: DeviceProcess): Promise<string> {
  return (await fetch(`${keeper.health ?? ''}/metrics`)).text()
}

async function healthOf(keeper: DeviceProcess): Promise<{ ok: boolean; reasons: string[] }> {
  const answer = await fetch(`${keeper.health ?? ''}/health`)
  const health = (await answer.json()) as { ok: boolean; reasons: string[] }
  assert.equal(answer.status, health.ok ? 200 : 503)
  return health
}
