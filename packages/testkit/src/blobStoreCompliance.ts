/** What every `BlobStore` promises, as a suite: an adapter that passes it can carry files. */
import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CHUNK_BYTES, type Blob, SEALED_CHUNK_BYTES } from '@triode/core'
import { sealing } from './blobSealing.ts'
import { streaming } from './blobStreaming.ts'
import {
  blobBytes,
  type BlobCases,
  BlobScene,
  fault,
  blobSecret,
  type BlobStoreUnderTest,
  giveChunks,
  plaintextOf,
} from './blobScene.ts'

/** Runs the suite against stores that `makeStore` makes, each of them empty. */
export function blobStoreCompliance(name: string, makeStore: () => Promise<BlobStoreUnderTest>): void {
  void describe(`the blob store '${name}'`, () => {
    for (const [topic, cases] of Object.entries(TOPICS))
      void describe(topic, () => {
        for (const [title, work] of Object.entries(cases))
          void it(title, async () => {
            await using scene = await BlobScene.make(makeStore)
            await work(scene)
          })
      })
  })
}

/** A number that no open file has. */
const NO_FILE = 0x7fff_fff0

const receiving: BlobCases = {
  async 'takes pages and chunks that match, in any order, and nothing else'(scene) {
    const bytes = blobBytes(10 * CHUNK_BYTES - 5)
    const { blob, here, there } = await scene.sent(bytes)
    assert.equal(there.have.count, 0)
    const wrong = await here.read(4, 2)
    wrong[SEALED_CHUNK_BYTES + 9] = (wrong[SEALED_CHUNK_BYTES + 9] ?? 0) ^ 1
    assert.deepEqual(await there.add(4, wrong), [5])
    assert.deepEqual(there.have.runs(), [[4, 1]])
    assert.deepEqual(await there.add(0, await here.read(1, 1)), [0])
    for (const index of [9, 0, 5, 2, 8, 1, 7, 3, 6]) await giveChunks(here, there, index, index + 1)
    assert.ok(there.isWhole)
    assert.deepEqual(await plaintextOf(there, blob.secret), bytes)
  },
  async 'takes a page only under one that is here'(scene) {
    const blob = await scene.alice.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(1_100 * CHUNK_BYTES) }])
    const here = await scene.alice.open(blob, 'sha256')
    const there = await scene.bob.open(blob, 'sha256')
    const [low, top] = [await here.page(0, 1), await here.page(1, 0)]
    assert.ok(low && top)
    await assert.rejects(there.addPage(0, 1, low), fault('page-absent'))
    assert.equal(await there.addPage(1, 0, low), false)
    assert.equal(await there.addPage(1, 0, top), true)
    assert.equal(await there.addPage(0, 0, low), false)
    assert.equal(await there.addPage(0, 1, low), true)
    assert.equal(await there.addPage(2, 0, low), false)
    assert.equal(await there.page(0, 0), undefined)
    assert.deepEqual(await there.page(0, 1), low)
    await assert.rejects(there.add(0, await here.read(0, 1)), fault('page-absent'))
    await assert.rejects(there.add(1_023, await here.read(1_023, 2)), fault('page-absent'))
    await giveChunks(here, there, 1_024, 1_030)
    assert.deepEqual(there.have.runs(), [[1_024, 6]])
  },
  async 'refuses chunks of other lengths, and places that are not there'(scene) {
    const { here, there } = await scene.sent(blobBytes(2 * CHUNK_BYTES + 1_000))
    const last = await here.read(2, 1)
    for (const [from, sealed] of [
      [0, last],
      [2, new Uint8Array(SEALED_CHUNK_BYTES + 1)],
      [3, last],
      [-1, await here.read(0, 1)],
      [0.5, await here.read(0, 1)],
      [1, new Uint8Array(0)],
    ] as const)
      await assert.rejects(there.add(from, sealed), fault('chunk-misplaced'))
    await giveChunks(here, there)
  },
  async 'reads what is here and no more'(scene) {
    const { blob, here, there } = await scene.sent(blobBytes(6 * CHUNK_BYTES))
    await giveChunks(here, there, 1, 4)
    assert.deepEqual(await there.read(1, 3), await here.read(1, 3))
    await assert.rejects(there.read(0, 2), fault('chunk-absent'))
    await assert.rejects(there.read(3, 2), fault('chunk-absent'))
    const bytes = blobBytes(6 * CHUNK_BYTES)
    for (const [from, to] of [
      [CHUNK_BYTES, 4 * CHUNK_BYTES],
      [CHUNK_BYTES + 5, CHUNK_BYTES + 6],
      [2 * CHUNK_BYTES - 1, 2 * CHUNK_BYTES + 1],
      [CHUNK_BYTES + 1, 4 * CHUNK_BYTES - 1],
      [0, 0],
    ] as const)
      assert.deepEqual(await plaintextOf(there, blob.secret, from, to), bytes.slice(from, to))
    await assert.rejects(
      plaintextOf(there, blob.secret, CHUNK_BYTES - 1, CHUNK_BYTES + 1),
      fault('chunk-absent'),
    )
    await assert.rejects(plaintextOf(there, blob.secret, 0, 6 * CHUNK_BYTES + 1), fault('range-wrong'))
  },
  async 'writes plaintext into a file, where it is told to'(scene) {
    const bytes = blobBytes(40 * CHUNK_BYTES - 9)
    const { blob, here } = await scene.sent(bytes)
    const path = join(scene.folder, 'out')
    const fd = openSync(path, 'w+')
    await here.copyTo(blob.secret, 100, bytes.length, fd, 3)
    closeSync(fd)
    const written = new Uint8Array(readFileSync(path))
    assert.deepEqual(written, new Uint8Array([0, 0, 0, ...bytes.subarray(100)]))
  },
  async 'writes what it takes in into a file as well, and tells what of it is there'(scene) {
    const bytes = blobBytes(6 * CHUNK_BYTES - 9)
    const { blob, here, there } = await scene.sent(bytes)
    const path = join(scene.folder, 'along')
    const fd = openSync(path, 'w+')
    const told: [number, number][] = []
    const copy = {
      secret: blob.secret,
      fd,
      written: (...run: [number, number]): void => void told.push(run),
    }
    const wrong = await here.read(2, 3)
    wrong[SEALED_CHUNK_BYTES + 9] = (wrong[SEALED_CHUNK_BYTES + 9] ?? 0) ^ 1
    assert.deepEqual(await there.add(2, wrong, copy), [3])
    assert.deepEqual(told.splice(0), [
      [2, 1],
      [4, 1],
    ])
    const halfWritten = new Uint8Array(readFileSync(path))
    assert.deepEqual(
      halfWritten.subarray(3 * CHUNK_BYTES, 4 * CHUNK_BYTES),
      new Uint8Array(CHUNK_BYTES),
      'nothing of the wrong one',
    )
    assert.deepEqual(await there.add(3, await here.read(3, 1), { ...copy, secret: blobSecret() }), [])
    assert.deepEqual(await there.add(5, await here.read(5, 1), { ...copy, fd: NO_FILE }), [])
    assert.deepEqual(told, [], 'another secret, no such file: stored all the same')
    assert.ok(there.have.has(3) && there.have.has(5))
    for (const [from, count] of [
      [0, 2],
      [3, 1],
      [5, 1],
    ] as const)
      assert.deepEqual(await there.add(from, await here.read(from, count), copy), [])
    closeSync(fd)
    assert.deepEqual(new Uint8Array(readFileSync(path)), bytes)
    assert.deepEqual(await plaintextOf(there, blob.secret), bytes)
  },
  async 'makes new files of its plaintext, small, empty and across chunks, and replaces none'(scene) {
    const bytes = blobBytes(20 * CHUNK_BYTES - 9)
    const { blob, here } = await scene.sent(bytes)
    const sizes = [0, 5, 0, ...Array.from({ length: 700 }, () => 900), 9 * CHUNK_BYTES, CHUNK_BYTES, 0]
    let from = 0
    const files = sizes.map((size, number) => {
      const path = join(scene.folder, `new ${String(number)}`)
      const file = {
        path,
        from,
        size,
        mode: number === 1 ? 0o777 : 0o666,
        modifiedAt: 1_500_000_000_000 + number,
      }
      from += size
      return file
    })
    // One that is left out, and what is beyond it.
    files.splice(300, 1)
    await here.writeFiles(blob.secret, files)
    for (const file of files) {
      const { mode, mtimeMs } = statSync(file.path)
      assert.deepEqual([(mode & 0o100) !== 0, mtimeMs], [(file.mode & 0o100) !== 0, file.modifiedAt])
      assert.ok(Buffer.from(bytes.subarray(file.from, file.from + file.size)).equals(readFileSync(file.path)))
    }
    // Among others, empty or not, the system refuses one: that is named.
    for (const number of [0, 1, 400, files.length - 1]) {
      const anew = files.map((file) => ({ ...file, path: `${file.path} beside ${String(number)}` }))
      const path = anew[number]?.path ?? assert.fail()
      writeFileSync(path, 'mine')
      await assert.rejects(here.writeFiles(blob.secret, anew), { code: 'EEXIST', path })
      assert.equal(readFileSync(path, 'utf8'), 'mine')
    }
    const beyond = {
      path: join(scene.folder, 'beyond'),
      from: 0,
      size: 21 * CHUNK_BYTES,
      mode: 0o666,
    }
    await assert.rejects(here.writeFiles(blob.secret, [beyond]), fault('range-wrong'))
    const other = { ...beyond, size: 1 }
    await assert.rejects(here.writeFiles(blobSecret(), [other]), fault('chunk-damaged'))
  },
  async 'opens nothing with another secret'(scene) {
    const { here } = await scene.sent(blobBytes(1_000))
    await assert.rejects(plaintextOf(here, blobSecret()), fault('chunk-damaged'))
  },
  async 'takes the same chunk twice, at a time'(scene) {
    const { blob, here, there } = await scene.sent(blobBytes(8 * CHUNK_BYTES))
    await Promise.all([0, 1, 2, 3].map(() => giveChunks(here, there)))
    assert.ok(there.isWhole)
    assert.deepEqual(await plaintextOf(there, blob.secret), blobBytes(8 * CHUNK_BYTES))
    assert.deepEqual(await there.check(), [])
  },
}

