/** The life of a vault (spec §12): made, opened, unlocked, locked. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { BlobStore, Store } from '@triode/core'
import { Backup, type BackupReport, type BackupSource, writeBackup } from './backup.ts'
import { type IntegrityReport, checkIntegrity } from './integrity.ts'
import { databaseFiles, Home, type VaultOptions, wantedKdf } from './home.ts'
import { type Kdf, defaultLike, isWeaker } from './kdf.ts'
import { type VaultSecret, type Wrap, unwrapSecret } from './wrap.ts'
import { checkNewPassphrase, normalisePassphrase } from './passphrase.ts'
import { passphraseWrong, storeLocked, vaultNotLocked } from './faults.ts'
import type { ChunkExecutor } from './blobs/chunkJob.ts'
import { DiskBlobStore } from './blobs/diskBlobStore.ts'
import { FILE } from './spec.ts'
import type { Database } from './database.ts'
import { Keyring } from './keyring.ts'
import type { WrongTries } from './tries.ts'
import { SealedStore } from './sealedStore.ts'

export type { VaultOptions } from './home.ts'

/**
 * Makes a vault in `dir`, which is created when missing; other files there are left alone. Unlocked on return.
 * @throws CallerFault 'vault-exists' | 'passphrase-weak' | 'passphrase-too-long'; Unavailable 'vault-in-use' | 'disk-full'
 */
export function createVault(dir: string, passphrase: string, options: VaultOptions): Vault {
  const normal = checkNewPassphrase(passphrase)
  const home = Home.make(dir, options, 'free')
  let database: Database | undefined
  try {
    database = home.openDatabase(true)
    const secret = home.newSecret(0)
    home.save(secret, normal, wantedKdf(options))
    return new Vault(home, database, secret)
  } catch (cause) {
    database?.close()
    home.discard()
    throw cause
  }
}

/**
 * Takes hold of the vault in `dir` for this process, without its keys.
 * @throws CallerFault 'vault-absent' | 'vault-newer'; Unavailable 'vault-in-use'; IntegrityFault 'store-damaged'
 */
export function openVault(dir: string, options: VaultOptions): LockedVault {
  return new LockedVault(Home.open(dir, options))
}

/** A vault that this process holds, with no key in memory. */
export class LockedVault {
  private readonly home: Home
  private state: 'locked' | 'unlocked' | 'closed' = 'locked'

  /** Only for createVault, openVault and Vault.lock. */
  constructor(home: Home) {
    this.home = home
  }

  get dir(): string {
    return this.home.dir
  }

  /** Milliseconds until the next passphrase may be tried. */
  get waitMs(): number {
    return this.home.tries.waitMs
  }

  /**
   * Opens the vault. Blocks for as long as the passphrase takes to stretch. Stretching that has become too cheap is raised.
   * @throws CallerFault 'passphrase-wrong' | 'passphrase-empty' | 'vault-newer'; Unavailable 'too-many-attempts' | 'disk-full';
   *   IntegrityFault 'store-damaged'
   */
  unlock(passphrase: string): Vault {
    if (this.state !== 'locked') throw vaultNotLocked()
    const normal = normalisePassphrase(passphrase)
    const wrap = this.home.readWrap()
    const secret = tryPassphrase(this.home, wrap, normal)
    raise(this.home, wrap.kdf, secret, normal)
    const vault = openStore(this.home, secret, wrap.salt)
    this.state = 'unlocked'
    return vault
  }

  /** How the passphrase is stretched. */
  get kdfName(): Kdf['name'] {
    return this.home.readWrap().kdf.name
  }

  /** Lets another process have the vault. Idempotent. */
  close(): void {
    if (this.state === 'locked') this.home.release()
    this.state = 'closed'
  }
}

/** An unlocked vault. After `lock` or `close` every use of it throws Unavailable 'store-locked'. */
export class Vault {
  readonly store: Store
  /** 16 random bytes: new at creation and at each restore, so that a restored device starts new feeds. */
  readonly incarnation: Uint8Array
  /** How many restores lie between the first creation and now. */
  readonly restoredCount: number
  private readonly home: Home
  private readonly database: Database
  private readonly ring: Keyring
  private blobStore: DiskBlobStore | undefined

  /** Salt of the key file as it was when it opened this vault; undefined for one that was made or restored just now. */
  readonly openedSalt: Uint8Array | undefined

  /** Only for createVault, LockedVault and restoreVault. Takes over `secret.master`. */
  constructor(home: Home, database: Database, secret: VaultSecret, openedSalt?: Uint8Array) {
    this.home = home
    this.openedSalt = openedSalt
    this.database = database
    this.ring = new Keyring(secret.master, home.options.primitives, home.options.random)
    this.store = new SealedStore(database, this.ring)
    this.incarnation = secret.incarnation
    this.restoredCount = secret.restoredCount
  }

  get dir(): string {
    return this.home.dir
  }

  /** The folder in which chunks of files lie. */
  get blobsDir(): string {
    return join(this.dir, FILE.blobs)
  }

  /** Damage was met: the vault can be read and backed up, but no longer be written. */
  get isReadOnly(): boolean {
    return this.database.isDamaged
  }

