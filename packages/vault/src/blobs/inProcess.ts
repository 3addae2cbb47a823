/** Chunk jobs in the caller's own thread. */
import { setImmediate } from 'node:timers/promises'
import { ChunkBench, type ChunkPrimitives } from './chunkBench.ts'
import type { ChunkExecutor } from './chunkJob.ts'

/** Between two jobs the event loop goes round; a job itself blocks it, for about a millisecond a mebibyte. */
export function inProcess(primitives: ChunkPrimitives): ChunkExecutor {
  let bench: ChunkBench | undefined
  return {
    width: 1,
    async run(job) {
      await setImmediate()
      bench ??= new ChunkBench(primitives)
      return bench.run(job)
    },
  }
}
