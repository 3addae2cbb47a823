/** Reading a backup into a new vault (spec §12.7), from a file or as its bytes come. */
import { Fault, PeerFault, concat } from '@triode/core'
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
import { backupDamaged, backupUnknown, backupPassphraseWrong } from './faults.ts'
import { type VaultSecret, unwrapSecret } from './wrap.ts'
import { checkNewPassphrase, normalisePassphrase } from './passphrase.ts'
import type { Database } from './database.ts'
import { Pieces, piecesOf } from './pieces.ts'
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
 * @param from a file, or the bytes of one, which are read no faster than they are restored, and not to their end where that fails
 * @throws CallerFault 'place-not-empty' | 'passphrase-wrong' | 'passphrase-weak' | 'backup-unknown' | 'backup-absent';
 *   IntegrityFault 'backup-damaged'; Unavailable 'disk-full' | 'vault-in-use'; what `from` throws
 */
export async function restoreVault(
  from: string | AsyncIterable<Uint8Array>,
  dir: string,
  passphrase: string,
  options: RestoreOptions,
): Promise<Vault> {
  const normal = normalisePassphrase(passphrase)
  const next = options.newPassphrase === undefined ? normal : checkNewPassphrase(options.newPassphrase)
  await using pieces = new Pieces(typeof from === 'string' ? piecesOf(from) : from)
  const { header, bytes } = await readHeader(pieces)
  const home = Home.make(dir, options, { butFor: options.butFor ?? [] })
  try {
    const sealer = new Sealer(options.primitives, options.random)
    const old = unwrapSecret(header.wrap, normal, sealer, options.primitives)
    if (old === undefined) throw backupPassphraseWrong()
    const key = streamKey(options.primitives, old.master, header.streamSalt, bytes)
    old.master.fill(0)
    return await fill(home, pieces, key, home.newSecret(old.restoredCount + 1), next)
  } catch (cause) {
    home.discard()
    throw cause
  }
}

async function fill(
  home: Home,
  pieces: Pieces,
  key: Uint8Array,
  secret: VaultSecret,
  passphrase: string,
): Promise<Vault> {
  let database: Database | undefined
  try {
    database = home.openDatabase(true)
    const vault = new Vault(home, database, { ...secret, master: Uint8Array.from(secret.master) })
    const writer = new RestoreWriter(vault.store)
    await readChunks(pieces, new ChunkCipher(key, home.options.primitives), (frame) => writer.add(frame))
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

async function readHeader(pieces: Pieces): Promise<{ header: BackupHeader; bytes: Uint8Array }> {
  const prefix = await pieces.take(BACKUP_PREFIX_BYTES)
  const length = headerLength(prefix)
  if (length === undefined) throw backupUnknown()
  const body = await pieces.take(length)
  try {
    return { header: decodeHeader(body), bytes: concat(prefix, body) }
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    throw backupUnknown(cause)
  }
}

async function readChunks(pieces: Pieces, cipher: ChunkCipher, take: (frame: Frame) => void): Promise<void> {
  const frames = new FrameReader()
  let last: boolean
  do {
    const sealed = await pieces.take(SEALED_CHUNK_BYTES)
    last = await pieces.isAtEnd()
    const chunk = cipher.open(sealed, last)
    if (chunk === undefined) throw backupDamaged()
    for (const frame of frames.push(chunk)) take(frame)
  } while (!last)
  if (frames.isInside) throw backupDamaged()
}
