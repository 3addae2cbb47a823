/**
 * Memory for chunks that come, used again and again: gigabytes a minute of fresh buffers would wait in memory to be collected. It is
 * shared with the threads that check and store chunks, so nothing is handed over either.
 */
import { SEALED_CHUNK_BYTES } from '@triode/core'
import { BATCH_CHUNKS, MAX_KEPT_BATCHES } from './tuning.ts'

const BATCH_BYTES = BATCH_CHUNKS * SEALED_CHUNK_BYTES

export class BatchBuffers {
  private free: Uint8Array[] = []

  /** @param length bytes; a whole batch is shared memory that was used before, perhaps */
  take(length: number): Uint8Array {
    if (length !== BATCH_BYTES) return new Uint8Array(length)
    return this.free.pop() ?? new Uint8Array(new SharedArrayBuffer(BATCH_BYTES))
  }

  /** Nobody uses it any more. */
  give(buffer: Uint8Array): void {
    const isWhole = buffer.length === BATCH_BYTES && buffer.buffer instanceof SharedArrayBuffer
    if (isWhole && this.free.length < MAX_KEPT_BATCHES) this.free.push(buffer)
  }

  /** Nothing comes for the time being. */
  clear(): void {
    this.free = []
  }
}
