export * from './answerFrame.ts'
export * from './answerSplitter.ts'
export * from './askFrame.ts'
export * from './chunkRuns.ts'
export * from './pagePlan.ts'
export * from './plan.ts'
export {
  CHUNK_FRAME_EXTRA_BYTES,
  MAX_ASK_BYTES,
  MAX_INTERESTS,
  MAX_OPEN_REQUESTS,
  MAX_REQUEST_COUNT,
  MAX_TOLD_RUNS,
  PAGE_FRAME_EXTRA_BYTES,
  TRANSFER_VERSION,
} from './spec.ts'
