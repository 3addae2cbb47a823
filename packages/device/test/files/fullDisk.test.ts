import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { requireRoom } from '../../src/files/partial.ts'
import { Bench, codeOf, event, eventually, join2, pair, PASSPHRASE } from '../devices.ts'
import { smallDisk } from './smallDisk.ts'
import {
  bytesOf,
  digest,
  digestOf,
  eager,
  fileToSend,
  inState,
  MIB,
  noise,
  saved,
  sendTo,
  whole,
} from './stories.ts'

/** A device that has sent 8 MiB, to nobody. */
async function withLargeFile(bench: Bench) {
  const alice = await bench.make('Alice', [])
  const { circle } = await alice.device.createCircle({ name: 'Circle' })
  const path = fileToSend(bench, 'large', noise(8 * MIB))
  const [file] = (await alice.device.sendFiles({ where: circle, paths: [path] })).files
  return { alice, id: file?.id ?? '' }
}

describe('a disk that is full', () => {
  it('halts what comes, not the messages, and lets it go on once there is room', async (t) => {
    const bench = new Bench()
    t.after(() => bench.end())
    const disk = smallDisk(t, 24)
    if (disk === undefined) return
    const alice = await bench.make('Alice')
    const bob = await bench.open(join(disk, 'home'))
    await bob.device.init({ passphrase: PASSPHRASE, name: 'Bob' })
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    await join2(alice, bob, circle)
    await eager(bob)
    const content = noise(40 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'large', content))
    const view = await inState(bob, id, 'disk-full', 30_000)
    assert.ok(view.have > 0 && view.have < content.length)
    const { id: said } = await alice.device.send({ where: circle, text: 'still there?' })
    await event(bob, 'message', ({ message }) => message.id === said)
    await bob.device.send({ where: circle, text: 'yes' })
    const other = fileToSend(bench, 'own', noise(10 * MIB))
    await assert.rejects(bob.device.sendFiles({ where: circle, paths: [other] }), {
      code: 'disk-full',
      message: /^That takes 11 MB of the disk, and \d MB are free for it\.$/,
    })
    assert.equal(spawnSync('mount', ['-o', 'remount,size=96m', disk]).status, 0)
    await whole(bob, id, 60_000)
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
  })

  it('gives the chunks the room of a file that is saved while it comes', async (t) => {
    const bench = new Bench()
    t.after(() => bench.end())
    const disk = smallDisk(t, 400)
    if (disk === undefined) return
    const alice = await bench.make('Alice')
    const bob = await bench.open(join(disk, 'home'))
    await bob.device.init({ passphrase: PASSPHRASE, name: 'Bob' })
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    await join2(alice, bob, circle)
    await bob.device.setFileSettings({ rateLimits: { tcp: 8 * MIB, lan: 8 * MIB }, autoFetchBytes: 0 })
    const content = noise(32 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'large', content))
    const folder = join(disk, 'saved')
    mkdirSync(folder)
    await bob.device.getFile({ id, to: folder })
    await eventually('some of it to be written', () => readdirSync(folder)[0])
    const filler = join(disk, 'filler')
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(filler, new Uint8Array(bavail * bsize - 4 * MIB))
    await inState(bob, id, 'disk-full', 30_000)
    await eventually('it to go', () => (readdirSync(folder).length === 0 ? true : undefined))
    rmSync(filler)
    assert.equal((await saved(bob, id, 60_000)).savedTo, join(folder, 'large'))
    assert.equal(digestOf(join(folder, 'large')), digest(content))
  })

  it('is told of when a file can’t be saved for it; that is tried again, and leaves nothing before', async (t) => {
    const bench = new Bench()
    t.after(() => bench.end())
    const disk = smallDisk(t, 4)
    if (disk === undefined) return
    const { alice, id } = await withLargeFile(bench)
    await alice.device.getFile({ id, to: disk })
    const view = await eventually('it to be told', async () => {
      const one = await alice.device.file(id)
      return one.notSaved === undefined ? undefined : one
    })
    assert.equal(view.notSaved?.code, 'disk-full')
    assert.equal(view.notSaved.details?.['of'], 'room', 'known before anything is written in vain')
    assert.equal(view.savingTo, join(disk, 'large'))
    await event(alice, 'fault', ({ code }) => code === 'disk-full')
    assert.equal(spawnSync('mount', ['-o', 'remount,size=32m', disk]).status, 0)
    await alice.device.getFile({ id, to: disk })
    assert.equal((await saved(alice, id)).savedTo, join(disk, 'large'))
  })

  it('on which a file is to be saved shows as that, and the saving can be called off', async (t) => {
    const bench = new Bench()
    t.after(() => bench.end())
    const disk = smallDisk(t, 4)
    if (disk === undefined) return
    const { alice, id } = await withLargeFile(bench)
    assert.deepEqual(await alice.device.files({ active: true }), [])
    await alice.device.getFile({ id, to: disk })
    await eventually('it to be told', async () => (await alice.device.file(id)).notSaved)
    assert.deepEqual(
      (await alice.device.files({ active: true })).map((one) => one.id),
      [id],
    )
    const { state, savingTo, notSaved } = (await alice.device.cancelFile(id)) ?? {}
    assert.deepEqual([state, savingTo, notSaved], ['complete', undefined, undefined])
    assert.deepEqual(await alice.device.files({ active: true }), [])
    assert.deepEqual(readdirSync(disk), [])
  })

  it('or closed to writing refuses a file before that is fetched, and not once all of it has come', async (t) => {
    const bench = new Bench()
    t.after(() => bench.end())
    const disk = smallDisk(t, 4)
    if (disk === undefined) return
    const { alice, bob, circle } = await pair(bench)
    await bob.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'large', noise(MIB)))
    mkdirSync(join(disk, 'folder'))
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', disk]).status, 0)
    for (const to of [disk, join(disk, 'folder'), join(disk, 'name')])
      assert.equal(await codeOf(bob.device.getFile({ id, to })), 'file-refused')
    const { state, have, savingTo } = await bob.device.file(id)
    assert.deepEqual([state, have, savingTo], ['offered', 0, undefined])
  })

  it('is not written to for a folder or file that does not fit', async (t) => {
    const disk = smallDisk(t, 4)
    if (disk === undefined) return
    await requireRoom(join(disk, 'x.partial'), MIB)
    assert.equal(await codeOf(requireRoom(join(disk, 'x.partial'), 5 * MIB)), 'disk-full')
  })
})
