import { median, monotonicMs } from '../../harness/statistics.ts'

/** A batch is long enough for the clock, short enough that a disturbed one is an outlier of the median. */
const BATCH_MS = 5
const BATCHES = 40

/** Microseconds a call: the median of batches, after a warm-up that also finds the batch size. */
export function timeUs(work: () => unknown): number {
  let calls = 1
  while (timeBatchMs(work, calls) < BATCH_MS) calls *= 2
  return median(Array.from({ length: BATCHES }, () => (timeBatchMs(work, calls) / calls) * 1_000))
}

function timeBatchMs(work: () => unknown, calls: number): number {
  const started = monotonicMs()
  for (let i = 0; i < calls; i++) work()
  return monotonicMs() - started
}
