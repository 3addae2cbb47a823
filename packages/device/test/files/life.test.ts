import assert from 'node:assert/strict'
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Bench } from '../devices.ts'
import { codeOf, event, eventsOf, eventually, join2, PASSPHRASE, type TestDevice } from '../devices.ts'
import {
  bytesOf,
  digest,
  digestOf,
  eagerPair,
  emptyFolder,
  fileToSend,
  idOf,
  inState,
  MIB,
  noise,
  saved,
  sendOne,
  sendTo,
  whole,
} from './stories.ts'

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let circle: string
beforeEach(async () => {
  ;({ bench, alice, bob, circle } = await eagerPair())
})
afterEach(async () => {
  await bench.end()
})

function chunkFiles({ home }: TestDevice): string[] {
  const folder = join(home, 'files')
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.chunks')) : []
}

function noChunks(one: TestDevice): Promise<true> {
  return eventually('no chunks to be left', () => (chunkFiles(one).length === 0 ? true : undefined))
}

async function reopened(one: TestDevice): Promise<TestDevice> {
  await one.device.close()
  const again = await bench.open(one.home)
  await again.device.unlock(PASSPHRASE)
  return again
}

describe('a file of a message that goes', () => {
  it('goes when the message is deleted, everywhere, and is told of', async () => {
    const sent = await alice.device.sendFiles({ where: circle, paths: [fileToSend(bench, 'x', noise(MIB))] })
    const id = idOf(sent)
    await whole(bob, id)
    await alice.device.deleteMessage(sent.message)
    await event(bob, 'file-gone', (one) => one.id === id)
    await event(alice, 'file-gone', (one) => one.id === id)
    assert.equal(await codeOf(bob.device.file(id)), 'not-found')
    await noChunks(bob)
    await noChunks(alice)
  })

  it('stays while another message names it', async () => {
    const path = fileToSend(bench, 'x', noise(MIB))
    const first = await alice.device.sendFiles({ where: circle, paths: [path] })
    const second = await alice.device.sendFiles({ where: circle, paths: [path] })
    const id = idOf(first)
    assert.equal(idOf(second), id)
    await whole(bob, id)
    await alice.device.deleteMessage(second.message)
    await event(bob, 'message-changed', (one) => one.message.id === second.message && one.message.deleted)
    assert.equal((await bob.device.file(id)).message, first.message)
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digestOf(path))
  })

  it('goes when its time has come', async () => {
    await alice.device.setExpiry(circle, 2_000)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', noise(MIB)))
    await whole(bob, id)
    await event(bob, 'file-gone', (one) => one.id === id)
    await noChunks(bob)
    await noChunks(alice)
  })

  it('goes with the circle that one leaves', async () => {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', noise(MIB)))
    await whole(bob, id)
    await bob.device.leaveCircle(circle)
    await noChunks(bob)
    assert.equal((await bob.device.files({})).length, 0)
    assert.equal(chunkFiles(alice).length, 1)
  })

  it('goes here alone when the message is hidden', async () => {
    const sent = await alice.device.sendFiles({ where: circle, paths: [fileToSend(bench, 'x', noise(MIB))] })
    await whole(bob, idOf(sent))
    await bob.device.deleteMessage(sent.message)
    await noChunks(bob)
    assert.equal(chunkFiles(alice).length, 1)
  })
})

