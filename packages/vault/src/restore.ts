/** Reading a backup into a new vault (spec §12.7). */
import { type FileHandle, open } from 'node:fs/promises'
import { Fault, PeerFault } from '@triode/core'
import {
  BACKUP_PREFIX_BYTES,
  type BackupHeader,
  type Frame,
  FrameReader,
  decodeHeader,
  headerLength,
  streamKey,
} from './backupFormat.ts'
import { ChunkCipher, SEALED_CHUNK_BYTES } from './chunkCipher.ts'
import { Home, type VaultOptions, wantedKdf } from './home.ts'
import { backupAbsent, backupDamaged, backupUnknown, passphraseWrong } from './faults.ts'
import { type VaultSecret, unwrapSecret } from './wrap.ts'
import { checkNewPassphrase, normalisePassphrase } from './passphrase.ts'
import type { Database } from './database.ts'
import { RestoreWriter } from './restoreWriter.ts'
import { Sealer } from './sealer.ts'
import { Vault } from './vault.ts'

export interface RestoreOptions extends VaultOptions {
  /** The restored vault's passphrase. Default: the backup's. */
  readonly newPassphrase?: string
  /** Files of others that may be in `dir` already, by name; any other is refused. */
  readonly butFor?: readonly string[]
}

/**
 * Makes a vault in `dir` out of a backup: all keys are new, and so is the incarnation. Unlocked on return; when it fails
 * there is nothing in `dir`.
 * @throws CallerFault 'place-not-empty' | 'passphrase-wrong' | 'passphrase-weak' | 'backup-unknown' | 'backup-absent';
 *   IntegrityFault 'backup-damaged'; Unavailable 'disk-full' | 'vault-in-use'
 */
export async function restoreVault(
  file: string,
  dir: string,
  passphrase: string,
  options: RestoreOptions,
): Promise<Vault> {
  const normal = normalisePassphrase(passphrase)
  const next = options.newPassphrase === undefined ? normal : checkNewPassphrase(options.newPassphrase)
  const handle = await openBackup(file)
  try {
    const { header, bytes } = await readHeader(handle)
    const home = Home.make(dir, options, { butFor: options.butFor ?? [] })
    try {
      const sealer = new Sealer(options.primitives, options.random)
      const old = unwrapSecret(header.wrap, normal, sealer, options.primitives)
      if (old === undefined) throw passphraseWrong(0)
      const key = streamKey(options.primitives, old.master, header.streamSalt, bytes)
      old.master.fill(0)
      return await fill(home, handle, bytes.length, key, home.newSecret(old.restoredCount + 1), next)
    } catch (cause) {
      home.discard()
      throw cause
    }
  } finally {
    await handle.close()
  }
}

async function fill(
  home: Home,
  handle: FileHandle,
  from: number,
  key: Uint8Array,
  secret: VaultSecret,
  passphrase: string,
): Promise<Vault> {
  let database: Database | undefined
  try {
    database = home.openDatabase(true)
    const vault = new Vault(home, database, { ...secret, master: Uint8Array.from(secret.master) })
    const writer = new RestoreWriter(vault.store)
    await readChunks(handle, from, new ChunkCipher(key, home.options.primitives), (frame) =>
      writer.add(frame),
    )
    writer.finish()
    home.save(secret, passphrase, wantedKdf(home.options))
    return vault
  } catch (cause) {
    database?.close()
    throw cause instanceof PeerFault ? backupDamaged(cause) : cause
  } finally {
    secret.master.fill(0)
    key.fill(0)
  }
}

async function openBackup(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r')
  } catch (cause) {
    throw backupAbsent(cause)
  }
}

async function readHeader(handle: FileHandle): Promise<{ header: BackupHeader; bytes: Uint8Array }> {
  const prefix = await readAt(handle, 0, BACKUP_PREFIX_BYTES)
  const length = headerLength(prefix)
  if (length === undefined) throw backupUnknown()
  const bytes = await readAt(handle, 0, BACKUP_PREFIX_BYTES + length)
  try {
    return { header: decodeHeader(bytes.subarray(BACKUP_PREFIX_BYTES)), bytes }
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    throw backupUnknown(cause)
  }
}

async function readChunks(
  handle: FileHandle,
  from: number,
  cipher: ChunkCipher,
  take: (frame: Frame) => void,
): Promise<void> {
  const { size } = await handle.stat()
  const frames = new FrameReader()
  let at = from
  do {
    const last = size - at <= SEALED_CHUNK_BYTES
    const chunk = cipher.open(await readAt(handle, at, SEALED_CHUNK_BYTES), last)
    if (chunk === undefined) throw backupDamaged()
    for (const frame of frames.push(chunk)) take(frame)
    at += SEALED_CHUNK_BYTES
  } while (at < size)
  if (frames.isInside) throw backupDamaged()
}

/** As much of `length` as the file has. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
