/** A second, read-only connection: the database as of one moment, while the first goes on writing. */
import { DatabaseSync } from 'node:sqlite'
import { diskFault } from './diskFault.ts'

export class Snapshot {
  readonly handle: DatabaseSync

  /** @throws Unavailable 'disk-full' | 'vault-in-use'; IntegrityFault 'store-damaged' */
  constructor(path: string) {
    try {
      this.handle = new DatabaseSync(path, { readOnly: true, returnArrays: true, timeout: 0 })
      // The first read, not BEGIN, fixes the moment.
      this.handle.exec('BEGIN; SELECT count(*) FROM sqlite_schema')
    } catch (cause) {
      throw diskFault(cause)
    }
  }

  /** What SQLite finds wrong with its own structures, and records that belong to no name. */
  structuralProblems(): string[] {
    try {
      const rows = this.handle.prepare('PRAGMA integrity_check(20)').all() as unknown as [string][]
      const found = rows.map(([line]) => line).filter((line) => line !== 'ok')
      const [orphans] = this.handle.prepare(ORPHANS).get() as unknown as [number]
      if (orphans > 0) found.push(`${orphans} records belong to no name`)
      return found
    } catch (cause) {
      throw diskFault(cause)
    }
  }

  /** Idempotent. */
  [Symbol.dispose](): void {
    if (this.handle.isOpen) this.handle.close()
  }
}

const ORPHANS = 'SELECT count(*) FROM record WHERE name NOT IN (SELECT id FROM name)'
