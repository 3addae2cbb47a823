/** The database's schema, one numbered step after the other (spec §12.4). A step once released is never changed. */
import type { DatabaseSync } from 'node:sqlite'
import { APPLICATION_ID } from './spec.ts'
import { storeDamaged, vaultNewer } from './faults.ts'

export type Migration = (database: DatabaseSync) => void

/** Step n brings a database from version n to n + 1. */
export const MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.exec(`
      CREATE TABLE name (id INTEGER PRIMARY KEY, tag BLOB NOT NULL UNIQUE, wrapped_key BLOB NOT NULL) STRICT;
      CREATE TABLE record (name INTEGER NOT NULL, sub BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name, sub))
        STRICT, WITHOUT ROWID;
      PRAGMA application_id = ${APPLICATION_ID};
    `)
  },
]

/** Before anything is written. @throws CallerFault 'vault-newer' */
export function refuseNewer(database: DatabaseSync, migrations: readonly Migration[] = MIGRATIONS): void {
  if (versionOf(database) > migrations.length) throw vaultNewer()
}

/**
 * Brings the database up to date, each step in a transaction of its own: a crash leaves a whole version.
 * @throws CallerFault 'vault-newer'; IntegrityFault 'store-damaged' when it is not a vault's database
 */
export function migrate(database: DatabaseSync, migrations: readonly Migration[] = MIGRATIONS): void {
  refuseNewer(database, migrations)
  const found = versionOf(database)
  if (found > 0 && pragma(database, 'application_id') !== APPLICATION_ID) {
    throw storeDamaged('The database in this folder is not a vault.')
  }
  for (const [from, step] of migrations.entries()) if (from >= found) runStep(database, step, from + 1)
}

export function versionOf(database: DatabaseSync): number {
  return pragma(database, 'user_version')
}

function runStep(database: DatabaseSync, step: Migration, version: number): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    step(database)
    database.exec(`PRAGMA user_version = ${version}`)
    database.exec('COMMIT')
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw cause
  }
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
}
