/** What a thread for chunks runs: jobs in, answers out, in their order. It loads no more than that takes. */
import { parentPort } from 'node:worker_threads'
import { bulkPrimitives } from '@triode/crypto/bulk'
import { ChunkBench, type ChunkJob, type ChunkResult } from '@triode/vault/chunkJobs'

export type Answer = { readonly result: ChunkResult } | { readonly error: string }

const bench = new ChunkBench(bulkPrimitives())

parentPort?.on('message', (job: ChunkJob) => {
  const answer = run(job)
  const bytes = 'result' in answer ? answer.result.bytes : undefined
  parentPort?.postMessage(answer, bytes && bytes.length > 0 ? [bytes.buffer as ArrayBuffer] : [])
})

function run(job: ChunkJob): Answer {
  try {
    return { result: bench.run(job) }
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : 'unknown' }
  }
}
