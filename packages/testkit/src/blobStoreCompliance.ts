/** What every `BlobStore` promises, as a suite: an adapter that passes it can carry files. */
import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import {
  base32,
  CHUNK_BYTES,
  type Blob,
  type BlobSource,
  type CircleId,
  Fault,
  SEALED_CHUNK_BYTES,
} from '@triode/core'
import {
  blobBytes,
  BlobScene,
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

type Cases = Record<string, (scene: BlobScene) => Promise<void>>

function fault(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.code, code)
    return true
  }
}

const sealing: Cases = {
  'gives back what it was given, of any length'({ alice }) {
    return forEachOf(
      [0, 1, 255, 256, 300, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 1_700_001],
      async (size) => {
        const bytes = blobBytes(size)
        const blob = await alice.seal(blobSecret(), 'sha256', [{ bytes }])
        assert.equal(blob.size, size)
        const stored = await alice.open(blob, 'sha256')
        assert.ok(stored.isWhole)
        assert.deepEqual(await plaintextOf(stored, blob.secret), bytes)
      },
    )
  },
  async 'keeps what circles have apart, also of the same blob'({ alice }) {
    const [one, other] = [7, 8].map((value) =>
      alice.within(base32(new Uint8Array(32).fill(value)) as CircleId),
    )
    assert.ok(one && other)
    const blob = await one.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(300) }])
    const there = await other.open(blob, 'sha256')
    assert.equal(there.have.count, 0)
    assert.deepEqual(
      (await one.list()).map(({ id, heldBytes }) => [id, heldBytes > 0]),
      [[blob.id, true]],
    )
    assert.equal((await alice.list()).length, 2)
    await other.remove(blob.id)
    assert.deepEqual(await plaintextOf(await one.open(blob, 'sha256'), blob.secret), blobBytes(300))
    assert.deepEqual(await other.list(), [])
  },
  async 'works with either hash'({ alice }) {
    const bytes = blobBytes(600_000)
    const blob = await alice.seal(blobSecret(), 'sha384', [{ bytes }])
    assert.equal(blob.root.length, 48)
    assert.deepEqual(await plaintextOf(await alice.open(blob, 'sha384'), blob.secret), bytes)
  },
  async 'puts files one behind the other, also many small and empty ones'(scene) {
    const sizes = [
      0,
      5,
      CHUNK_BYTES,
      0,
      20 * CHUNK_BYTES + 7,
      1,
      0,
      ...Array.from({ length: 300 }, (_, n) => n * 50),
      0,
    ]
    const parts = sizes.map((size, n) => blobBytes(size, n + 1))
    const sources = parts.map((bytes, n) => scene.file(String(n), bytes))
    const blob = await scene.alice.seal(blobSecret(), 'sha256', sources)
    const stored = await scene.alice.open(blob, 'sha256')
    assert.deepEqual(await plaintextOf(stored, blob.secret), new Uint8Array(Buffer.concat(parts)))
  },
  async 'takes thousands of files into one chunk, and notices if one of them is not what was chosen'(scene) {
    const sources: BlobSource[] = Array.from({ length: 2_600 }, (_, n) =>
      scene.file(`tiny ${n}`, blobBytes(n % 7, n)),
    )
    sources.splice(2_500, 0, { bytes: blobBytes(9) })
    const blob = await scene.alice.seal(blobSecret(), 'sha256', sources)
    const stored = await scene.alice.open(blob, 'sha256')
    const parts = sources.map((source) => ('path' in source ? readFileSync(source.path) : blobBytes(9)))
    assert.deepEqual(await plaintextOf(stored, blob.secret), new Uint8Array(Buffer.concat(parts)))
    scene.file('tiny 2590', blobBytes(8))
    await assert.rejects(scene.alice.seal(blobSecret(), 'sha256', sources), fault('file-changed'))
  },
  async 'takes parts of files, short and long, with bytes between them'(scene) {
    const long = blobBytes(40 * CHUNK_BYTES, 3)
    const short = blobBytes(1_000, 4)
    const [film, note] = [scene.file('film', long), scene.file('note', short)]
    const between = blobBytes(20, 5)
    const blob = await scene.alice.seal(blobSecret(), 'sha256', [
      { ...film, from: 7, to: 35 * CHUNK_BYTES + 3 },
      { bytes: between },
      { ...note, from: 999 },
      { ...note, from: 500, to: 500 },
      { ...film, to: 10 },
      { ...note, from: 1, to: 800 },
    ])
    const stored = await scene.alice.open(blob, 'sha256')
    const expected = [
      long.subarray(7, 35 * CHUNK_BYTES + 3),
      between,
      short.subarray(999),
      long.subarray(0, 10),
      short.subarray(1, 800),
    ]
    assert.deepEqual(await plaintextOf(stored, blob.secret), new Uint8Array(Buffer.concat(expected)))
  },
  async 'takes thousands of parts into one chunk'(scene) {
    const bytes = blobBytes(10_000)
    const source = scene.file('cut up', bytes)
    const between = Uint8Array.of(1, 2)
    const parts = Array.from({ length: 3_000 }, (_, n) => ({ ...source, from: n * 3, to: n * 3 + 2 }))
    const sources = parts.flatMap((part) => [part, { bytes: between }])
    const blob = await scene.alice.seal(blobSecret(), 'sha256', sources)
    const expected = parts.flatMap(({ from, to }) => [bytes.subarray(from, to), between])
    const stored = await scene.alice.open(blob, 'sha256')
    assert.deepEqual(await plaintextOf(stored, blob.secret), new Uint8Array(Buffer.concat(expected)))
  },
  async 'refuses a part that the file does not have, and parts of one that is not what was chosen'(scene) {
    const source = scene.file('chosen', blobBytes(30 * CHUNK_BYTES))
    for (const part of [{ from: -1 }, { from: 5, to: 4 }, { to: source.size + 1 }, { from: NaN }])
      await assert.rejects(scene.alice.seal(blobSecret(), 'sha256', [{ ...source, ...part }]), RangeError)
    writeFileSync(source.path, 'x', { flag: 'a' })
    for (const part of [{ to: 10 }, { from: 10, to: 10 }, { from: CHUNK_BYTES }])
      await assert.rejects(
        scene.alice.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(10) }, { ...source, ...part }]),
        fault('file-changed'),
      )
    assert.deepEqual(await scene.alice.list(), [])
  },
  async 'notices a file that changes between two parts of it'(scene) {
    const source = scene.file('changing', blobBytes(300 * CHUNK_BYTES))
    const parts = Array.from({ length: 300 }, (_, n) => ({
      ...source,
      from: n * CHUNK_BYTES,
      to: (n + 1) * CHUNK_BYTES,
    }))
    let isChanged = false
    const onProgress = (): void => {
      if (!isChanged) writeFileSync(source.path, 'x', { flag: 'a' })
      isChanged = true
    }
    await assert.rejects(
      scene.alice.seal(blobSecret(), 'sha256', parts, { onProgress }),
      fault('file-changed'),
    )
    assert.deepEqual(await scene.alice.list(), [])
  },
  async 'tells how far it is, and stops when it is told to, leaving nothing'(scene) {
    const source = scene.file('large', blobBytes(80 * CHUNK_BYTES))
    const told: number[] = []
    const blob = await scene.alice.seal(blobSecret(), 'sha256', [source], {
      onProgress: (bytes) => told.push(bytes),
    })
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    )
    assert.equal(told.at(-1), (await scene.alice.open(blob, 'sha256')).shape.sealedBytes)
    await scene.alice.remove(blob.id)
    const stop = new AbortController()
    const options = { signal: stop.signal, onProgress: () => stop.abort() }
    await assert.rejects(scene.alice.seal(blobSecret(), 'sha256', [source], options), fault('aborted'))
    assert.deepEqual(await scene.alice.list(), [])
  },
  async 'refuses a source that is not what was chosen, by name, and keeps nothing of it'(scene) {
    for (const size of [100, 40 * CHUNK_BYTES]) {
      const wrong: [string, (path: string) => BlobSource][] = [
        [
          'file-changed',
          (path) => (
            writeFileSync(path, blobBytes(size + 1)),
            { path, size, modifiedMs: statSync(path).mtimeMs }
          ),
        ],
        [
          'file-changed',
          (path) => (
            writeFileSync(path, blobBytes(size - 1)),
            { path, size, modifiedMs: statSync(path).mtimeMs }
          ),
        ],
        ['file-changed', (path) => (writeFileSync(path, blobBytes(size)), { path, size, modifiedMs: 1_000 })],
        ['file-changed', (path) => (symlinkSync('/etc/passwd', path), { path, size, modifiedMs: 0 })],
        ['file-changed', () => ({ path: scene.folder, size, modifiedMs: statSync(scene.folder).mtimeMs })],
        ['file-absent', (path) => ({ path, size, modifiedMs: 0 })],
        ['file-absent', (path) => ({ path: join(path, 'below'), size, modifiedMs: 0 })],
      ]
      for (const [n, [code, make]] of wrong.entries()) {
        const path = join(scene.folder, `${size}-${n}`)
        const sources = [{ bytes: blobBytes(10) }, make(path), { bytes: blobBytes(10) }]
        await assert.rejects(scene.alice.seal(blobSecret(), 'sha256', sources), (error) => {
          fault(code)(error)
          assert.ok((error as Fault).message.includes(n === 4 ? scene.folder : path))
          return true
        })
      }
    }
    assert.deepEqual(await scene.alice.list(), [])
  },
  async 'notices a file that changes, grows, or is cut while it is read'(scene) {
    const changes: ((path: string) => void)[] = [
      (path) => writeFileSync(path, 'x', { flag: 'a' }),
      (path) => writeFileSync(path, 'cut'),
      (path) => utimesSync(path, 1, 1),
    ]
    for (const [n, change] of changes.entries()) {
      const source = scene.file(`changing ${n}`, blobBytes(120 * CHUNK_BYTES))
      let isChanged = false
      const onProgress = (): void => {
        if (!isChanged) change(source.path)
        isChanged = true
      }
      await assert.rejects(
        scene.alice.seal(blobSecret(), 'sha256', [source], { onProgress }),
        fault('file-changed'),
      )
    }
    assert.deepEqual(await scene.alice.list(), [])
  },
}

const receiving: Cases = {
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

const life: Cases = {
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

const TOPICS: Readonly<Record<string, Cases>> = { sealing, receiving, 'over its life': life }

async function forEachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await work(item)
}
