import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { Clock } from '@triode/core'
import { createSuite, MembershipLog, CircleSecrets, memberIdOf, deviceIdOf, Unavailable } from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createMemoryStore, createVirtualClock, createMemorySearch } from '@triode/testkit'
import { createCertificate } from '@triode/tunnel'
import type { CircleRecord } from '../src/circle/circleRecord.ts'
import { CircleRuntime } from '../src/circle/circleRuntime.ts'
import { Bench, codeOf, event, eventually, PASSPHRASE } from './devices.ts'

const DAY_MS = 86_400_000
const suite = createSuite('hybrid', nodePrimitives())

/** The machine's clock, until it is moved. */
function movable(): Clock & { ms: number } {
  const clock = { ...systemClock, ms: 0, now: (): number => systemClock.now() + clock.ms }
  return clock
}

async function newCircle(store: ReturnType<typeof createMemoryStore>, at: number): Promise<CircleRecord> {
  const key = suite.signing.generate(systemRandom)
  const certificate = await createCertificate('hybrid', key.exportPkcs8(), key.publicKey)
  const made = { key, random: systemRandom, name: 'Circle', nickname: 'Alice', at }
  const { circle } = MembershipLog.create({ suite, store }, made)
  new CircleSecrets(store, circle).create(systemRandom)
  return {
    circle,
    suite: 'hybrid',
    pkcs8: key.exportPkcs8(),
    certificate,
    member: memberIdOf(deviceIdOf(suite, key.publicKey)),
    inviterAddresses: [],
  }
}

describe('a circle whose weekly key is due while nothing can be written', () => {
  it('opens and is read; the key and its card follow once there is room', async () => {
    const store = createMemoryStore()
    const clock = createVirtualClock()
    const record = await newCircle(store, clock.now())
    const context = {
      suite,
      primitives: nodePrimitives(),
      store,
      clock,
      random: systemRandom,
      search: createMemorySearch(),
      storeIncarnation: new Uint8Array(16),
      onEvent: () => undefined,
    }
    const before = new CircleRuntime(context, record)
    const cardOf = (circle: CircleRuntime) => circle.joinParts().cards.get(circle.self)
    const old = cardOf(before)
    assert.ok(old)
    before.stop()

    clock.advance(8 * DAY_MS)
    store.failWith(new Unavailable('disk-full'))
    const circle = new CircleRuntime(context, record)
    assert.equal(circle.state.name, 'Circle')
    assert.throws(
      () => {
        circle.tick([])
      },
      { code: 'disk-full' },
    )
    assert.equal(cardOf(circle)?.sealingGeneration, old.sealingGeneration)

    store.failWith(undefined)
    circle.tick([])
    assert.notEqual(cardOf(circle)?.sealingGeneration, old.sealingGeneration)
    circle.stop()
  })
})

/** A file system of its own; undefined, and said loudly, where it can't be mounted. */
function smallDisk(t: TestContext): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'triode-disk-'))
  t.after(() => {
    spawnSync('umount', [path])
    rmSync(path, { recursive: true, force: true })
  })
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path])
  if (status === 0) return path
  const reason = `NOT TESTED on a real full disk: tmpfs could not be mounted (${stderr.toString().trim()}); needs root`
  console.error(reason)
  t.skip(reason)
  return undefined
}

function fillUp(file: string): void {
  for (let bytes = 65_536; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) appendFileSync(file, new Uint8Array(bytes))
    } catch {
      // With smaller pieces.
    }
  }
}

describe('a device that comes back after eight days to a full disk', () => {
  it('unlocks, shows everything, refuses what is new, and goes on by itself when there is room', async (t) => {
    const bench = new Bench()
    t.after(() => bench.end())
    const disk = smallDisk(t)
    if (disk === undefined) return
    const clock = movable()
    const alice = await bench.open(join(disk, 'home'), [], clock)
    await alice.device.init({ passphrase: PASSPHRASE, name: 'Alice' })
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    await alice.device.createCircle({ name: 'Another' })
    await alice.device.invite({ circle })
    await alice.device.send({ where: circle, text: 'before' })
    await alice.device.lock()
    clock.ms = 8 * DAY_MS
    fillUp(join(disk, 'filler'))

    await alice.device.unlock(PASSPHRASE)
    await event(alice, 'fault', (fault) => fault.code === 'disk-full')
    const texts = async () =>
      (await alice.device.messages({ where: circle, limit: 9 })).messages.map((message) => message.text)
    assert.deepEqual(await texts(), ['before'])
    assert.equal((await alice.device.circles()).length, 2)
    assert.equal((await alice.device.invitations(circle))[0]?.state, 'expired')
    assert.equal(await codeOf(alice.device.send({ where: circle, text: 'x'.repeat(12_000) })), 'disk-full')

    rmSync(join(disk, 'filler'))
    await eventually('to be written again', async () =>
      (await codeOf(alice.device.send({ where: circle, text: 'after' }))) === 'no fault' ? true : undefined,
    )
    assert.deepEqual(await texts(), ['before', 'after'])
  })
})