describe('what comes by itself', () => {
  it('is what is small enough; the rest is offered, and comes when asked for', async () => {
    await bob.device.setFileSettings({ autoFetchBytes: MIB })
    const small = await sendTo(alice, bob, circle, fileToSend(bench, 'small', noise(MIB)))
    const large = await sendTo(alice, bob, circle, fileToSend(bench, 'large', noise(MIB + 1)))
    await whole(bob, small)
    assert.equal((await inState(bob, large, 'offered')).have, 0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal((await bob.device.file(large)).have, 0)
    const view = await bob.device.getFile({ id: large, priority: 'high' })
    assert.equal(view.priority, 'high')
    await whole(bob, large)
  })

  it('waits for a channel that is fast and free where it is not small enough for others', async () => {
    await bob.device.setFileSettings({ autoFetchSlowBytes: 1_000 })
    const small = await sendTo(alice, bob, circle, fileToSend(bench, 'small', noise(1_000)))
    const large = await sendTo(alice, bob, circle, fileToSend(bench, 'large', noise(1_001)))
    await whole(bob, small)
    await inState(bob, large, 'held-back')
    await bob.device.getFile({ id: large })
    await whole(bob, large)
  })

  it('is set, and a wrong setting changes nothing', async () => {
    const defaults = await bob.device.fileSettings()
    assert.equal(defaults.quotaBytes, null)
    for (const wrong of [
      { autoFetchBytes: -1 },
      { quotaBytes: 1.5 },
      { memberShareBytes: -1 },
      { rateLimits: { tcp: 0 } },
      { rateLimits: { 'no channel!': 1_000 } },
      { rateLimits: { tpc: 1_000 } },
    ])
      assert.equal(await codeOf(bob.device.setFileSettings(wrong)), 'setting-out-of-range')
    assert.deepEqual(await bob.device.fileSettings(), defaults)
    const changed = await bob.device.setFileSettings({ autoFetchBytes: null, rateLimits: { tcp: 5_000_000 } })
    bob = await reopened(bob)
    assert.deepEqual(await bob.device.fileSettings(), changed)
  })

  it('comes to one’s own other device as well', async () => {
    const laptop = await bench.make('Bob')
    const { link } = await bob.device.addDevice({ circle })
    await laptop.device.join({ link })
    const content = noise(2 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'shared', content))
    await whole(bob, id)
    await whole(laptop, id)
    const read = await laptop.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
    const note = await sendOne(bob, 'self', fileToSend(bench, 'note', 'to myself'))
    await whole(laptop, note)
    assert.equal(await codeOf(alice.device.file(note)), 'not-found')
  })

  it('is not what was sent after one was removed', async () => {
    const carol = await bench.make('Carol')
    await join2(alice, carol, circle)
    const before = await sendTo(alice, bob, circle, fileToSend(bench, 'before', noise(1_000)))
    await whole(carol, before)
    await alice.device.remove({ member: 'Carol' })
    await eventually('Carol to be out', async () =>
      (await carol.device.circle(circle)).standing === undefined ? undefined : true,
    )
    const after = await sendTo(alice, bob, circle, fileToSend(bench, 'after', noise(1_000)))
    await whole(bob, after)
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal(await codeOf(carol.device.file(after)), 'not-found')
  })
})

