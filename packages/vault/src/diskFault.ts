/** Turns what SQLite and the file system throw into faults (spec §12.8). */
import { diskFull, placeForbidden, storeDamaged, vaultInUse } from './faults.ts'

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
}

/** Extended codes of SQLITE_IOERR that say the file is damaged: READ, SHORT_READ, DATA, CORRUPTFS. */
const DAMAGED_READS = new Set([266, 522, 8202, 8458])

const FULL_DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EFBIG'])
const FORBIDDEN_CODES = new Set(['EACCES', 'EPERM'])

/** The fault that `cause` stands for, or `cause` itself when it is none of the disk's or the database's. */
export function diskFault(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause
  const { code, errcode } = cause as Error & { code?: unknown; errcode?: unknown }
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return sqliteFault(cause, errcode)
  if (typeof code === 'string' && FULL_DISK_CODES.has(code)) return diskFull(cause)
  if (typeof code === 'string' && FORBIDDEN_CODES.has(code)) return placeForbidden(cause)
  return cause
}

function sqliteFault(cause: Error, errcode: number): unknown {
  switch (errcode & 0xff) {
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return storeDamaged('The database of the vault is damaged.', cause)
    case SQLITE.ioError:
      return DAMAGED_READS.has(errcode)
        ? storeDamaged('The database of the vault cannot be read from the disk.', cause)
        : diskFull(cause)
    case SQLITE.full:
    case SQLITE.readOnly:
    case SQLITE.cannotOpen:
      return diskFull(cause)
    case SQLITE.busy:
    case SQLITE.locked:
      return vaultInUse(cause)
    default:
      return cause
  }
}
