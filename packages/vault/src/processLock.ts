/**
 * One process at a time (spec §12.1): an exclusive transaction on an empty SQLite file, held while the vault is open.
 * The kernel lets go of it when the process ends in any way, so a crash leaves no stale lock.
 * POSIX drops a process's locks on a file when it closes any descriptor of it: so nothing here, nor in a test,
 * opens that file or the database other than through SQLite while they are held.
 */
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { FILE } from './spec.ts'
import { createPrivateFile } from './privateFile.ts'
import { diskFault } from './diskFault.ts'

export class ProcessLock {
  private readonly database: DatabaseSync

  /** @throws Unavailable 'vault-in-use' | 'disk-full' */
  constructor(dir: string) {
    const path = join(dir, FILE.lock)
    try {
      createPrivateFile(path)
      this.database = new DatabaseSync(path, { timeout: 0 })
    } catch (cause) {
      throw diskFault(cause)
    }
    try {
      this.database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (cause) {
      this.database.close()
      throw diskFault(cause)
    }
  }

  /** Idempotent. */
  release(): void {
    if (this.database.isOpen) this.database.close()
  }
}