const life: BlobCases = {
  async 'has after the end of its process all that was taken, without a sync'(scene) {
    const { blob, here, there } = await scene.sent(blobBytes(9 * CHUNK_BYTES))
    await giveChunks(here, there, 2, 5)
    await scene.reopen()
    const again = await scene.bob.open(blob, 'sha256')
    assert.deepEqual(again.have.runs(), [[2, 3]])
    const whole = await scene.alice.open(blob, 'sha256')
    assert.ok(whole.isWhole)
    await giveChunks(whole, again)
    assert.deepEqual(await plaintextOf(again, blob.secret), blobBytes(9 * CHUNK_BYTES))
  },
  async 'lists and counts what is here'(scene) {
    const { blob, here, there } = await scene.sent(blobBytes(3 * CHUNK_BYTES - 100))
    assert.equal(await scene.alice.usedBytes(), here.shape.sealedBytes)
    assert.equal(await scene.bob.usedBytes(), 0)
    await giveChunks(here, there, 2, 3)
    assert.equal(await scene.bob.usedBytes(), here.shape.sealedBytes - 2 * SEALED_CHUNK_BYTES)
    await scene.reopen()
    assert.equal(await scene.bob.usedBytes(), here.shape.sealedBytes - 2 * SEALED_CHUNK_BYTES)
    const [found] = await scene.bob.list()
    assert.equal(found?.id, blob.id)
    assert.ok((await scene.bob.freeBytes()) > 0)
  },
  async 'removes a blob from under those who use it, more than once'(scene) {
    const { blob, here, there } = await scene.sent(blobBytes(30 * CHUNK_BYTES))
    await giveChunks(here, there, 0, 3)
    const sealed = await here.read(3, 9)
    const adding = there.add(3, sealed).catch((error: unknown) => error)
    await scene.bob.remove(blob.id)
    await scene.bob.remove(blob.id)
    const outcome = await adding
    if (outcome instanceof Error) fault('blob-gone')(outcome)
    await assert.rejects(there.read(0, 1), fault('blob-gone'))
    await assert.rejects(plaintextOf(there, blob.secret), fault('blob-gone'))
    assert.deepEqual(await scene.bob.list(), [])
    assert.equal(await scene.bob.usedBytes(), 0)
    const again = await scene.bob.open(blob, 'sha256')
    assert.equal(again.have.count, 0)
    await scene.reopen()
    const [found] = await scene.bob.list()
    await scene.bob.discard(found?.name ?? '')
    assert.deepEqual(await scene.bob.list(), [])
  },
  async 'is one object for all who open it, and lives on after it was closed'(scene) {
    const { blob, here, there } = await scene.sent(blobBytes(6 * CHUNK_BYTES))
    const [one, two] = await Promise.all([scene.bob.open(blob, 'sha256'), scene.bob.open(blob, 'sha256')])
    assert.equal(one, two)
    assert.equal(one, there)
    const sealed = await here.read(0, 3)
    const adding = there.add(0, sealed)
    await there.close()
    assert.deepEqual(await adding, [])
    await there.close()
    await giveChunks(here, there, 3, 6)
    const later = await scene.bob.open(blob, 'sha256')
    assert.ok(later.isWhole)
    assert.deepEqual(await plaintextOf(later, blob.secret), blobBytes(6 * CHUNK_BYTES))
  },
  async 'refuses a blob by the id of another'(scene) {
    const { blob } = await scene.sent(blobBytes(100))
    const wrong = { ...blob, size: 101 }
    await assert.rejects(scene.bob.open(wrong, 'sha256'), fault('blob-damaged'))
    await assert.rejects(scene.bob.open(blob, 'sha384'), fault('blob-damaged'))
    await scene.reopen()
    await assert.rejects(scene.bob.open(wrong, 'sha256'), fault('blob-damaged'))
    await scene.bob.open(blob, 'sha256')
  },
  async 'finds nothing wrong with what is right, and says how far it is'(scene) {
    const { here, there } = await scene.sent(blobBytes(50 * CHUNK_BYTES))
    await giveChunks(here, there, 10, 40)
    const told: number[] = []
    assert.deepEqual(await there.check({ onProgress: (bytes) => told.push(bytes) }), [])
    assert.equal(told.at(-1), 30 * SEALED_CHUNK_BYTES)
    await assert.rejects(here.check({ signal: AbortSignal.abort() }), fault('aborted'))
    assert.equal(there.have.count, 30)
  },
  async 'begins a blob of 400 GB at once, and takes its last chunk'(scene) {
    const blob = await scene.alice.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(10) }])
    const large = { ...blob, id: `${blob.id.slice(0, -2)}aa` as Blob['id'], size: 400e9 }
    const stored = await scene.bob.open(large, 'sha256')
    assert.equal(stored.shape.levels.length, 3)
    assert.equal(stored.have.firstAbsent(1_000_000), 1_000_000)
    assert.equal(await scene.bob.usedBytes(), 0)
  },
}

const TOPICS: Readonly<Record<string, BlobCases>> = { sealing, streaming, receiving, 'over its life': life }
