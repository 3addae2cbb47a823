/** A transfer through kills, and on a disk that fills: nothing is sent twice but what was under way, nothing wrong is delivered. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { File } from '@triode/api'
import { chunkShapeOf } from '@triode/core'
import { CIRCLE, circleOfTwo, eventually, type CircleOfTwo, type DeviceProcess } from './circleOfTwo.ts'
import {
  bytesSent,
  fileIs,
  isSaved,
  lacksSocketStatistics,
  offered,
  randomFile,
  sha256,
} from './filePairs.ts'
import { lacksTmpfs, mountTmpfs, unmount } from './tmpfs.ts'

const MB = 1_000_000
/**
 * Kills of a transfer, of either side in turn. What is under way at a kill is about what comes in 40 ms, and half a chunk: to be less
 * than a hundredth of the whole, the transfer has to last for some seconds a kill, and be of many chunks.
 */
const KILLS = Number(process.env['TRIODE_FILE_KILLS'] ?? 4)
const KILLED_BYTES = KILLS * 125 * MB
/** Bytes a second: ten seconds a kill. */
const KILLED_RATE = 12.5 * MB
/** Within which a transfer goes on, whatever the size, once the device runs. */
const RESUMED_MS = 2_000
/** Sent first, undisturbed, to see what tunnels add. */
const UNDISTURBED_BYTES = 64 * MB
/** What may be sent again at most, of the whole. */
const RESENT_SHARE = 0.01

describe(
  `a transfer during which either side is killed ${String(KILLS)} times`,
  { skip: lacksSocketStatistics() },
  () => {
    let two: CircleOfTwo
    before(async () => {
      two = await circleOfTwo()
    })
    after(async () => {
      await two.end()
    })

    it('sends less than a hundredth of it again, and ends with the same bytes', async () => {
      const { alice, bob } = two
      const added = await undisturbed(two)
      assert.ok(added > 1 && added < 1.02, `tunnels add ${String(added)}`)
      const path = await randomFile(join(two.folder, 'large.bin'), KILLED_BYTES)
      await alice.client.setFileSettings({ rateLimits: { lan: KILLED_RATE } })
      await alice.client.sendFiles({ where: CIRCLE, paths: [path] })
      const { id } = await offered(bob, 'large.bin')
      const before = sentBy(alice)
      const to = join(two.folder, 'large.copy')
      await bob.client.getFile({ id, to })
      let sent = -before
      const resumedMs: number[] = []
      for (let kill = 1; kill <= KILLS; kill++) {
        const due = (KILLED_BYTES * (kill - randomInt(0, 500) / 1_000)) / (KILLS + 1)
        await fileIs(bob, id, `at ${String(Math.round(due))}`, ({ have }) => have >= due, 60_000)
        await delay(randomInt(0, 50))
        // It hands nothing more to the kernel while that is asked how much it was.
        if (alice.pid !== undefined) process.kill(alice.pid, 'SIGSTOP')
        sent += sentBy(alice)
        const [victim, other] = kill % 2 === 0 ? [alice, bob] : [bob, alice]
        await victim.kill()
        if (other === alice && alice.pid !== undefined) process.kill(alice.pid, 'SIGCONT')
        await victim.start()
        const { have } = await bob.client.file({ id })
        const started = performance.now()
        await fileIs(bob, id, 'going on', (file) => file.have > have || isSaved(file), 30_000)
        resumedMs.push(performance.now() - started)
      }
      await fileIs(bob, id, 'saved', isSaved, 120_000)
      sent += sentBy(alice)
      assert.equal(await sha256(to), await sha256(path))
      const again = sent / (added * chunkShapeOf(KILLED_BYTES).sealedBytes) - 1
      const slowest = Math.max(...resumedMs)
      process.stdout.write(
        `${String(KILLS)} kills, ${(100 * again).toFixed(2)} % sent again (tunnels add ${(100 * added - 100).toFixed(2)} %); gone on after ${slowest.toFixed(0)} ms at most\n`,
      )
      assert.ok(slowest < RESUMED_MS, `it took ${slowest.toFixed(0)} ms to go on`)
      assert.ok(again < RESENT_SHARE, `${(100 * again).toFixed(2)} % were sent again`)
    })
  },
)

/** @returns bytes handed to the kernel for each byte of sealed chunks, where nothing goes wrong */
async function undisturbed({ alice, bob, folder }: CircleOfTwo): Promise<number> {
  const path = await randomFile(join(folder, 'undisturbed.bin'), UNDISTURBED_BYTES)
  await alice.client.sendFiles({ where: CIRCLE, paths: [path] })
  const { id } = await offered(bob, 'undisturbed.bin')
  const before = sentBy(alice)
  await bob.client.getFile({ id })
  await fileIs(bob, id, 'whole', ({ state }) => state === 'complete')
  return (sentBy(alice) - before) / chunkShapeOf(UNDISTURBED_BYTES).sealedBytes
}

function sentBy(device: DeviceProcess): number {
  const { url } = JSON.parse(readFileSync(join(device.home, 'api.json'), 'utf8')) as { url: string }
  return device.pid === undefined ? 0 : bytesSent(device.pid, Number(new URL(url).port))
}

describe('a disk that fills while a file comes', { skip: lacksTmpfs() }, () => {
  let two: CircleOfTwo
  let carol: DeviceProcess
  before(async () => {
    two = await circleOfTwo()
    carol = two.device('Carol')
    mkdirSync(carol.home, { mode: 0o700 })
    assert.ok(mountTmpfs(carol.home, 160))
    await carol.start()
    const { link } = await two.alice.client.invite({ circle: two.circle })
    await carol.client.join({ link })
  })
  after(async () => {
    await carol.stop()
    unmount(carol.home)
    await two.end()
  })

  it('says so, goes on taking messages, and goes on by itself when there is room', async () => {
    const { alice } = two
    const path = await randomFile(join(two.folder, 'wide.bin'), 80 * MB)
    await alice.client.sendFiles({ where: CIRCLE, paths: [path] })
    const { id } = await offered(carol, 'wide.bin')
    const ballast = join(carol.home, 'ballast')
    writeFileSync(ballast, Buffer.alloc(100 * MB))
    await carol.client.getFile({ id })
    const full = await fileIs(carol, id, 'stopped by the disk', ({ state }) => state === 'disk-full')
    assert.ok(full.have < 80 * MB)
    await alice.client.send({ where: CIRCLE, text: 'Are you there?' })
    await eventually('Carol to hear', async () => {
      const { messages } = await carol.client.messages({ where: CIRCLE, limit: 5 })
      return messages.find(({ text }) => text === 'Are you there?')
    })
    rmSync(ballast)
    const whole: File = await fileIs(carol, id, 'whole', ({ state }) => state === 'complete', 40_000)
    assert.equal(whole.have, 80 * MB)
    const to = join(two.folder, 'wide.copy')
    await carol.client.getFile({ id, to })
    await fileIs(carol, id, 'saved', isSaved)
    assert.equal(await sha256(to), await sha256(path))
  })
})
