import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CallerFault, Unavailable } from '@triode/core'
import { blobBytes, blobSecret, plaintextOf } from '@triode/testkit'
import { createVault, inProcess, openVault, restoreVault, wipe } from '../../src/index.ts'
import { PASSPHRASE, fault, filesOf, newVault } from '../place.ts'
import { primitives } from './stores.ts'

const executor = inProcess(primitives)
const locked = fault(Unavailable, 'store-locked')

describe('the blobs of a vault', () => {
  it('are one store, in files that only the owner may read, under names that tell nothing', async (t) => {
    const { vault, dir } = newVault(t)
    const store = vault.blobs(executor)
    assert.equal(vault.blobs(executor), store)
    assert.equal(existsSync(join(dir, 'files')), false, 'made when it is needed')
    const blob = await store.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(1_000) }])
    const names = filesOf(join(dir, 'files'))
    assert.deepEqual(
      names.map((name) => name.replace(/^[a-z2-7]{26}/, 'NAME')),
      ['NAME.chunks', 'NAME.state'],
    )
    assert.ok(names.every((name) => !name.startsWith(blob.id)))
    assert.equal(statSync(join(dir, 'files')).mode & 0o777, 0o700)
    for (const name of names) {
      assert.equal(statSync(join(dir, 'files', name)).mode & 0o777, 0o600)
      const bytes = readFileSync(join(dir, 'files', name))
      for (const secret of [blob.secret, blobBytes(16), Buffer.from(blob.id)])
        assert.equal(bytes.indexOf(secret), -1)
    }
  })

  it('are there again after locking, and refused while it is locked', async (t) => {
    const { vault } = newVault(t)
    const store = vault.blobs(executor)
    const bytes = blobBytes(3_000_000)
    const blob = await store.seal(blobSecret(), 'sha256', [{ bytes }])
    const stored = await store.open(blob, 'sha256')
    const sealing = store.seal(blobSecret(), 'sha256', [{ bytes: blobBytes(30_000_000) }])
    sealing.catch(() => {})
    const waiting = vault.lock()
    await assert.rejects(sealing, locked)
    for (const use of [
      () => store.list(),
      () => store.usedBytes(),
      () => store.freeBytes(),
      () => store.open(blob, 'sha256'),
      () => store.seal(blobSecret(), 'sha256', []),
      () => store.remove(blob.id),
      () => stored.read(0, 1),
      () => stored.page(0, 0),
      () => stored.check(),
      () => stored.sync(),
      () => plaintextOf(stored, blob.secret),
    ])
      await assert.rejects(use, locked)
    assert.throws(() => vault.blobs(executor), locked)
    await stored.close()

    const again = waiting.unlock(PASSPHRASE)
    t.after(() => again.close())
    const later = await again.blobs(executor).open(blob, 'sha256')
    assert.deepEqual(await plaintextOf(later, blob.secret), bytes)
    assert.deepEqual(
      (await again.blobs(executor).list()).map(({ id }) => id),
      [blob.id],
      'what was cut short is gone',
    )
  })

  it('are called otherwise in every vault', async (t) => {
    const names = await Promise.all(
      [newVault(t), newVault(t)].map(async ({ vault, dir }) => {
        await vault.blobs(executor).seal(new Uint8Array(32).fill(3), 'sha256', [{ bytes: blobBytes(10) }])
        return filesOf(join(dir, 'files'))
      }),
    )
    assert.notDeepEqual(names[0], names[1])
  })

  it('go with a wipe; what else is in their folder stays', async (t) => {
    const { vault, dir } = newVault(t)
    await vault.blobs(executor).seal(blobSecret(), 'sha256', [{ bytes: blobBytes(10) }])
    vault.close()
    wipe(dir)
    assert.equal(existsSync(dir), false)

    const other = newVault(t)
    await other.vault.blobs(executor).seal(blobSecret(), 'sha256', [{ bytes: blobBytes(10) }])
    writeFileSync(join(other.dir, 'files', 'mine.txt'), 'mine')
    other.vault.close()
    wipe(other.dir)
    assert.deepEqual(readdirSync(join(other.dir, 'files')), ['mine.txt'])
  })

  it('of a vault that is no more stand in the way of none', async (t) => {
    const { vault, dir, beside, options } = newVault(t)
    const blob = await vault.blobs(executor).seal(blobSecret(), 'sha256', [{ bytes: blobBytes(10) }])
    await vault.backup(beside('backup'))
    vault.close()
    const place = beside('new')
    mkdirSync(join(place, 'files'), { recursive: true })
    for (const name of filesOf(join(dir, 'files'))) writeFileSync(join(place, 'files', name), 'old')
    const restored = await restoreVault(beside('backup'), place, PASSPHRASE, options)
    t.after(() => restored.close())
    assert.deepEqual(await restored.blobs(executor).list(), [], 'a backup holds no chunks')
    assert.equal((await restored.blobs(executor).open(blob, 'sha256')).have.count, 0)

    const full = beside('full')
    mkdirSync(join(full, 'files'), { recursive: true })
    writeFileSync(join(full, 'files', 'mine.txt'), 'mine')
    await assert.rejects(
      restoreVault(beside('backup'), full, PASSPHRASE, options),
      fault(CallerFault, 'place-not-empty'),
    )
    createVault(full, PASSPHRASE, options).close()
    openVault(full, options).close()
    assert.deepEqual(readdirSync(join(full, 'files')), ['mine.txt'])
  })
})
