/** Writing a backup (spec §12.7): everything stored, as of one moment, as one encrypted stream, to a file or elsewhere. */
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { base32, concat } from '@triode/core'
import { BACKUP_CHUNK_BYTES, KEY_BYTES, SALT_BYTES } from './spec.ts'
import { BACKUP_WRITE_BYTES } from './tuning.ts'
import { type Frame, encodeFrame, encodeHeader, streamKey } from './backupFormat.ts'
import { type Home, wantedKdf } from './home.ts'
import { type Wrap, wrapSecret } from './wrap.ts'
import { ChunkCipher } from './chunkCipher.ts'
import type { Database } from './database.ts'
import type { Keyring } from './keyring.ts'
import { checkNewPassphrase } from './passphrase.ts'
import type { Snapshot } from './snapshot.ts'
import { diskFault } from './diskFault.ts'
import { syncFolder } from './durableFile.ts'
import { walk } from './walk.ts'

export interface BackupReport {
  readonly names: number
  readonly records: number
  /** Names and records that do not open, and so are missing from the backup. */
  readonly damaged: number
  readonly bytes: number
}

export interface BackupSource {
  readonly home: Home
  readonly database: Database
  readonly ring: Keyring
  readonly incarnation: Uint8Array
  readonly restoredCount: number
}

/** Takes some bytes of a backup, the next ones once it is through with them. */
export type TakeBytes = (bytes: Uint8Array) => Promise<void>

/** See Vault.backup. */
export async function writeBackup(
  source: BackupSource,
  file: string,
  passphrase?: string,
): Promise<BackupReport> {
  using backup = new Backup(source, passphrase)
  // A name of its own: two backups to one file at a time end as one whole file.
  const partial = `${file}.${base32(source.home.options.random.bytes(5))}.partial`
  try {
    const handle = await open(partial, 'wx', 0o600)
    try {
      const report = await backup.writeTo((bytes) => handle.writeFile(bytes))
      await handle.sync()
      await rename(partial, file)
      syncFolder(dirname(file))
      return report
    } finally {
      await handle.close()
    }
  } catch (cause) {
    await rm(partial, { force: true })
    throw diskFault(cause)
  }
}

/** Everything stored as of the moment in which it was made, not yet written. Has to be disposed of. */
export class Backup {
  private readonly source: BackupSource
  private readonly snapshot: Snapshot
  private readonly wrap: Wrap
  private readonly secret: Uint8Array

  /** Before anything is waited for: what the caller writes next is not part of it. @throws CallerFault 'passphrase-weak' */
  constructor(source: BackupSource, passphrase: string | undefined) {
    this.source = source
    const { wrap, secret } = backupKey(source, passphrase)
    this.wrap = wrap
    this.secret = secret
    try {
      this.snapshot = source.database.snapshot()
    } catch (cause) {
      secret.fill(0)
      throw cause
    }
  }

  /** Once. @throws Unavailable 'store-locked' when the vault is locked meanwhile; what `take` throws */
  writeTo(take: TakeBytes): Promise<BackupReport> {
    const { source, snapshot, wrap, secret } = this
    return writeAll(snapshot, source.ring, new SealedStream(take, wrap, secret, source.home))
  }

  /** Idempotent. */
  [Symbol.dispose](): void {
    this.secret.fill(0)
    this.snapshot[Symbol.dispose]()
    this.source.database.tidy()
  }
}

async function writeAll(snapshot: Snapshot, ring: Keyring, out: SealedStream): Promise<BackupReport> {
  let [names, records, damaged] = [0, 0, 0]
  await walk(snapshot.handle, ring, {
    name: ({ kind, name }) => {
      names++
      out.add({ type: 'name', kind, name })
    },
    record: (key, value) => {
      records++
      out.add({ type: 'record', key, value })
    },
    damaged: () => {
      damaged++
    },
    pause: () => out.flush(BACKUP_WRITE_BYTES),
  })
  out.add({ type: 'end', names, records })
  const bytes = await out.end()
  return { names, records, damaged, bytes }
}

/** With a passphrase of its own a backup has a key of its own; otherwise the vault's wrapped master key is its key. */
function backupKey(source: BackupSource, passphrase: string | undefined): { wrap: Wrap; secret: Uint8Array } {
  const { home, ring, incarnation, restoredCount } = source
  if (passphrase === undefined) return { wrap: home.readWrap(), secret: ring.masterCopy() }
  const normal = checkNewPassphrase(passphrase)
  const { primitives, random } = home.options
  const master = Uint8Array.from(random.bytes(KEY_BYTES))
  const salt = random.bytes(SALT_BYTES)
  const secret = { master, incarnation, restoredCount }
  return {
    wrap: wrapSecret(secret, normal, wantedKdf(home.options), salt, home.sealer, primitives),
    secret: master,
  }
}

/** Frames in, sealed chunks out. */
class SealedStream {
  private readonly take: TakeBytes
  private readonly cipher: ChunkCipher
  private readonly key: Uint8Array
  private readonly chunk = new Uint8Array(BACKUP_CHUNK_BYTES)
  private filled = 0
  private sealed: Uint8Array[] = []
  private sealedBytes = 0
  private written = 0

  constructor(take: TakeBytes, wrap: Wrap, secret: Uint8Array, { options }: Home) {
    const streamSalt = Uint8Array.from(options.random.bytes(KEY_BYTES))
    const header = encodeHeader({ wrap, streamSalt })
    this.take = take
    this.key = streamKey(options.primitives, secret, streamSalt, header)
    this.cipher = new ChunkCipher(this.key, options.primitives)
    this.push(header)
  }

  add(frame: Frame): void {
    const bytes = encodeFrame(frame)
    for (let at = 0; at < bytes.length;) {
      // A full chunk waits for more to come: only then is it known not to be the last.
      if (this.filled === BACKUP_CHUNK_BYTES) this.sealChunk(false)
      const part = bytes.subarray(at, at + BACKUP_CHUNK_BYTES - this.filled)
      this.chunk.set(part, this.filled)
      this.filled += part.length
      at += part.length
    }
    bytes.fill(0)
  }

  /** Writes what is sealed, once it is at least `least` bytes. */
  async flush(least: number): Promise<void> {
    if (this.sealedBytes < least) return
    const bytes = concat(...this.sealed)
    this.sealed = []
    this.sealedBytes = 0
    await this.take(bytes)
    this.written += bytes.length
  }

  /** @returns how many bytes there were */
  async end(): Promise<number> {
    this.sealChunk(true)
    this.key.fill(0)
    await this.flush(0)
    return this.written
  }

  private sealChunk(last: boolean): void {
    this.push(this.cipher.seal(this.chunk.subarray(0, this.filled), last))
    this.chunk.fill(0)
    this.filled = 0
  }

  private push(bytes: Uint8Array): void {
    this.sealed.push(bytes)
    this.sealedBytes += bytes.length
  }
}
