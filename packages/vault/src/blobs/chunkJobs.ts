/** Jobs on chunks and what does them, for a thread that loads nothing else. */
export { ChunkBench, type ChunkPrimitives } from './chunkBench.ts'
export * from './chunkJob.ts'
export { inProcess } from './inProcess.ts'