  /** How the passphrase is stretched. */
  get kdfName(): Kdf['name'] {
    return this.home.readWrap().kdf.name
  }

  /** Salt of the key file, another one after each change of passphrase. @throws IntegrityFault 'store-damaged' */
  get keySalt(): Uint8Array {
    return this.home.readWrap().salt
  }

  /** Bytes that the database takes of the disk. */
  get databaseBytes(): number {
    const sizes = databaseFiles(this.dir).map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0)
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /**
   * Files of any size, beside the database, as sealed chunks (spec §15.6). One store for as long as the vault is unlocked.
   * @param executor does the work on chunks; the first one given
   */
  blobs(executor: ChunkExecutor): BlobStore {
    if (this.ring.isEvicted) throw storeLocked()
    this.blobStore ??= new DiskBlobStore(this.blobsDir, this.ring, executor)
    return this.blobStore
  }

  /**
   * Whether this is the passphrase; counts as a try.
   * @throws CallerFault 'passphrase-wrong' | 'passphrase-empty'; Unavailable 'too-many-attempts'
   */
  checkPassphrase(passphrase: string): void {
    if (this.ring.isEvicted) throw storeLocked()
    tryPassphrase(this.home, this.home.readWrap(), normalisePassphrase(passphrase)).master.fill(0)
  }

  /** Wrong passphrases since `wrongTriesTold`, also those given while the vault was locked. */
  get wrongTries(): WrongTries | undefined {
    return this.home.tries.untold
  }

  /** They are entered where the owner finds them. @throws Unavailable 'disk-full' */
  wrongTriesTold(): void {
    this.home.tries.told()
  }

  /** Evicts every key from memory and closes the database; this process keeps holding the vault. */
  lock(): LockedVault {
    if (this.ring.isEvicted) throw storeLocked()
    this.evict()
    return new LockedVault(this.home)
  }

  /** Locks, and lets another process have the vault. Idempotent. */
  close(): void {
    if (this.ring.isEvicted) return
    this.evict()
    this.home.release()
  }

  /**
   * The old passphrase opens nothing from then on, save copies made before.
   * @throws CallerFault 'passphrase-wrong' | 'passphrase-weak'; Unavailable 'too-many-attempts' | 'disk-full'
   */
  changePassphrase(old: string, next: string): void {
    if (this.ring.isEvicted) throw storeLocked()
    const normalNext = checkNewPassphrase(next)
    const wrap = this.home.readWrap()
    const secret = tryPassphrase(this.home, wrap, normalisePassphrase(old))
    try {
      const wanted = wantedKdf(this.home.options)
      this.home.save(secret, normalNext, isWeaker(wanted, wrap.kdf) ? wrap.kdf : wanted)
    } finally {
      secret.master.fill(0)
    }
  }

  /**
   * Writes everything stored, as of now, into one encrypted file (spec §12.7); the vault may be used meanwhile. `file` appears
   * whole or not at all, and replaces an older one. Opens with `passphrase`, or without one with the vault's own of today.
   * @throws CallerFault 'passphrase-weak'; Unavailable 'disk-full' | 'store-locked'
   */
  async backup(file: string, passphrase?: string): Promise<BackupReport> {
    return await writeBackup(this.backupSource(), file, passphrase)
  }

  /**
   * As `backup`, of what is stored now, but written later to whoever takes its bytes; to be disposed of in any case.
   * @throws CallerFault 'passphrase-weak'; Unavailable 'disk-full' | 'store-locked'
   */
  beginBackup(passphrase?: string): Backup {
    return new Backup(this.backupSource(), passphrase)
  }

  /** Reads and opens everything stored. Damage is reported, not thrown. @throws Unavailable 'store-locked' */
  async integrityCheck(): Promise<IntegrityReport> {
    if (this.ring.isEvicted) throw storeLocked()
    try {
      return await checkIntegrity(this.database, this.ring)
    } finally {
      this.database.tidy()
    }
  }

  private backupSource(): BackupSource {
    if (this.ring.isEvicted) throw storeLocked()
    const { home, database, ring, incarnation, restoredCount } = this
    return { home, database, ring, incarnation, restoredCount }
  }

  private evict(): void {
    // What is being written of a file is written to its end; files are closed then.
    this.blobStore?.lock().catch(() => {})
    this.ring.evict()
    this.database.close()
  }
}

function tryPassphrase(home: Home, wrap: Wrap, normal: string): VaultSecret {
  home.tries.begin()
  const secret = unwrapSecret(wrap, normal, home.sealer, home.options.primitives)
  if (secret === undefined) throw passphraseWrong(home.tries.waitMs)
  home.tries.succeeded()
  return secret
}

/** Keeps up with rising defaults. It is no reason to stay locked when that can't be written now. */
function raise(home: Home, stored: Kdf, secret: VaultSecret, normal: string): void {
  const wanted = home.options.kdf ?? defaultLike(stored)
  if (!isWeaker(stored, wanted)) return
  try {
    home.save(secret, normal, wanted)
  } catch {
    // At the next unlock.
  }
}

function openStore(home: Home, secret: VaultSecret, salt: Uint8Array): Vault {
  try {
    return new Vault(home, home.openDatabase(), secret, salt)
  } catch (cause) {
    secret.master.fill(0)
    throw cause
  }
}
