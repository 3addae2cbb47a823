/**
 * A long stream sealed in chunks (spec §12.7), the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (2015) over
 * AES-256-GCM: each nonce is the chunk's number and a flag on the last, so that chunks can't be dropped, moved or appended.
 */
import type { Primitives } from '@triode/core'
import { BACKUP_CHUNK_BYTES, NONCE_BYTES, TAG_BYTES } from './spec.ts'

export const SEALED_CHUNK_BYTES = BACKUP_CHUNK_BYTES + TAG_BYTES

/** Exclusive bound of a chunk's number: 256 TiB. */
const MAX_CHUNKS = 2 ** 32

const NO_AAD = new Uint8Array(0)

/** `key` is used for one stream only. */
export class ChunkCipher {
  private readonly primitives: Primitives
  private readonly key: Uint8Array
  private chunks = 0

  constructor(key: Uint8Array, primitives: Primitives) {
    this.key = key
    this.primitives = primitives
  }

  seal(chunk: Uint8Array, last: boolean): Uint8Array {
    return this.primitives.aeadSeal(this.key, this.nonce(last), NO_AAD, chunk)
  }

  /** @returns the chunk, or undefined when it is not the next one of this stream */
  open(sealed: Uint8Array, last: boolean): Uint8Array | undefined {
    return this.primitives.aeadOpen(this.key, this.nonce(last), NO_AAD, sealed)
  }

  /** zeros (7) ‖ number (4) ‖ 1 on the last chunk (1) */
  private nonce(last: boolean): Uint8Array {
    if (this.chunks >= MAX_CHUNKS) throw new RangeError('stream too long')
    const nonce = new Uint8Array(NONCE_BYTES)
    new DataView(nonce.buffer).setUint32(7, this.chunks++)
    nonce[NONCE_BYTES - 1] = last ? 1 : 0
    return nonce
  }
}
