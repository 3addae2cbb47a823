/** What a `BlobStore` promises of sealing files. */
import assert from 'node:assert/strict'
import { readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { base32, type BlobSource, CHUNK_BYTES, type CircleId, type Fault } from '@triode/core'
import { blobBytes, type BlobCases, blobSecret, fault, plaintextOf } from './blobScene.ts'

export const sealing: BlobCases = {
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

async function forEachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await work(item)
}
