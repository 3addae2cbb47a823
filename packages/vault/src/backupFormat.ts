/** What a backup says (spec §12.7): a header in the open, then frames inside the sealed chunks. */
import type { Primitives, Value } from '@triode/core'
import { PeerFault, Reader, concat, encodeValue, equalBytes, u32, utf8 } from '@triode/core'
import {
  BACKUP_MAGIC,
  BACKUP_VERSION,
  KEY_BYTES,
  KIND,
  type Kind,
  LABEL,
  MAX_BACKUP_HEADER_BYTES,
  MAX_MAP_KEY_BYTES,
  MAX_NAME_BYTES,
  MAX_SUB_BYTES,
  MAX_VALUE_BYTES,
  SALT_BYTES,
} from './spec.ts'
import { MAX_SEALED_SECRET_BYTES, type Wrap, wrapFields } from './wrap.ts'
import { kdfFromFields } from './kdf.ts'

/** One thing in a backup: a name, a record of the name before it, or the end. */
export type Frame =
  | { readonly type: 'name'; readonly kind: Kind; readonly name: string }
  | { readonly type: 'record'; readonly key: string | Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'end'; readonly names: number; readonly records: number }

const FRAME = { name: 0, mapRecord: 1, seriesRecord: 2, end: 3 } as const
const MAGIC = utf8(BACKUP_MAGIC)
/** Magic and the length of what follows. */
export const BACKUP_PREFIX_BYTES = MAGIC.length + 4
/** A frame's value, its key and their CBOR heads. */
const MAX_FRAME_BYTES = MAX_VALUE_BYTES + MAX_NAME_BYTES + 64

export interface BackupHeader {
  readonly wrap: Wrap
  readonly streamSalt: Uint8Array
}

/** magic (8) ‖ length (4) ‖ CBOR [version, wrap, stream salt] */
export function encodeHeader({ wrap, streamSalt }: BackupHeader): Uint8Array {
  const body = encodeValue([BACKUP_VERSION, wrapFields(wrap), streamSalt])
  return concat(MAGIC, u32(body.length), body)
}

/** The length of the header's body, or undefined when `prefix` begins no backup. */
export function headerLength(prefix: Uint8Array): number | undefined {
  if (prefix.length < BACKUP_PREFIX_BYTES || !equalBytes(prefix.subarray(0, MAGIC.length), MAGIC))
    return undefined
  const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(MAGIC.length)
  return length <= MAX_BACKUP_HEADER_BYTES ? length : undefined
}

/** @throws PeerFault */
export function decodeHeader(body: Uint8Array): BackupHeader {
  const reader = Reader.decode(body, MAX_BACKUP_HEADER_BYTES)
  reader.int(BACKUP_VERSION, BACKUP_VERSION)
  const wrap = reader.record(readWrap)
  const streamSalt = reader.bytes(KEY_BYTES)
  reader.end()
  return { wrap, streamSalt }
}

/** HKDF (RFC 5869) with SHA-256: a key for this stream alone, bound to every byte of the header. */
export function streamKey(
  primitives: Primitives,
  secret: Uint8Array,
  streamSalt: Uint8Array,
  header: Uint8Array,
): Uint8Array {
  const prk = primitives.hmac('sha256', streamSalt, secret)
  const info = concat(utf8(LABEL.backup), primitives.hash('sha256', header))
  return primitives.hmac('sha256', prk, concat(info, Uint8Array.of(1)))
}

/** length (4) ‖ CBOR */
export function encodeFrame(frame: Frame): Uint8Array {
  const body = encodeValue(frameFields(frame))
  return concat(u32(body.length), body)
}

/** Takes a stream of plaintext chunks apart into frames. */
export class FrameReader {
  private held: Uint8Array = new Uint8Array(0)

  /** All frames that `chunk` completes. @throws PeerFault */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    this.held = concat(this.held, chunk)
    let at = 0
    while (this.held.length - at >= 4) {
      const length = new DataView(this.held.buffer, this.held.byteOffset + at).getUint32(0)
      if (length > MAX_FRAME_BYTES) throw new PeerFault('oversize')
      if (this.held.length - at - 4 < length) break
      frames.push(decodeFrame(this.held.subarray(at + 4, at + 4 + length)))
      at += 4 + length
    }
    this.held = this.held.slice(at)
    return frames
  }

  /** Whether a frame has begun and not ended. */
  get isInside(): boolean {
    return this.held.length > 0
  }
}

function frameFields(frame: Frame): Value[] {
  switch (frame.type) {
    case 'name':
      return [FRAME.name, frame.kind, frame.name]
    case 'record':
      return [typeof frame.key === 'string' ? FRAME.mapRecord : FRAME.seriesRecord, frame.key, frame.value]
    case 'end':
      return [FRAME.end, frame.names, frame.records]
  }
}

function decodeFrame(bytes: Uint8Array): Frame {
  const reader = Reader.decode(bytes, MAX_FRAME_BYTES)
  const frame = readFrame(reader)
  reader.end()
  return frame
}

function readFrame(reader: Reader): Frame {
  switch (reader.int(0, FRAME.end)) {
    case FRAME.name:
      return {
        type: 'name',
        kind: reader.int(0, 1) === 0 ? KIND.map : KIND.series,
        name: reader.text(MAX_NAME_BYTES),
      }
    case FRAME.mapRecord:
      return { type: 'record', key: reader.text(MAX_MAP_KEY_BYTES), value: reader.bytes(0, MAX_VALUE_BYTES) }
    case FRAME.seriesRecord:
      return { type: 'record', key: reader.bytes(0, MAX_SUB_BYTES), value: reader.bytes(0, MAX_VALUE_BYTES) }
    default:
      return { type: 'end', names: reader.int(), records: reader.int() }
  }
}

function readWrap(reader: Reader): Wrap {
  const kdf = kdfFromFields(reader.list(4, (value) => value))
  if (kdf === undefined) throw new PeerFault('malformed')
  return { kdf, salt: reader.bytes(SALT_BYTES), sealed: reader.bytes(1, MAX_SEALED_SECRET_BYTES) }
}
