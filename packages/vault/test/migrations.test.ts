import assert from 'node:assert/strict'
import { chmodSync, cpSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { CallerFault, IntegrityFault, equalBytes, utf8 } from '@triode/core'
import { type Vault, openVault, restoreVault } from '../src/index.ts'
import { MIGRATIONS, migrate, versionOf } from '../src/migrations.ts'
import { FIXTURE } from './fixtures/content.ts'
import { PASSPHRASE, fault, filesOf, newVault, place } from './place.ts'

const fixtures = join(import.meta.dirname, 'fixtures')

function check({ store }: Vault): void {
  for (const [key, value] of FIXTURE.map) assert.deepEqual(store.map('map').get(key), utf8(value))
  const series = FIXTURE.series.map(([sub, value]) => ({ sub, value: utf8(value) }))
  assert.deepEqual(store.series('series').range(), series)
}

describe('what an earlier release left', () => {
  const versions = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  it('is kept: a fixture for each version of the schema', () => {
    assert.ok(versions.length >= MIGRATIONS.length)
  })
  for (const { name } of versions) {
    it(`${name}: the vault opens, and is written on`, (t) => {
      const { dir, options } = place(t)
      cpSync(join(fixtures, name, 'home'), dir, { recursive: true })
      chmodSync(dir, 0o700)
      const vault = openVault(dir, options).unlock(FIXTURE.passphrase)
      check(vault)
      vault.store.map('new').set('a', utf8('one'))
      vault.close()
      const again = openVault(dir, options).unlock(FIXTURE.passphrase)
      check(again)
      again.close()
    })

    it(`${name}: the backup is restored`, async (t) => {
      const { dir, options } = place(t)
      const vault = await restoreVault(join(fixtures, name, 'backup'), dir, FIXTURE.passphrase, options)
      check(vault)
      vault.close()
    })
  }
})

describe('migrations', () => {
  const one = (database: DatabaseSync): void => database.exec('CREATE TABLE added (x)')
  const two = (database: DatabaseSync): void => database.exec('INSERT INTO added VALUES (1)')
  const broken = (database: DatabaseSync): void => {
    database.exec('INSERT INTO added VALUES (2)')
    database.exec('no SQL')
  }

  it('run in order, once each, from wherever the database is', () => {
    const database = new DatabaseSync(':memory:')
    migrate(database)
    assert.equal(versionOf(database), MIGRATIONS.length)
    migrate(database, [...MIGRATIONS, one])
    migrate(database, [...MIGRATIONS, one, two])
    migrate(database, [...MIGRATIONS, one, two])
    assert.equal(versionOf(database), MIGRATIONS.length + 2)
    assert.equal(database.prepare('SELECT count(*) AS n FROM added').get()?.['n'], 1)
  })

  it('leave the version before when one fails, whole', () => {
    const database = new DatabaseSync(':memory:')
    assert.throws(() => migrate(database, [...MIGRATIONS, one, broken]))
    assert.equal(versionOf(database), MIGRATIONS.length + 1)
    assert.equal(database.prepare('SELECT count(*) AS n FROM added').get()?.['n'], 0)
    migrate(database, [...MIGRATIONS, one, two])
    assert.equal(versionOf(database), MIGRATIONS.length + 2)
  })

  it('do not touch what a newer version wrote', (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    const path = join(dir, 'vault.db')
    const database = new DatabaseSync(path)
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}; CREATE TABLE later (x)`)
    database.close()
    const before = readFileSync(path)
    const files = filesOf(dir)
    const locked = openVault(dir, options)
    assert.throws(() => locked.unlock(PASSPHRASE), fault(CallerFault, 'vault-newer'))
    locked.close()
    assert.ok(equalBytes(readFileSync(path), before))
    assert.deepEqual(filesOf(dir), files)
  })

  it("do not touch another program's database", () => {
    const database = new DatabaseSync(':memory:')
    database.exec('PRAGMA user_version = 1')
    assert.throws(() => migrate(database), fault(IntegrityFault, 'store-damaged'))
  })
})
