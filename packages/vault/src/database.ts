/** One connection to the vault's database: settings, prepared statements, transactions, faults. Knows nothing of keys. */
import { existsSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { CACHE_KIB, CHECKPOINT_PAGES, SCRUB_IDLE_MS, WAL_KEEP_BYTES } from './tuning.ts'
import { DURABILITY, IntegrityFault, Unavailable, type Durability } from '@triode/core'
import { diskFault } from './diskFault.ts'
import { diskFull, storeDamaged, storeLocked } from './faults.ts'
import { createPrivateFile } from './privateFile.ts'
import { Snapshot } from './snapshot.ts'
import { migrate, refuseNewer, versionOf } from './migrations.ts'

export interface DatabaseOptions {
  /** The database refuses to grow beyond this many bytes, as if the disk were full. */
  readonly maxBytes?: number
  /** Makes the file when there is none; otherwise a missing file is damage. */
  readonly create?: boolean
}

/** SQLite's default; the files of every machine have the same. */
const PAGE_BYTES = 4_096

/** A row as an array of columns. */
export type Row = readonly unknown[]

export class Database {
  readonly path: string
  private readonly handle: DatabaseSync
  /** Opened on a full disk: no second connection is possible. */
  private readonly exclusive: boolean
  private readonly statements = new Map<string, StatementSync>()
  private readonly onRollback: (() => void)[] = []
  private depth = 0
  /** The error that ended the running transaction inside SQLite: nothing more may be written in it. */
  private doomed: Error | undefined
  private damage: IntegrityFault | undefined
  private scrubWanted = false
  private idleTimer: NodeJS.Timeout | undefined
  /** What the running transaction, or one nested in it, was asked for. */
  private wanted: Durability = DURABILITY.now
  /** What SQLite is set to. */
  private set: Durability = DURABILITY.now

  /** @throws Unavailable 'disk-full'; IntegrityFault 'store-damaged'; CallerFault 'vault-newer' */
  constructor(path: string, options: DatabaseOptions = {}) {
    this.path = path
    if (options.create === true) createPrivateFile(path)
    else if (!existsSync(path)) throw storeDamaged('The database of the vault is missing.')
    const { handle, exclusive } = connect(path, options)
    this.handle = handle
    this.exclusive = exclusive
  }

  /** Whether damage was met: from then on nothing is written, reading goes on. */
  get isDamaged(): boolean {
    return this.damage !== undefined
  }

  get inTransaction(): boolean {
    return this.depth > 0
  }

  /** Called after any rollback, of an inner transaction too. */
  afterRollback(listener: () => void): void {
    this.onRollback.push(listener)
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    const statement = this.statement(sql)
    try {
      return statement.get(...values) as Row | undefined
    } catch (cause) {
      throw this.fault(cause)
    }
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    const statement = this.statement(sql)
    try {
      return statement.all(...values) as unknown as Row[]
    } catch (cause) {
      throw this.fault(cause)
    }
  }

  /** Inside a transaction only. */
  run(sql: string, ...values: SQLInputValue[]): void {
    this.checkTransaction()
    const statement = this.statement(sql)
    try {
      statement.run(...values)
    } catch (cause) {
      throw this.fault(cause)
    }
  }

  /** See Store.transaction. A nested call that throws undoes its own writes only. */
  transaction<T>(work: () => T, durability: Durability = DURABILITY.now): T {
    if (!this.handle.isOpen) throw storeLocked()
    if (this.damage !== undefined) throw this.damage
    const nested = this.depth > 0
    if (nested) this.checkTransaction()
    else this.syncAtCommit(durability)
    if (!nested || durability === DURABILITY.now) this.wanted = durability
    this.control(nested ? 'SAVEPOINT inner' : 'BEGIN IMMEDIATE')
    this.depth++
    try {
      const result = work()
      if (result instanceof Promise) throw new TypeError('The work of a transaction must be synchronous.')
      this.checkTransaction()
      this.control(nested ? 'RELEASE inner' : 'COMMIT')
      if (!nested) this.keepPromise()
      return result
    } catch (cause) {
      this.rollback(nested)
      throw cause
    } finally {
      this.depth--
      if (!nested) {
        this.doomed = undefined
        this.tidy()
        this.scrubWhenIdle()
      }
    }
  }

  /** Asks that what was deleted leaves the write-ahead log too, as soon as the running transaction is over. */
  scrub(): void {
    this.scrubWanted = true
  }

  /** The database as of now, to be read while this connection goes on. The caller disposes of it. */
  snapshot(): Snapshot {
    if (!this.handle.isOpen) throw storeLocked()
    if (this.exclusive) throw diskFull(new Error('opened on a full disk, for one connection only'))
    return new Snapshot(this.path)
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.idleTimer)
    this.statements.clear()
    if (this.handle.isOpen) this.handle.close()
  }

  /** Does what `scrub` asked for, if a transaction or a snapshot was in the way. */
  tidy(): void {
    if (!this.scrubWanted || this.depth > 0 || !this.handle.isOpen) return
    try {
      const [busy] = this.get('PRAGMA wal_checkpoint(TRUNCATE)') ?? []
      this.scrubWanted = busy !== 0
    } catch {
      // The transaction is durable already. A full disk or a reader may hold this up: the next one tries again.
    }
  }

  /** SQLite takes this between transactions only. */
  private syncAtCommit(durability: Durability): void {
    if (this.set === durability) return
    this.pragma(`synchronous = ${durability === DURABILITY.now ? 'FULL' : 'NORMAL'}`)
    this.set = durability
  }

  /** A nested transaction wanted more than the one around it: syncs by writing again what is there. */
  private keepPromise(): void {
    if (this.wanted === this.set) return
    this.syncAtCommit(this.wanted)
    const [version] = this.get('PRAGMA user_version') ?? []
    this.pragma(`user_version = ${Number(version)}`)
  }

  /** Not kept as a statement: SQLite acts on some of these while it prepares them. */
  private pragma(setting: string): void {
    try {
      this.handle.exec(`PRAGMA ${setting}`)
    } catch (cause) {
      throw this.fault(cause)
    }
  }

  /** What was replaced, used keys among it, is not to stay in the log until so much is written that it is reused. */
  private scrubWhenIdle(): void {
    clearTimeout(this.idleTimer)
    if (!this.handle.isOpen) return
    this.idleTimer = setTimeout(() => {
      this.scrub()
      this.tidy()
    }, SCRUB_IDLE_MS).unref()
  }

  private statement(sql: string): StatementSync {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    if (!this.handle.isOpen) throw storeLocked()
    try {
      const statement = this.handle.prepare(sql)
      this.statements.set(sql, statement)
      return statement
    } catch (cause) {
      throw this.fault(cause)
    }
  }

  private control(sql: string): void {
    const statement = this.statement(sql)
    try {
      statement.run()
    } catch (cause) {
      throw this.fault(cause)
    }
  }

  private checkTransaction(): void {
    if (this.doomed !== undefined) throw this.doomed
    if (this.depth === 0) throw new Error('a write outside a transaction')
    if (!this.handle.isOpen) throw storeLocked()
  }

  private rollback(nested: boolean): void {
    if (this.handle.isOpen && this.handle.isTransaction) {
      if (nested) this.handle.exec('ROLLBACK TO inner; RELEASE inner')
      else this.handle.exec('ROLLBACK')
    }
    for (const listener of this.onRollback) listener()
  }

  /** After some errors (a full disk) SQLite has rolled back all by itself: then the whole transaction has failed. */
  private fault(cause: unknown): Error {
    const fault = asError(diskFault(cause))
    if (this.depth > 0 && this.handle.isOpen && !this.handle.isTransaction) this.doomed = fault
    if (fault instanceof IntegrityFault) this.damage ??= fault
    return fault
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('the database failed', { cause })
}

function connect(path: string, options: DatabaseOptions): { handle: DatabaseSync; exclusive: boolean } {
  try {
    return { handle: prepared(path, options, false), exclusive: false }
  } catch (cause) {
    const fault = diskFault(cause)
    if (!(fault instanceof Unavailable) || options.create === true) throw fault
  }
  // A full disk has no room for the shared-memory file: with an exclusive lock SQLite does without (spec §12.8).
  try {
    return { handle: prepared(path, options, true), exclusive: true }
  } catch (cause) {
    throw diskFault(cause)
  }
}

function prepared(path: string, options: DatabaseOptions, exclusive: boolean): DatabaseSync {
  const database = new DatabaseSync(path, {
    timeout: 0,
    returnArrays: true,
    enableForeignKeyConstraints: false,
  })
  try {
    if (exclusive) database.exec('PRAGMA locking_mode = EXCLUSIVE')
    refuseNewer(database)
    if (options.create !== true && versionOf(database) === 0) {
      throw storeDamaged('The database of the vault is empty.')
    }
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA journal_size_limit = ${WAL_KEEP_BYTES};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;
    `)
    if (options.maxBytes !== undefined) {
      database.exec(`PRAGMA max_page_count = ${Math.ceil(options.maxBytes / PAGE_BYTES)}`)
    }
    migrate(database)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}
