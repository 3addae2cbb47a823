/** The keys of an unlocked vault (spec §12.3): from the master key down to one key a name, gone at `evict`. */
import type { Primitives, Random } from '@triode/core'
import { concat, u64, utf8 } from '@triode/core'
import {
  FILE_NAME_BYTES,
  KEY_BYTES,
  KIND,
  type Kind,
  LABEL,
  MAX_NAME_BYTES,
  NAME_PADDING_BYTES,
} from './spec.ts'
import { MAX_CACHED_NAMES } from './tuning.ts'
import { recordDamaged, recordTooLarge, storeLocked, textMalformed } from './faults.ts'
import { deriveKey } from './derive.ts'
import { Sealer } from './sealer.ts'

/** What opens the records of one name. */
export interface NameKeys {
  readonly id: number
  /** `id` as it stands in a record's associated data. */
  readonly idBytes: Uint8Array
  readonly record: Uint8Array
  readonly mapKey: Uint8Array
}

export interface OpenedName {
  readonly kind: Kind
  readonly name: string
  readonly keys: NameKeys
}

/** Before the name in its row: the key, the kind and the name's length. */
const NAME_HEAD_BYTES = KEY_BYTES + 1 + 2

export class Keyring {
  readonly sealer: Sealer
  readonly primitives: Primitives
  private readonly random: Random
  private readonly master: Uint8Array
  private readonly tagKey: Uint8Array
  private readonly nameKey: Uint8Array
  private readonly fileNameKey: Uint8Array
  private readonly fileIdKey: Uint8Array
  private readonly names = new Map<string, NameKeys>()
  private evicted = false

  /** Takes over `master` and zeroes it at `evict`. */
  constructor(master: Uint8Array, primitives: Primitives, random: Random) {
    this.master = master
    this.primitives = primitives
    this.random = random
    this.sealer = new Sealer(primitives, random)
    this.tagKey = deriveKey(primitives, master, LABEL.nameTag)
    this.nameKey = deriveKey(primitives, master, LABEL.nameKey)
    this.fileNameKey = deriveKey(primitives, master, LABEL.fileName)
    this.fileIdKey = deriveKey(primitives, master, LABEL.fileId)
  }

  /** What stands for a name at rest. @throws CallerFault 'record-too-large' | 'text-malformed'; Unavailable 'store-locked' */
  tag(kind: Kind, name: string): Uint8Array {
    if (this.evicted) throw storeLocked()
    if (!name.isWellFormed()) throw textMalformed()
    const bytes = utf8(name)
    if (bytes.length > MAX_NAME_BYTES) throw recordTooLarge('name', MAX_NAME_BYTES)
    return this.primitives.hmac('sha256', this.tagKey, concat(Uint8Array.of(kind), bytes))
  }

  /** A fresh random key for a name, and the row's sealed part that holds both. */
  create(kind: Kind, name: string, tag: Uint8Array, id: number): { keys: NameKeys; wrapped: Uint8Array } {
    if (this.evicted) throw storeLocked()
    const key = Uint8Array.from(this.random.bytes(KEY_BYTES))
    const row = packName(key, kind, name)
    const wrapped = this.sealer.seal(this.nameKey, tag, row)
    row.fill(0)
    return { keys: this.derive(key, id), wrapped }
  }

  /** @throws IntegrityFault 'record-damaged'; Unavailable 'store-locked' */
  open(id: number, tag: Uint8Array, wrapped: Uint8Array): OpenedName {
    if (this.evicted) throw storeLocked()
    const row = this.sealer.open(this.nameKey, tag, wrapped)
    if (row === undefined) throw recordDamaged()
    const opened = unpackName(row)
    const keys = this.derive(opened.key, id)
    row.fill(0)
    return { kind: opened.kind, name: opened.name, keys }
  }

