/** Memory for chunks that go, used again once the stream is done with it: gigabytes of fresh buffers would wait to be collected. */
import { SEALED_CHUNK_BYTES } from '@triode/core'
import type { DataSender } from './dataSender.ts'
import { READ_CHUNKS } from './tuning.ts'

const BUFFER_BYTES = READ_CHUNKS * SEALED_CHUNK_BYTES

export class SendBuffers {
  private readonly data: Pick<DataSender, 'handed' | 'taken'>
  /** Handed to the stream, in this order; each with how much the stream has to take before it is free. */
  private handed: { readonly buffer: ArrayBufferLike; readonly upTo: number }[] = []

  constructor(data: Pick<DataSender, 'handed' | 'taken'>) {
    this.data = data
  }

  /** Room for `READ_CHUNKS` sealed chunks. */
  take(): Uint8Array {
    const [oldest] = this.handed
    if (oldest === undefined || oldest.upTo > this.data.taken) return Buffer.allocUnsafeSlow(BUFFER_BYTES)
    this.handed.shift()
    return new Uint8Array(oldest.buffer)
  }

  /** All of `bytes`, which lie in what take() gave, was handed to the stream. */
  give({ buffer }: Uint8Array): void {
    if (buffer.byteLength === BUFFER_BYTES) this.handed.push({ buffer, upTo: this.data.handed })
  }

  /** Nothing goes for the time being. */
  clear(): void {
    this.handed = []
  }
}
