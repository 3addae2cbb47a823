/** `vault.json` (spec §12.2): how the passphrase is stretched, and the wrapped master key. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Primitives } from '@triode/core'
import { base32, encodeValue, fromBase32, utf8 } from '@triode/core'
import { FILE, SALT_BYTES } from './spec.ts'
import { kdfFields, kdfFromFields } from './kdf.ts'
import { MAX_SEALED_SECRET_BYTES, type Wrap, wrapFields } from './wrap.ts'
import { replaceFile } from './durableFile.ts'
import { storeDamaged, vaultNewer } from './faults.ts'

const FORMAT = 'triode-vault'
const VERSION = 1
/** Ours has about 400. */
const MAX_KEY_FILE_BYTES = 16_384
const ABSENT_CODES = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'])

/** `unfinished`: a creation or restore was cut short, or a wipe was; there is nothing to open. */
export type KeyFile =
  { readonly state: 'absent' | 'unfinished' } | { readonly state: 'ready'; readonly wrap: Wrap }

/** @throws IntegrityFault 'store-damaged'; CallerFault 'vault-newer' */
export function readKeyFile(dir: string, primitives: Primitives): KeyFile {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(join(dir, FILE.key))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (ABSENT_CODES.has(code ?? '')) return { state: 'absent' }
    throw storeDamaged('The key file of the vault cannot be read.', cause)
  }
  if (bytes.length > MAX_KEY_FILE_BYTES) throw damaged()
  // All zeros, as a wipe leaves it.
  if (bytes.length > 0 && bytes.every((byte) => byte === 0)) return { state: 'unfinished' }
  const fields = parse(bytes)
  if (typeof fields['version'] === 'number' && fields['version'] > VERSION) throw vaultNewer()
  if (fields['format'] !== FORMAT || fields['version'] !== VERSION) throw damaged()
  if (fields['state'] === 'unfinished') return { state: 'unfinished' }
  return { state: 'ready', wrap: readWrap(fields, primitives) }
}

/** Durable on return. @throws Unavailable 'disk-full' */
export function writeKeyFile(dir: string, wrap: Wrap, primitives: Primitives): void {
  write(dir, {
    kdf: kdfFields(wrap.kdf),
    salt: base32(wrap.salt),
    wrapped: base32(wrap.sealed),
    check: checkOf(wrap, primitives),
  })
}

/** Marks that a vault is being made here: what lies beside may be thrown away. @throws Unavailable 'disk-full' */
export function writeUnfinished(dir: string): void {
  write(dir, { state: 'unfinished' })
}

function write(dir: string, fields: object): void {
  const text = `${JSON.stringify({ format: FORMAT, version: VERSION, ...fields }, null, 2)}\n`
  replaceFile(join(dir, FILE.key), utf8(text))
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (cause) {
    throw damaged(cause)
  }
  throw damaged()
}

function readWrap(fields: Record<string, unknown>, primitives: Primitives): Wrap {
  const kdf = Array.isArray(fields['kdf']) ? kdfFromFields(fields['kdf'] as unknown[]) : undefined
  const salt = readBytes(fields['salt'])
  const sealed = readBytes(fields['wrapped'])
  if (kdf === undefined || salt.length !== SALT_BYTES || sealed.length > MAX_SEALED_SECRET_BYTES)
    throw damaged()
  const wrap: Wrap = { kdf, salt, sealed }
  if (fields['check'] !== checkOf(wrap, primitives)) throw damaged()
  return wrap
}

function readBytes(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw damaged()
  try {
    return fromBase32(text)
  } catch (cause) {
    throw damaged(cause)
  }
}

/** Tells a damaged key file from a wrong passphrase. It protects nothing: all it covers is in the file. */
function checkOf(wrap: Wrap, primitives: Primitives): string {
  return base32(primitives.hash('sha256', encodeValue(wrapFields(wrap))).subarray(0, 10))
}

function damaged(cause?: unknown): Error {
  return storeDamaged('The key file of the vault is damaged.', cause)
}
