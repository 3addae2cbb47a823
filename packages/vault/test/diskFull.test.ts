import assert from 'node:assert/strict'
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Fault, Unavailable, utf8 } from '@triode/core'
import { diskFault } from '../src/diskFault.ts'
import { type Vault, createVault, openVault } from '../src/index.ts'
import { PASSPHRASE, fault, filesOf, newVault, place, sub } from './place.ts'
import { fillUp, smallDisk } from './smallDisk.ts'

const full = fault(Unavailable, 'disk-full')

/** Transactions of 80 KB until the disk is full. @returns how many were acknowledged */
function writeUntilFull(vault: Vault, from = 0): number {
  for (let n = from; ; n++) {
    try {
      vault.store.transaction(() => {
        for (let i = 0; i < 100; i++)
          vault.store.series('log').set(sub(n * 100 + i), new Uint8Array(800).fill(n))
      })
    } catch (error) {
      full(error)
      return n
    }
    assert.ok(n < 1_000, 'the disk never fills')
  }
}

function checkAll(vault: Vault, transactions: number): void {
  const records = vault.store.series('log').range()
  assert.equal(records.length, transactions * 100)
  for (const [at, { value }] of records.entries()) assert.equal(value[799], Math.floor(at / 100) % 256)
}

describe('what the disk says', () => {
  const system = (code: string): Error => Object.assign(new Error(code), { code })
  const sqlite = (errcode: number): Error =>
    Object.assign(new Error('SQL'), { code: 'ERR_SQLITE_ERROR', errcode })
  const meanings: [Error, string][] = [
    [system('ENOSPC'), 'disk-full'],
    [system('EDQUOT'), 'disk-full'],
    [system('EROFS'), 'disk-full'],
    [system('EACCES'), 'place-forbidden'],
    [sqlite(13), 'disk-full'], // FULL
    [sqlite(778), 'disk-full'], // IOERR_WRITE
    [sqlite(1034), 'disk-full'], // IOERR_FSYNC
    [sqlite(4874), 'disk-full'], // IOERR_SHMSIZE
    [sqlite(266), 'store-damaged'], // IOERR_READ
    [sqlite(522), 'store-damaged'], // IOERR_SHORT_READ
    [sqlite(11), 'store-damaged'], // CORRUPT
    [sqlite(267), 'store-damaged'], // CORRUPT_VTAB
    [sqlite(26), 'store-damaged'], // NOTADB
    [sqlite(5), 'vault-in-use'], // BUSY
  ]
  for (const [error, code] of meanings) {
    const number = 'errcode' in error ? ` ${String(error.errcode)}` : ''
    it(`(${error.message}${number}) becomes '${code}', with its cause`, () => {
      const found = diskFault(error) as Fault
      assert.equal(found.code, code)
      assert.equal(found.cause, error)
      assert.ok(found.remedy)
    })
  }
  it('is passed on when it is something else', () => {
    for (const other of [new Error('mine'), system('EPIPE'), sqlite(19), 'text', undefined]) {
      assert.equal(diskFault(other), other)
    }
  })
})

describe('a vault on a disk that fills', () => {
  it('refuses what does not fit, whole, and keeps and reads all that was acknowledged', async (t) => {
    const { vault, dir, options } = newVault(t, { maxBytes: 1_000_000 })
    const written = writeUntilFull(vault)
    assert.ok(written > 3)
    checkAll(vault, written)
    assert.equal(writeUntilFull(vault, written), written, 'it is still full')
    assert.equal(vault.isReadOnly, false)
    assert.equal((await vault.integrityCheck()).ok, true)
    vault.close()

    const later = openVault(dir, options).unlock(PASSPHRASE)
    checkAll(later, written)
    later.store.map('m').set('room', utf8('was made'))
    later.close()
  })

  it('lets nothing slip out of a transaction that met the full disk and went on', (t) => {
    const { vault } = newVault(t, { maxBytes: 300_000 })
    vault.store.map('m').set('before', utf8('one'))
    assert.throws(
      () =>
        vault.store.transaction(() => {
          vault.store.map('m').set('inside', utf8('two'))
          assert.throws(() => vault.store.series('s').set(sub(0), new Uint8Array(1_000_000)), full)
          assert.throws(() => vault.store.map('m').set('after', utf8('three')), full)
        }),
      full,
    )
    assert.deepEqual(vault.store.map('m').entries(), [['before', utf8('one')]])
    vault.store.map('m').set('later', utf8('four'))
    assert.equal(vault.store.map('m').entries().length, 2)
  })

  it('a real one: is opened, read, and written again once there is room', async (t) => {
    const { options, beside } = place(t)
    const disk = smallDisk(t, 8)
    if (disk === undefined) return
    const dir = join(disk, 'home')
    const vault = createVault(dir, PASSPHRASE, options)
    writeFileSync(join(disk, 'ballast'), new Uint8Array(5_500_000))
    const written = writeUntilFull(vault)
    assert.ok(written > 3)
    checkAll(vault, written)
    assert.throws(() => vault.changePassphrase(PASSPHRASE, 'a new passphrase'), full)
    rmSync(join(disk, 'ballast'))
    vault.store.map('m').set('room', utf8('was made'))
    const locked = vault.lock()
    fillUp(disk)
    assert.equal(statfsSync(disk).bfree, 0)

    const again = locked.unlock(PASSPHRASE)
    checkAll(again, written)
    assert.throws(() => again.store.series('log').set(sub(0), new Uint8Array(100_000)), full)
    assert.throws(() => createVault(join(disk, 'second'), PASSPHRASE, options), full)
    assert.deepEqual(existsSync(join(disk, 'second', 'vault.json')), false)
    await assert.rejects(again.backup(beside('backup')), full, 'it takes room for a second connection')
    rmSync(join(disk, 'filler'))
    again.store.map('m').set('room', utf8('was made again'))
    again.close()
    const last = openVault(dir, options).unlock(PASSPHRASE)
    checkAll(last, written)
    await last.backup(beside('backup'))
    assert.equal((await last.integrityCheck()).ok, true)
    last.close()
  })

  it('that holds the backup: the backup fails alone', async (t) => {
    const { vault } = newVault(t)
    const disk = smallDisk(t, 1)
    if (disk === undefined) return
    for (let i = 0; i < 3; i++) vault.store.series('s').set(sub(i), new Uint8Array(1_000_000))
    await assert.rejects(vault.backup(join(disk, 'backup')), full)
    assert.deepEqual(filesOf(disk), [])
    assert.equal(vault.store.series('s').count(), 3)
  })
})