describe('a transfer', () => {
  it('is paused, and goes on when it is resumed', async () => {
    await bob.device.setFileSettings({ rateLimits: { tcp: 4 * MIB } })
    const content = noise(12 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'slow', content))
    // While it is slow: the rest may come sooner than anything is told of it.
    await event(bob, 'file', ({ file }) => file.id === id && file.state === 'fetching' && file.have > 0)
    const paused = await bob.device.pauseFile(id)
    assert.equal(paused.state, 'paused')
    const { have } = await bob.device.file(id)
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal((await bob.device.file(id)).have, have)
    assert.ok(have < content.length)
    await bob.device.setFileSettings({ rateLimits: {} })
    await bob.device.resumeFile(id)
    await whole(bob, id)
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
  })

  it('is paused by who gives it, also across a restart, and goes on when it is resumed', async () => {
    await bob.device.setFileSettings({ rateLimits: { tcp: 4 * MIB } })
    const content = noise(12 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'slow', content))
    await event(bob, 'file', ({ file }) => file.id === id && file.state === 'fetching' && file.have > 0)
    const paused = await alice.device.pauseFile(id)
    assert.deepEqual([paused.state, paused.paused], ['complete', true])
    const { have } = await inState(bob, id, 'waiting')
    assert.ok(have < content.length, 'what was asked for is not all given first')
    await bob.device.setFileSettings({ rateLimits: {} })
    alice = await reopened(alice)
    await event(bob, 'peer-up')
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.deepEqual(
      (await alice.device.files({ active: true })).map((file) => [file.id, file.paused]),
      [[id, true]],
    )
    // To save a copy of it gives it to nobody.
    await alice.device.getFile({ id, to: emptyFolder(bench) })
    assert.equal((await saved(alice, id)).paused, true)
    assert.equal((await bob.device.file(id)).have, have)
    assert.equal((await alice.device.resumeFile(id)).paused, false)
    await whole(bob, id)
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
    assert.deepEqual(await alice.device.files({ active: true }), [])
  })

  it('is canceled: what came is thrown away, and it is offered as before', async () => {
    await bob.device.setFileSettings({ rateLimits: { tcp: 2 * MIB } })
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'slow', noise(12 * MIB)))
    await eventually('some of it to come', async () =>
      (await bob.device.file(id)).have > 0 ? true : undefined,
    )
    const to = join(emptyFolder(bench), 'saved')
    await bob.device.getFile({ id, to })
    const view = await bob.device.cancelFile(id)
    assert.deepEqual([view?.state, view?.have, view?.savingTo], ['offered', 0, undefined])
    await noChunks(bob)
    bob = await reopened(bob)
    assert.equal((await bob.device.file(id)).state, 'offered')
  })

  it('goes on after a restart by itself, and saves what it was to save', async () => {
    await bob.device.setFileSettings({ rateLimits: { tcp: 4 * MIB } })
    const content = noise(12 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'slow', content))
    const folder = emptyFolder(bench)
    await bob.device.getFile({ id, to: folder })
    const before = await eventually('a part of it to come', async () => {
      const { have } = await bob.device.file(id)
      return have > 2 * MIB ? have : undefined
    })
    bob = await reopened(bob)
    const after = await bob.device.file(id)
    assert.ok(after.have >= before, `${String(after.have)} bytes after it, ${String(before)} before`)
    assert.equal(after.savingTo, join(folder, 'slow'))
    await bob.device.setFileSettings({ rateLimits: {} })
    await saved(bob, id)
    assert.deepEqual(readdirSync(folder), ['slow'])
    assert.equal(digestOf(join(folder, 'slow')), digest(content))
  })

  it('can be read while it comes, from any place', async () => {
    await bob.device.setFileSettings({
      autoFetchBytes: 0,
      autoFetchSlowBytes: 0,
      rateLimits: { tcp: 8 * MIB },
    })
    const content = noise(16 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'film.mp4', content))
    await inState(bob, id, 'offered')
    const tail = await bob.device.readFile({ id, from: 15 * MIB, to: 15 * MIB + 1_000 })
    assert.deepEqual(await bytesOf(tail.stream), Buffer.from(content.subarray(15 * MIB, 15 * MIB + 1_000)))
    assert.ok((await bob.device.file(id)).have < content.length, 'not all of it had to come')
    await eventually('it to be no more wanted than before', async () =>
      (await bob.device.file(id)).state === 'offered' ? true : undefined,
    )
    const head = await bob.device.readFile({ id, from: 0, to: 10 })
    assert.deepEqual([head.size, head.from, head.to, head.mediaType], [content.length, 0, 10, 'video/mp4'])
    assert.deepEqual(await bytesOf(head.stream), Buffer.from(content.subarray(0, 10)))
    for (const range of [{ from: content.length }, { from: -1 }, { from: 5, to: 5 }])
      assert.equal(await codeOf(bob.device.readFile({ id, ...range })), 'range-not-satisfiable')
    const all = await bob.device.readFile({ id })
    const reading = codeOf(bytesOf(all.stream))
    await bob.device.lock()
    assert.equal(await reading, 'locked')
  })

  /** Sends Bob noise that he does not fetch by himself, over a slow way. */
  async function offered(name: string, size: number): Promise<string> {
    const limits = { autoFetchBytes: 0, autoFetchSlowBytes: 0, rateLimits: { tcp: 8 * MIB } }
    await bob.device.setFileSettings(limits)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, name, noise(size)))
    await inState(bob, id, 'offered')
    return id
  }

  it('lets what somebody waits for by, once its own reader has enough', async () => {
    const [seen, begun] = [await offered('seen', 24 * MIB), await offered('begun', 24 * MIB)]
    const paused = await bob.device.readFile({ id: seen })
    await eventually('its first bytes', () => (paused.stream.read() as Buffer | null) ?? undefined)
    const film = await bob.device.readFile({ id: begun, from: 0, to: 4 * MIB })
    assert.equal((await bytesOf(film.stream)).length, 4 * MIB)
    const { have } = await bob.device.file(seen)
    assert.ok(have < 12 * MIB, `${String(have)} bytes came that nobody waited for`)
    paused.stream.destroy()
  })

  it('shares the way with another that is read as fast', async () => {
    const ids = [await offered('one', 16 * MIB), await offered('another', 16 * MIB)]
    const reads = await Promise.all(ids.map((id) => bob.device.readFile({ id })))
    const passed = [0, 0]
    const ends = reads.map(async ({ stream }, which) => {
      for await (const piece of stream as AsyncIterable<Buffer>)
        passed[which] = (passed[which] ?? 0) + piece.length
    })
    await Promise.race(ends)
    assert.ok(Math.min(...passed) >= 8 * MIB, `${passed.join(' and ')} bytes were read`)
    await Promise.all(ends)
  })

  it('counts as use of the device while it is read', async () => {
    const content = noise(6 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'film', content))
    await whole(bob, id)
    await bob.device.setIdleLock(400)
    const { stream } = await bob.device.readFile({ id })
    let read = 0
    for await (const piece of stream as AsyncIterable<Buffer>) {
      read += piece.length
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    assert.equal(read, content.length)
    assert.equal((await bob.device.status()).state, 'unlocked')
    await event(bob, 'lock')
  })

  it('is coming from the moment it is asked for, where somebody is there who may have it', async () => {
    await bob.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'asked for', noise(4 * MIB)))
    await inState(bob, id, 'offered')
    assert.equal((await bob.device.getFile({ id })).state, 'fetching')
    await whole(bob, id)
    const states = eventsOf(bob, 'file').flatMap(({ file }) => (file.id === id ? [file.state] : []))
    assert.deepEqual([...new Set(states)], ['offered', 'fetching', 'complete'])
  })

  it('is no more wanted once its reader went away, though nothing comes', async () => {
    await bob.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'film', noise(4 * MIB)))
    await inState(bob, id, 'offered')
    await alice.device.lock()
    const { stream } = await bob.device.readFile({ id })
    stream.resume().once('error', () => undefined)
    await inState(bob, id, 'waiting')
    stream.destroy()
    await inState(bob, id, 'offered')
  })

  it('ends for whoever reads it when it is gone', async () => {
    await bob.device.setFileSettings({ rateLimits: { tcp: 2 * MIB } })
    const sent = await alice.device.sendFiles({
      where: circle,
      paths: [fileToSend(bench, 'x', noise(12 * MIB))],
    })
    await event(bob, 'message', (one) => one.message.id === sent.message)
    const { stream } = await bob.device.readFile({ id: idOf(sent) })
    const reading = codeOf(bytesOf(stream))
    await bob.device.deleteMessage(sent.message)
    assert.equal(await reading, 'file-gone')
  })
})

