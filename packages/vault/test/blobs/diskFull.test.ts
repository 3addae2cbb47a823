import assert from 'node:assert/strict'
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CHUNK_BYTES, Unavailable } from '@triode/core'
import { blobBytes, blobSecret, giveChunks, givePages, plaintextOf } from '@triode/testkit'
import { fault } from '../place.ts'
import { fillUp, smallDisk } from '../smallDisk.ts'
import { folder, storeIn } from './stores.ts'

const full = fault(Unavailable, 'disk-full')

describe('a blob store on a disk that fills', () => {
  it('keeps what it has, says so, and goes on when there is room', async (t) => {
    const disk = smallDisk(t, 16)
    if (disk === undefined) return
    const author = storeIn(folder(t))
    const bytes = blobBytes(40 * CHUNK_BYTES)
    const blob = await author.seal(blobSecret(), 'sha256', [{ bytes }])
    const here = await author.open(blob, 'sha256')
    writeFileSync(join(disk, 'ballast'), new Uint8Array(10_000_000))
    const store = storeIn(disk)
    t.after(() => Promise.all([store.lock(), author.lock()]))
    const there = await store.open(blob, 'sha256')
    await givePages(here, there)
    await assert.rejects(giveChunks(here, there), full)
    const held = there.have.count
    assert.ok(held > 10 && held < 30, `${held} chunks`)
    fillUp(disk)
    for (let n = 0; n < 3; n++) await assert.rejects(there.add(held, await here.read(held, 3)), full)
    assert.equal(there.have.count, held)
    await there.sync()
    assert.deepEqual(await there.check(), [])
    // What was written whole before there was no room for more counts once it was hashed.
    const found = there.have.count
    assert.ok(found >= held && found < held + 3, `${found} chunks of ${held}`)
    assert.deepEqual(
      await plaintextOf(there, blob.secret, 0, found * CHUNK_BYTES),
      bytes.slice(0, found * CHUNK_BYTES),
    )
    assert.equal(await there.mend(), false)
    await there.close()

    const again = await store.open(blob, 'sha256')
    assert.equal(again.have.count, found)
    assert.equal(await again.mend(), false)
    rmSync(join(disk, 'ballast'))
    await giveChunks(here, again, held)
    assert.ok(again.isWhole)
    assert.deepEqual(await plaintextOf(again, blob.secret), bytes)
  })

  it('seals nothing that has no room, and leaves nothing of it', async (t) => {
    const disk = smallDisk(t, 8)
    if (disk === undefined) return
    const store = storeIn(disk)
    t.after(() => store.lock())
    await assert.rejects(store.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(10_000_000) }]), full)
    assert.deepEqual(readdirSync(join(disk, 'files')), [], 'seen before it begins')
    const bytes = blobBytes(6_500_000)
    let isFilled = false
    const onProgress = (): void => {
      if (!isFilled) fillUp(disk)
      isFilled = true
    }
    await assert.rejects(store.seal(blobSecret(), 'sha256', [{ bytes }], { onProgress }), full)
    assert.deepEqual(readdirSync(join(disk, 'files')), [])
    rmSync(join(disk, 'filler'))
    const blob = await store.seal(blobSecret(), 'sha256', [{ bytes }])
    assert.deepEqual(await plaintextOf(await store.open(blob, 'sha256'), blob.secret), bytes)
  })

  it('ends what comes without saying how much it is where the disk does, and leaves nothing of it', async (t) => {
    const disk = smallDisk(t, 8)
    if (disk === undefined) return
    const store = storeIn(disk)
    t.after(() => store.lock())
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 10; n++) yield await Promise.resolve(blobBytes(1_000_000, n))
    }
    await assert.rejects(store.sealStream(blobSecret(), 'sha256', pieces()), full)
    assert.deepEqual(readdirSync(join(disk, 'files')), [])
    await assert.rejects(store.sealStream(blobSecret(), 'sha256', pieces(), { size: 10_000_000 }), full)
  })

  it('begins no blob that has no room for its marks, and leaves nothing of it', async (t) => {
    const disk = smallDisk(t, 1)
    if (disk === undefined) return
    const author = storeIn(folder(t))
    const blob = await author.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(1_000) }])
    const store = storeIn(disk)
    t.after(() => Promise.all([store.lock(), author.lock()]))
    assert.deepEqual(await store.list(), [])
    fillUp(disk)
    await assert.rejects(store.open(blob, 'sha256'), full)
    rmSync(join(disk, 'filler'))
    assert.deepEqual(readdirSync(join(disk, 'files')), [])
    assert.equal((await store.open(blob, 'sha256')).have.count, 0)
  })

  it('tells of the disk that a file is copied to', async (t) => {
    const disk = smallDisk(t, 1)
    if (disk === undefined) return
    const store = storeIn(folder(t))
    t.after(() => store.lock())
    const bytes = blobBytes(20 * CHUNK_BYTES)
    const blob = await store.seal(blobSecret(), 'sha256', [{ bytes }])
    const stored = await store.open(blob, 'sha256')
    mkdirSync(join(disk, 'below'))
    const fd = openSync(join(disk, 'below', 'out'), 'w')
    await assert.rejects(stored.copyTo(blob.secret, 0, bytes.length, fd, 0), full)
    closeSync(fd)
    assert.ok(stored.isWhole)
  })
})
