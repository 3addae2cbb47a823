/** A vault's folder while this process holds it (spec §12.1): lock, tries, key file, database. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock, Primitives, Random } from '@triode/core'
import { FILE, INCARNATION_BYTES, KEY_BYTES, SALT_BYTES } from './spec.ts'
import { type Kdf, KDF_ARGON2ID } from './kdf.ts'
import { type VaultSecret, type Wrap, wrapSecret } from './wrap.ts'
import { readKeyFile, writeKeyFile, writeUnfinished } from './keyFile.ts'
import { placeNotEmpty, storeDamaged, vaultAbsent, vaultExists } from './faults.ts'
import { hasOnlyBlobs, wipeBlobs } from './blobs/diskBlobStore.ts'
import { Database } from './database.ts'
import { ProcessLock } from './processLock.ts'
import { Sealer } from './sealer.ts'
import { Tries } from './tries.ts'
import { diskFault } from './diskFault.ts'
import { makeFolder } from './makeFolder.ts'
import { syncFolder } from './durableFile.ts'

export interface VaultOptions {
  readonly primitives: Primitives
  readonly random: Random
  readonly clock: Clock
  /** How new passphrases are stretched; what was stored weaker is raised at unlock. Default KDF_ARGON2ID. */
  readonly kdf?: Kdf
  /** The database refuses to grow beyond this many bytes, as if the disk were full. Default: the disk's size. */
  readonly maxBytes?: number
}

export class Home {
  readonly dir: string
  readonly options: VaultOptions
  readonly sealer: Sealer
  readonly tries: Tries
  private readonly lock: ProcessLock

  private constructor(dir: string, options: VaultOptions, lock: ProcessLock) {
    this.dir = dir
    this.options = options
    this.lock = lock
    this.sealer = new Sealer(options.primitives, options.random)
    this.tries = new Tries(dir, options.clock, options.primitives)
  }

  /** @throws CallerFault 'vault-absent' | 'vault-newer'; Unavailable 'vault-in-use'; IntegrityFault 'store-damaged' */
  static open(dir: string, options: VaultOptions): Home {
    requireVault(dir, options.primitives)
    return Home.locked(dir, options)
  }

  /**
   * Makes the folder and marks it as unfinished until `save`.
   * @throws CallerFault 'vault-exists' | 'place-not-empty' | 'place-not-folder'; Unavailable 'vault-in-use' | 'disk-full'
   */
  static make(dir: string, options: VaultOptions, place: Place): Home {
    requireFree(dir, options.primitives, place)
    makeFolder(dir)
    const home = Home.locked(dir, options)
    try {
      requireFree(dir, options.primitives, place)
      writeUnfinished(dir)
      removeDatabase(dir)
      // Of a vault that is no more.
      wipeBlobs(join(dir, FILE.blobs))
      // So that its room is there when the disk is full.
      home.tries.succeeded()
      syncFolder(dirname(dir))
      return home
    } catch (cause) {
      home.release()
      throw diskFault(cause)
    }
  }

  readWrap(): Wrap {
    return requireVault(this.dir, this.options.primitives)
  }

  /** Durable on return. @throws Unavailable 'disk-full' */
  save(secret: VaultSecret, passphrase: string, kdf: Kdf): void {
    const { primitives, random } = this.options
    const salt = random.bytes(SALT_BYTES)
    writeKeyFile(this.dir, wrapSecret(secret, passphrase, kdf, salt, this.sealer, primitives), primitives)
  }

  openDatabase(create = false): Database {
    const { maxBytes } = this.options
    const path = join(this.dir, FILE.database)
    return new Database(path, maxBytes === undefined ? { create } : { create, maxBytes })
  }

  /** Fresh keys and a fresh life. */
  newSecret(restoredCount: number): VaultSecret {
    const { random } = this.options
    const master = Uint8Array.from(random.bytes(KEY_BYTES))
    return { master, incarnation: Uint8Array.from(random.bytes(INCARNATION_BYTES)), restoredCount }
  }

  /** Takes back what `make` began. */
  discard(): void {
    removeDatabase(this.dir)
    for (const file of [FILE.tries, FILE.key]) rmSync(join(this.dir, file), { force: true })
    this.release()
    rmSync(join(this.dir, FILE.lock), { force: true })
  }

  release(): void {
    this.lock.release()
  }

  private static locked(dir: string, options: VaultOptions): Home {
    const lock = new ProcessLock(dir)
    try {
      return new Home(dir, options, lock)
    } catch (cause) {
      lock.release()
      throw cause
    }
  }
}

/** What a passphrase that protects something new is stretched with. */
export function wantedKdf({ kdf = KDF_ARGON2ID }: VaultOptions): Kdf {
  return kdf
}

/** Files of the database, as SQLite names them. */
export function databaseFiles(dir: string): string[] {
  return ['', '-wal', '-shm', '-journal'].map((suffix) => join(dir, FILE.database + suffix))
}

function removeDatabase(dir: string): void {
  for (const file of databaseFiles(dir)) rmSync(file, { force: true })
}

function requireVault(dir: string, primitives: Primitives): Wrap {
  const found = readKeyFile(dir, primitives)
  if (found.state === 'ready') return found.wrap
  if (found.state === 'absent' && existsSync(join(dir, FILE.database))) {
    throw storeDamaged('The key file of the vault is missing.')
  }
  throw vaultAbsent()
}

/** `free`: no vault there, other files may be; else nothing but files of these names and what an unfinished attempt left. */
export type Place = 'free' | { readonly butFor: readonly string[] }

function requireFree(dir: string, primitives: Primitives, place: Place): void {
  const found = readKeyFile(dir, primitives)
  if (found.state === 'ready') throw place === 'free' ? vaultExists() : placeNotEmpty()
  const unfinished = found.state === 'unfinished'
  if (!unfinished && existsSync(join(dir, FILE.database))) throw vaultExists()
  if (place === 'free' || !existsSync(dir)) return
  const ours = new Set<string>([FILE.lock, ...place.butFor, ...(unfinished ? leftovers() : [])])
  const blobs = join(dir, FILE.blobs)
  if (isFolder(blobs) && hasOnlyBlobs(blobs)) ours.add(FILE.blobs)
  if (readdirSync(dir).some((name) => !ours.has(name))) throw placeNotEmpty()
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function leftovers(): string[] {
  return [FILE.key, `${FILE.key}.new`, FILE.tries, ...databaseFiles('')]
}
