import assert from 'node:assert/strict'
import {
  closeSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { IntegrityFault, equalBytes, utf8 } from '@triode/core'
import { openVault, restoreVault } from '../src/index.ts'
import { PASSPHRASE, fault, newVault, sub } from './place.ts'

const storeDamaged = fault(IntegrityFault, 'store-damaged')
const recordDamaged = fault(IntegrityFault, 'record-damaged')

/** Somebody who can write to the disk, while the vault is closed. */
function tamper(dir: string, sql: string): void {
  const database = new DatabaseSync(join(dir, 'vault.db'))
  database.exec(sql)
  database.close()
}

function filled(t: Parameters<typeof newVault>[0]) {
  const made = newVault(t)
  const { vault } = made
  vault.store.transaction(() => {
    for (let i = 0; i < 2_000; i++) vault.store.series('log').set(sub(i), new Uint8Array(300).fill(i))
    vault.store.map('m').set('a', utf8('one'))
    vault.store.map('n').set('a', utf8('two'))
  })
  return made
}

describe('a record that was changed on the disk', () => {
  const changes = {
    'a flipped bit': `UPDATE record SET value = CAST(substr(value, 1, 20) || x'00' || substr(value, 22) AS BLOB) WHERE sub = x'00000005'`,
    'a value moved to another sub-key': `UPDATE record SET value = (SELECT value FROM record WHERE sub = x'00000006') WHERE sub = x'00000005'`,
    'a record of another name': `UPDATE record SET value = (SELECT value FROM record WHERE name != 1 LIMIT 1) WHERE sub = x'00000005'`,
    'a value cut short': `UPDATE record SET value = x'00' WHERE sub = x'00000005'`,
  }
  for (const [what, sql] of Object.entries(changes)) {
    it(`(${what}) is refused, named by the check, and left out of a backup; the others stay`, async (t) => {
      const { vault, dir, beside, options } = filled(t)
      vault.close()
      tamper(dir, sql)
      const again = openVault(dir, options).unlock(PASSPHRASE)
      t.after(() => again.close())
      const log = again.store.series('log')
      assert.throws(() => log.get(sub(5)), recordDamaged)
      assert.throws(() => log.range(), recordDamaged)
      assert.deepEqual(log.get(sub(6)), new Uint8Array(300).fill(6))
      const report = await again.integrityCheck()
      assert.equal(report.ok, false)
      assert.equal(report.records, 2_001)
      assert.match(report.problems.join(), /record of name \d+ does not open/)
      assert.equal((await again.backup(beside('backup'))).damaged, 1)
      const restored = await restoreVault(beside('backup'), beside('new'), PASSPHRASE, options)
      assert.equal(restored.store.series('log').count(), 1_999)
      restored.close()
      log.set(sub(5), utf8('mended'))
      assert.deepEqual(log.get(sub(5)), utf8('mended'))
    })
  }

  it('(the rows of two names exchanged) opens under neither', (t) => {
    const { vault, dir, options } = filled(t)
    vault.close()
    tamper(dir, `UPDATE name SET id = -id; UPDATE name SET id = 5 + id`)
    const again = openVault(dir, options).unlock(PASSPHRASE)
    t.after(() => again.close())
    for (const name of ['m', 'n']) {
      let value: unknown
      try {
        value = again.store.map(name).get('a')
      } catch (error) {
        recordDamaged(error)
      }
      assert.equal(value, undefined)
    }
  })

  it('(a name row changed) is refused', (t) => {
    const { vault, dir, options } = filled(t)
    vault.close()
    tamper(
      dir,
      `UPDATE name SET wrapped_key = CAST(substr(wrapped_key, 1, 30) || x'0000' || substr(wrapped_key, 33) AS BLOB)`,
    )
    const again = openVault(dir, options).unlock(PASSPHRASE)
    t.after(() => again.close())
    assert.throws(() => again.store.map('m').get('a'), recordDamaged)
    assert.throws(() => again.store.map('m').set('a', utf8('x')), recordDamaged)
  })
})

describe('a database that is damaged', () => {
  it('at its head, or missing, is refused and left as it is', (t) => {
    const { vault, dir, options } = filled(t)
    vault.close()
    const path = join(dir, 'vault.db')
    const whole = readFileSync(path)
    const damages = [
      Buffer.alloc(whole.length, 7),
      Buffer.from('not a database, but long enough to be looked at'.repeat(20)),
    ]
    for (const bytes of damages) {
      writeFileSync(path, bytes)
      const locked = openVault(dir, options)
      assert.throws(() => locked.unlock(PASSPHRASE), storeDamaged)
      locked.close()
      assert.ok(equalBytes(readFileSync(path), bytes))
    }
    rmSync(path)
    const locked = openVault(dir, options)
    assert.throws(() => locked.unlock(PASSPHRASE), storeDamaged)
    writeFileSync(path, whole)
    locked.unlock(PASSPHRASE).close()
  })

  it('emptied is refused: a vault that has a key file has a database', (t) => {
    const { vault, dir, options } = filled(t)
    vault.close()
    writeFileSync(join(dir, 'vault.db'), '')
    const locked = openVault(dir, options)
    assert.throws(() => locked.unlock(PASSPHRASE), storeDamaged)
    locked.close()
  })

  it('inside is found when met; from then on it is read-only, and what is whole can be saved', async (t) => {
    const { vault, dir, beside, options } = filled(t)
    vault.close()
    const path = join(dir, 'vault.db')
    const pages = statSync(path).size / 4_096
    const fd = openSync(path, 'r+')
    for (let page = Math.floor(pages / 2); page < Math.floor(pages / 2) + 8; page++) {
      writeSync(fd, new Uint8Array(4_096).fill(0xee), 0, 4_096, page * 4_096)
    }
    closeSync(fd)
    const again = openVault(dir, options).unlock(PASSPHRASE)
    t.after(() => again.close())
    const { store } = again
    const report = await again.integrityCheck()
    assert.equal(report.ok, false)
    assert.throws(() => store.series('log').range(), storeDamaged)
    assert.equal(again.isReadOnly, true)
    assert.throws(() => store.series('log').set(sub(0), utf8('x')), storeDamaged)
    assert.throws(() => store.transaction(() => {}), storeDamaged)
    assert.deepEqual(store.map('m').get('a'), utf8('one'))
    await again.backup(beside('backup')).catch(storeDamaged)
  })

  it('cut short is found', async (t) => {
    const { vault, dir, options } = filled(t)
    vault.close()
    const path = join(dir, 'vault.db')
    truncateSync(path, Math.floor(statSync(path).size / 8_192) * 4_096)
    const locked = openVault(dir, options)
    t.after(() => locked.close())
    try {
      const again = locked.unlock(PASSPHRASE)
      t.after(() => again.close())
      assert.equal((await again.integrityCheck()).ok, false)
    } catch (error) {
      storeDamaged(error)
    }
  })
})