  /** What stands for a blob of a circle at rest, 16 bytes (spec §15.6). @param id of the circle, then of the blob. @throws Unavailable 'store-locked' */
  fileName(id: Uint8Array): Uint8Array {
    if (this.evicted) throw storeLocked()
    return this.primitives.hmac('sha256', this.fileNameKey, id).slice(0, FILE_NAME_BYTES)
  }

  /** @throws Unavailable 'store-locked' */
  sealFileId(name: Uint8Array, id: Uint8Array): Uint8Array {
    if (this.evicted) throw storeLocked()
    return this.sealer.seal(this.fileIdKey, name, id)
  }

  /** @returns undefined when it does not open; @throws Unavailable 'store-locked' */
  openFileId(name: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    if (this.evicted) throw storeLocked()
    return this.sealer.open(this.fileIdKey, name, sealed)
  }

  /** Random bytes of its source. @throws Unavailable 'store-locked' */
  draw(length: number): Uint8Array {
    if (this.evicted) throw storeLocked()
    return this.random.bytes(length)
  }

  get isEvicted(): boolean {
    return this.evicted
  }

  cached(cacheKey: string): NameKeys | undefined {
    return this.names.get(cacheKey)
  }

  remember(cacheKey: string, keys: NameKeys): void {
    if (this.names.size >= MAX_CACHED_NAMES) this.forgetAll()
    this.names.set(cacheKey, keys)
  }

  forget(cacheKey: string): void {
    this.names.delete(cacheKey)
  }

  /** Every name is read again when next needed. */
  forgetAll(): void {
    for (const keys of this.names.values()) zero(keys)
    this.names.clear()
  }

  /** The key of a backup that opens with the vault's own passphrase. The caller zeroes it. */
  masterCopy(): Uint8Array {
    if (this.evicted) throw storeLocked()
    return Uint8Array.from(this.master)
  }

  /** Zeroes every key. From then on the ring refuses everything. */
  evict(): void {
    this.evicted = true
    this.forgetAll()
    const { master, tagKey, nameKey, fileNameKey, fileIdKey } = this
    for (const key of [master, tagKey, nameKey, fileNameKey, fileIdKey]) key.fill(0)
  }

  private derive(key: Uint8Array, id: number): NameKeys {
    const keys = {
      id,
      idBytes: u64(id),
      record: deriveKey(this.primitives, key, LABEL.record),
      mapKey: deriveKey(this.primitives, key, LABEL.mapKey),
    }
    key.fill(0)
    return keys
  }
}

export function zero(keys: NameKeys): void {
  keys.record.fill(0)
  keys.mapKey.fill(0)
}

/** key (32) ‖ kind (1) ‖ length (2) ‖ name ‖ zeros up to a multiple of 64 (spec §12.3). */
function packName(key: Uint8Array, kind: Kind, name: string): Uint8Array {
  const bytes = utf8(name)
  const length = NAME_HEAD_BYTES + bytes.length
  const out = new Uint8Array(Math.ceil(length / NAME_PADDING_BYTES) * NAME_PADDING_BYTES)
  out.set(key)
  out[KEY_BYTES] = kind
  new DataView(out.buffer).setUint16(KEY_BYTES + 1, bytes.length)
  out.set(bytes, NAME_HEAD_BYTES)
  return out
}

function unpackName(row: Uint8Array): { key: Uint8Array; kind: Kind; name: string } {
  const kind = row[KEY_BYTES]
  if (row.length < NAME_HEAD_BYTES || (kind !== KIND.map && kind !== KIND.series)) throw recordDamaged()
  const length = new DataView(row.buffer, row.byteOffset).getUint16(KEY_BYTES + 1)
  if (NAME_HEAD_BYTES + length > row.length) throw recordDamaged()
  const name = new TextDecoder().decode(row.subarray(NAME_HEAD_BYTES, NAME_HEAD_BYTES + length))
  return { key: row.slice(0, KEY_BYTES), kind, name }
}
