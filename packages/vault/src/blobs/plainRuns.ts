/** Cuts a range of plaintext bytes into runs of whole chunks. */
import { CHUNK_BYTES } from '@triode/core'

export interface PlainRun {
  /** The first byte of the blob that is wanted of this run. */
  readonly at: number
  readonly from: number
  readonly count: number
  /** Bytes of the run before it. */
  readonly skip: number
  readonly length: number
}

/** Runs of at most `runChunks` chunks that hold bytes `from` to `to - 1`; the first one is short, so that something comes soon. */
export function* plainRuns(from: number, to: number, runChunks: number): Generator<PlainRun> {
  let longest = 1
  for (let at = from; at < to;) {
    const first = Math.floor(at / CHUNK_BYTES)
    const end = Math.min(to, (first + longest) * CHUNK_BYTES)
    const count = Math.ceil(end / CHUNK_BYTES) - first
    yield { at, from: first, count, skip: at - first * CHUNK_BYTES, length: end - at }
    at = end
    longest = runChunks
  }
}