describe('what is here', () => {
  it('is dropped, and comes again when asked for', async () => {
    const content = noise(2 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', content))
    await whole(bob, id)
    const dropped = await bob.device.dropFile(id)
    assert.deepEqual([dropped.state, dropped.have], ['offered', 0])
    await noChunks(bob)
    await bob.device.getFile({ id })
    await whole(bob, id)
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
  })

  it('goes when there is more than is allowed: what was used longest ago, unless it is pinned', async () => {
    await bob.device.setFileSettings({ quotaBytes: 5 * MIB })
    const ids: string[] = []
    for (const name of ['first', 'second', 'third']) {
      const id = await sendTo(alice, bob, circle, fileToSend(bench, name, noise(2 * MIB)))
      await whole(bob, id)
      ids.push(id)
      if (name === 'first') await bob.device.pinFile(id, true)
      // What nobody looked at counts towards her share, which is half of it.
      if (name === 'second') await bytesOf((await bob.device.readFile({ id })).stream)
    }
    const [first = '', second = '', third = ''] = ids
    await inState(bob, second, 'offered')
    assert.equal((await bob.device.file(first)).state, 'complete')
    assert.equal((await bob.device.file(first)).pinned, true)
    assert.equal((await bob.device.file(third)).state, 'complete')
    await alice.device.setFileSettings({ quotaBytes: 0 })
    await inState(alice, third, 'offered')
  })

  it('stays while somebody reads it, however much more there is than is allowed', async () => {
    await bob.device.setFileSettings({ quotaBytes: MIB })
    const content = noise(8 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'film', content))
    const { stream } = await bob.device.readFile({ id })
    const pieces = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    const first = await pieces.next()
    assert.ok(first.done !== true && first.value.length < content.length)
    // All of it comes long before it is watched to its end.
    await whole(bob, id)
    await bob.device.setFileSettings({ quotaBytes: MIB })
    const rest: Buffer[] = [first.value]
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) rest.push(next.value)
    assert.equal(digest(Buffer.concat(rest)), digest(content))
    await bob.device.setFileSettings({ quotaBytes: MIB })
    await inState(bob, id, 'offered')
  })

  it('is not fetched to go again at once: one that is larger than all that is allowed is saved, pinned or read', async () => {
    await bob.device.setFileSettings({ quotaBytes: MIB })
    const content = noise(2 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'large', content))
    assert.equal(await codeOf(bob.device.getFile({ id })), 'over-quota')
    assert.equal((await bob.device.file(id)).state, 'offered')
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
    const to = join(emptyFolder(bench), 'large')
    await bob.device.getFile({ id, to })
    await saved(bob, id)
    assert.equal(digestOf(to), digest(content))
    await bob.device.setFileSettings({ quotaBytes: 0 })
    await inState(bob, id, 'offered')
    await bob.device.pinFile(id, true)
    await bob.device.getFile({ id })
    await whole(bob, id)
  })

  it('has nothing else go for it, where it is larger than all that is allowed and comes only to be saved', async () => {
    await bob.device.setFileSettings({ quotaBytes: 4 * MIB })
    const small = await sendTo(alice, bob, circle, fileToSend(bench, 'small', noise(MIB)))
    await whole(bob, small)
    const content = noise(8 * MIB)
    const large = await sendTo(alice, bob, circle, fileToSend(bench, 'large', content))
    const to = join(emptyFolder(bench), 'large')
    await bob.device.getFile({ id: large, to })
    await saved(bob, large)
    assert.equal(digestOf(to), digest(content))
    await bob.device.setFileSettings({ quotaBytes: 4 * MIB })
    await inState(bob, large, 'offered')
    assert.equal((await bob.device.file(small)).state, 'complete')
  })

  it('waits for nobody who joined after it was sent', async () => {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'before.bin', noise(MIB)))
    const atAll = (): Promise<true> =>
      eventually('word that Bob has it', async () => {
        const { count, of } = (await alice.device.file(id)).delivered
        return count === of ? true : undefined
      })
    await whole(bob, id)
    await atAll()
    const carol = await bench.make('Carol')
    await join2(alice, carol, circle)
    await eventually('all to be there', async () => (await alice.device.peers(circle))[1])
    assert.deepEqual((await alice.device.file(id)).delivered, { count: 1, of: 1 })
    await alice.device.setFileSettings({ quotaBytes: 0 })
    await inState(alice, id, 'offered')
  })

  it('takes no more than a share by itself of each member, until somebody looks at it', async () => {
    const carol = await bench.make('Carol')
    await join2(alice, carol, circle)
    await eventually('Carol to be there', async () =>
      (await bob.device.peers(circle)).length === 2 ? true : undefined,
    )
    await bob.device.setFileSettings({ memberShareBytes: 5 * MIB })
    const send = (one: TestDevice, name: string): Promise<string> =>
      sendTo(one, bob, circle, fileToSend(bench, name, noise(2 * MIB)))
    const first = await send(alice, 'first')
    const second = await send(alice, 'second')
    const third = await send(alice, 'third')
    await whole(bob, first)
    await whole(bob, second)
    assert.equal((await bob.device.file(third)).state, 'offered')
    await whole(bob, await send(carol, 'of another'))
    await bytesOf((await bob.device.readFile({ id: first })).stream)
    await whole(bob, await send(alice, 'fourth'))
    assert.equal((await bob.device.file(await send(alice, 'fifth'))).state, 'offered')
    await bob.device.getFile({ id: third })
    await whole(bob, third)
    bob = await reopened(bob)
    await eventually('Alice to be there', async () =>
      (await bob.device.peers(circle)).length > 0 ? true : undefined,
    )
    assert.equal((await bob.device.file(await send(alice, 'sixth'))).state, 'offered')
    await bob.device.dropFile(second)
    await whole(bob, await send(alice, 'seventh'))
  })

  it('is hashed anew: what is damaged is named, and repaired from others', async () => {
    const content = noise(3 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', content))
    await whole(bob, id)
    assert.deepEqual(await bob.device.checkFiles(), { checked: 1, damaged: [], mended: [] })
    const { name, done, of } = await event(bob, 'file-check', () => true)
    assert.deepEqual([name, of], ['x', content.length])
    assert.ok(done > 0 && done <= of, 'it tells how far it is')
    damage(bob)
    const { checked, damaged } = await bob.device.checkFiles(id)
    assert.deepEqual([checked, damaged], [1, [{ id, name: 'x', chunks: 1 }]])
    await whole(bob, id)
    assert.deepEqual(await bob.device.checkFiles(id), { checked: 1, damaged: [], mended: [] })
    damage(bob)
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content), 'repaired while it is read')
    await event(bob, 'fault', ({ code }) => code === 'file-damaged')
  })

  it('counts as damaged where somebody was sent a part that is, until that comes from others', async () => {
    await bob.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
    const path = fileToSend(bench, 'x', noise(3 * MIB))
    const id = await sendTo(alice, bob, circle, path)
    damage(alice)
    await bob.device.getFile({ id })
    await event(alice, 'fault', ({ code }) => code === 'file-damaged')
    await event(bob, 'fault', ({ code }) => code === 'chunk-wrong')
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.notEqual((await alice.device.file(id)).state, 'complete')
    assert.deepEqual(await alice.device.checkFiles(id), { checked: 1, damaged: [], mended: [] })
    assert.equal(eventsOf(alice, 'fault').filter(({ code }) => code === 'file-damaged').length, 1)
  })

  it('is fetched anew when somebody took its chunks away', async () => {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', noise(MIB)))
    await whole(bob, id)
    await bob.device.close()
    for (const name of readdirSync(join(bob.home, 'files'))) rmSync(join(bob.home, 'files', name))
    bob = await bench.open(bob.home)
    await bob.device.unlock(PASSPHRASE)
    await whole(bob, id)
    assert.equal(statSync(join(bob.home, 'files', chunkFiles(bob)[0] ?? '')).size > MIB, true)
  })

  it('is neither lost nor fetched anew when what its state says of it is damaged', async () => {
    const content = noise(3 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', content))
    await whole(bob, id)
    // Nobody else is there who could give it.
    await Promise.all([alice.device.close(), bob.device.close()])
    for (const path of stateFiles(alice)) overwrite(path, 20, Buffer.alloc(8, 0xa5))
    alice = await bench.open(alice.home)
    await alice.device.unlock(PASSPHRASE)
    await whole(alice, id)
    const read = await alice.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
    assert.deepEqual(await alice.device.checkFiles(id), {
      checked: 1,
      damaged: [],
      mended: [{ id, name: 'x' }],
    })
    alice = await reopened(alice)
    await whole(alice, id)
    assert.equal(chunkFiles(alice).length, 1)
  })

  it('is found again by its chunks when what is noted of them is gone, named, and fetched from nobody', async () => {
    const content = noise(3 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', content))
    await whole(bob, id)
    // Nobody else is there who could give it.
    await Promise.all([alice.device.close(), bob.device.close()])
    for (const path of stateFiles(alice)) rmSync(path)
    alice = await bench.open(alice.home)
    await alice.device.unlock(PASSPHRASE)
    const mended = [{ id, name: 'x' }]
    assert.deepEqual(await alice.device.checkFiles(), { checked: 1, damaged: [], mended })
    await whole(alice, id)
    assert.deepEqual(await alice.device.checkFiles(), { checked: 1, damaged: [], mended: [] })
    const told = await event(alice, 'fault', ({ code }) => code === 'file-mended')
    assert.equal(told.details?.['name'], 'x')
    // While it runs as well.
    for (const path of stateFiles(alice)) rmSync(path)
    assert.deepEqual(await alice.device.checkFiles(id), { checked: 1, damaged: [], mended })
    alice = await reopened(alice)
    await whole(alice, id)
    const read = await alice.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
    assert.equal(chunkFiles(alice).length, 1)
  })

  it('is fetched anew when what lies in its place is of another', async () => {
    const contents = [noise(2 * MIB), noise(3 * MIB)]
    const ids: string[] = []
    for (const [index, content] of contents.entries())
      ids.push(await sendTo(alice, bob, circle, fileToSend(bench, `x${String(index)}`, content)))
    for (const id of ids) await whole(bob, id)
    await bob.device.close()
    const [one = '', other = ''] = stateFiles(bob)
    renameSync(one, `${one}.aside`)
    renameSync(other, one)
    renameSync(`${one}.aside`, other)
    bob = await bench.open(bob.home)
    await bob.device.unlock(PASSPHRASE)
    for (const [index, id] of ids.entries()) {
      await whole(bob, id)
      const read = await bob.device.readFile({ id })
      assert.equal(digest(await bytesOf(read.stream)), digest(contents[index] ?? ''))
    }
    assert.deepEqual(await bob.device.checkFiles(), { checked: 2, damaged: [], mended: [] })
  })

  it('shows no byte of itself on the disk', async () => {
    const words = 'a sentence that is easily found '.repeat(40_000)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'words.txt', words))
    await whole(bob, id)
    for (const one of [alice, bob])
      for (const name of readdirSync(join(one.home, 'files'))) {
        const bytes = readFileSync(join(one.home, 'files', name))
        assert.equal(bytes.includes('easily found'), false)
        assert.equal(bytes.includes(id) || name.includes(id), false)
      }
  })
})

/** Turns a bit of the second chunk. */
function damage(one: TestDevice): void {
  const [name = ''] = chunkFiles(one)
  const path = join(one.home, 'files', name)
  const at = 262_160 + 1_000
  const before = readFileSync(path)[at] ?? 0
  overwrite(path, at, Uint8Array.of(before ^ 1))
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, bytes, 0, bytes.length, at)
  closeSync(fd)
}

function stateFiles({ home }: TestDevice): string[] {
  const folder = join(home, 'files')
  const names = readdirSync(folder).filter((name) => name.endsWith('.state'))
  return names.map((name) => join(folder, name))
}
