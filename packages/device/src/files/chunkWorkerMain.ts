/** What a thread for chunks runs: jobs in, answers out, in their order. It loads no more than that takes. */
import { parentPort } from 'node:worker_threads'
import { CHUNK_BYTES } from '@triode/core/chunk'
import { bulkPrimitives } from '@triode/crypto/bulk'
import { ChunkBench, type ChunkJob, type ChunkResult } from '@triode/vault/chunkJobs'
import { THREAD_GARBAGE_BYTES } from './chunkTuning.ts'
import { YoungGarbage } from './youngGarbage.ts'

export type Answer = { readonly result: ChunkResult } | { readonly error: string }

const bench = new ChunkBench(bulkPrimitives())
const garbage = new YoungGarbage(THREAD_GARBAGE_BYTES)

parentPort?.on('message', (job: ChunkJob) => {
  const answer = run(job)
  const bytes = 'result' in answer ? answer.result.bytes : undefined
  parentPort?.postMessage(answer, bytes && bytes.length > 0 ? [bytes.buffer as ArrayBuffer] : [])
  garbage.made(job.count * CHUNK_BYTES)
})

function run(job: ChunkJob): Answer {
  try {
    return { result: bench.run(job) }
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : 'unknown' }
  }
}
