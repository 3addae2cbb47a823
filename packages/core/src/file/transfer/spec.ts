/** Constants of spec §15.7. */
import { PAGE_HASHES, SEALED_CHUNK_BYTES } from '../spec.ts'

export const TRANSFER_VERSION = 1
/** Bytes of a frame that asks. */
export const MAX_ASK_BYTES = 4_096
/** Bytes of the CBOR of a frame that tells. */
export const MAX_TOLD_BYTES = 65_536
/** Runs of chunks that one such frame lists. */
export const MAX_TOLD_RUNS = 1_024
/** Chunks or pages of one request. */
export const MAX_REQUEST_COUNT = 64
/** Requests that are open on a stream. */
export const MAX_OPEN_REQUESTS = 256
/** Blobs whose chunks are told of on a stream. */
export const MAX_INTERESTS = 1_024
/** The tree of 2^30 chunks has three levels, and padding adds no fourth. */
export const MAX_LEVEL = 2

export const LENGTH_BYTES = 4
/** First byte of what the server sends. */
export const ANSWER = { told: 0, chunk: 1, page: 2 } as const
/** Type, request, index. */
export const CHUNK_HEAD_BYTES = 1 + 4 + 8
/** Type, request, level, page index. */
export const PAGE_HEAD_BYTES = 1 + 4 + 1 + 4
/** What a data frame has beside its content. */
export const CHUNK_FRAME_EXTRA_BYTES = LENGTH_BYTES + CHUNK_HEAD_BYTES
export const PAGE_FRAME_EXTRA_BYTES = LENGTH_BYTES + PAGE_HEAD_BYTES
/** The longest hash of a suite. */
const MAX_HASH_BYTES = 48
export const MAX_PAGE_BYTES = PAGE_HASHES * MAX_HASH_BYTES
/** Of a frame of each type, without its length. */
export const MAX_ANSWER_BYTES = {
  [ANSWER.told]: 1 + MAX_TOLD_BYTES,
  [ANSWER.chunk]: CHUNK_HEAD_BYTES + SEALED_CHUNK_BYTES,
  [ANSWER.page]: PAGE_HEAD_BYTES + MAX_PAGE_BYTES,
} as const
