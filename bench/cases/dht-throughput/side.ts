/** What the contenders of this case have in common: a receiver that counts, a sender that waits for the last byte, and both's processor time. */
import { CHUNK, Counter, encodeLength } from '../tunnel-throughput/load.ts'
import { monotonicMs } from '../../harness/statistics.ts'

/** What is used of a stream, Node's or streamx's. */
export interface Bytes {
  on(event: 'data', listener: (data: Buffer) => void): unknown
  once(event: 'data' | 'drain', listener: () => void): unknown
  write(data: Uint8Array): boolean
}

/** Answers each run with one byte when its last has come. */
export function receiveRuns(stream: Bytes): void {
  let counter = new Counter()
  stream.on('data', (data) => {
    if (!counter.add(data.length, () => data)) return
    counter = new Counter()
    stream.write(new Uint8Array(1))
  })
}

/** @returns milliseconds until the far side has it all */
export async function sendRun(stream: Bytes, bytes: number): Promise<number> {
  const acknowledged = next(stream, 'data')
  const started = monotonicMs()
  stream.write(encodeLength(bytes))
  for (let sent = 0; sent < bytes; sent += CHUNK.length) {
    if (!stream.write(CHUNK.subarray(0, bytes - sent))) await next(stream, 'drain')
  }
  await acknowledged
  return monotonicMs() - started
}

function next(stream: Bytes, event: 'data' | 'drain'): Promise<void> {
  return new Promise((resolve) => {
    stream.once(event, () => {
      resolve()
    })
  })
}

/** Milliseconds of processor time so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
