/** Constants of the vault's files (spec §12): to change one is to make a new format. */

/** Key labels (spec §3.4). */
export const LABEL = {
  wrap: 'triode/v1/vault/wrap',
  nameTag: 'triode/v1/vault/name-tag',
  nameKey: 'triode/v1/vault/name-key',
  record: 'triode/v1/vault/record',
  mapKey: 'triode/v1/vault/map-key',
  backup: 'triode/v1/vault/backup',
  fileName: 'triode/v1/vault/file-name',
  fileId: 'triode/v1/vault/file-id',
} as const

/** What a logical name holds: the first byte that its tag covers (spec §12.3). */
export const KIND = { map: 0, series: 1 } as const
export type Kind = (typeof KIND)[keyof typeof KIND]

export const KEY_BYTES = 32
export const NONCE_BYTES = 12
export const TAG_BYTES = 16
/** Salt of the passphrase's stretching; SP 800-132 asks for at least 16. */
export const SALT_BYTES = 16
/** Random id of one life of a vault: new at creation and at each restore. */
export const INCARNATION_BYTES = 16

/** A name's row is padded to a multiple of this, so that its length tells little of the name (spec §12.3). */
export const NAME_PADDING_BYTES = 64
export const MAX_NAME_BYTES = 1_024
export const MAX_MAP_KEY_BYTES = 1_024
export const MAX_SUB_BYTES = 255
/** A record is read whole: 16 MiB bounds what one read can cost in memory. */
export const MAX_VALUE_BYTES = 16_777_216
/** A map record's place at rest: this much of a keyed hash; 2^64 keys before a collision is likely. */
export const MAP_SUB_BYTES = 16

/** "TRIO", as SQLite's application id. */
export const APPLICATION_ID = 0x5452494f

/** Files of a vault's folder (spec §12.1). */
export const FILE = {
  key: 'vault.json',
  database: 'vault.db',
  lock: 'vault.lock',
  tries: 'vault.tries',
  /** A folder: chunks of blobs (spec §15.6). */
  blobs: 'files',
} as const

/** Of a blob's name at rest, before base32. */
export const FILE_NAME_BYTES = 16

/** Plaintext bytes in each chunk of a backup but the last (spec §12.7). */
export const BACKUP_CHUNK_BYTES = 65_536
export const BACKUP_MAGIC = 'TRIODEBK'
export const BACKUP_VERSION = 1
export const MAX_BACKUP_HEADER_BYTES = 4_096
