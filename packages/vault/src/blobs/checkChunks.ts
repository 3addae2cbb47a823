/** Hashes stored chunks anew; and the pages of a tree, where some are damaged and all chunks are here to make them from. */
import {
  HASH_BYTES,
  PAGE_HASHES,
  SEALED_CHUNK_BYTES,
  TreeBuilder,
  type TreePage,
  equalBytes,
} from '@triode/core'
import type { ChunkResult } from './chunkJob.ts'
import type { BlobContext, BlobIdentity } from './blobContext.ts'
import { jobFault } from './blobFaults.ts'
import { pipelined } from './pipelined.ts'
import type { Run } from './runs.ts'
import type { BlobHandles } from './sharedFiles.ts'
import type { TreePages } from './treePages.ts'
import { JOBS_AHEAD, RUN_CHUNKS } from './tuning.ts'

export interface Check {
  readonly context: BlobContext
  readonly identity: BlobIdentity
  readonly pages: TreePages
  readonly handles: BlobHandles
  /** In order. */
  readonly runs: readonly Run[]
  /** Called with the sealed bytes done, between jobs; what it throws ends the check. */
  readonly step: (bytes: number) => void
}

interface Found extends ChunkResult {
  readonly from: number
  readonly count: number
  /** Whether there was something to compare it with. */
  readonly isKnown: boolean
}

/** @returns the numbers of chunks that don't match, or whose page is not here */
export async function checkChunks(check: Check): Promise<number[]> {
  const { chunks } = check.identity.shape
  const isWhole = check.runs.length === 1 && check.runs[0]?.[1] === chunks
  const remade = isWhole ? remakePages(check) : undefined
  const bad: number[] = []
  let hasUnknown = false
  let done = 0
  for await (const found of hashed(check)) {
    check.step((done += found.count * SEALED_CHUNK_BYTES))
    await remade?.push(found.bytes)
    if (!found.isKnown) hasUnknown = true
    bad.push(...found.bad)
  }
  // The root vouches for what a damaged page no longer could.
  const isMended = hasUnknown && remade !== undefined && (await remade.save())
  if (isMended) return []
  return bad
}

function hashed(check: Check): AsyncGenerator<Found> {
  const { context, identity, pages, handles } = check
  const { hash, shape } = identity
  const fd = handles.chunks.fd
  return pipelined(cut(check.runs), JOBS_AHEAD * context.executor.width, async ([from, count]) => {
    const known = await pages.hashesOf(handles, from, count)
    // Nothing hashes to zeros: then all are bad.
    const expected = known ?? new Uint8Array(count * HASH_BYTES[hash])
    const result = await context.executor.run({ kind: 'check', hash, shape, from, count, fd, expected })
    if (result.failure !== undefined) throw jobFault(result.failure)
    return { ...result, from, count, isKnown: known !== undefined }
  })
}

/** Runs of no more than a job takes, none across two pages. */
function* cut(runs: readonly Run[]): Generator<Run> {
  for (const [from, count] of runs)
    for (let at = from; at < from + count;) {
      const pageEnd = (Math.floor(at / PAGE_HASHES) + 1) * PAGE_HASHES
      const end = Math.min(from + count, at + RUN_CHUNKS, pageEnd)
      yield [at, end - at]
      at = end
    }
}

/** Makes the tree anew as hashes come, and keeps those pages that are not there. */
function remakePages({ context, identity, pages, handles }: Check): {
  push(hashes: Uint8Array): Promise<void>
  save(): Promise<boolean>
} {
  const { hash, shape, root } = identity
  const made: TreePage[] = []
  const missing: TreePage[] = []
  const tree = { primitives: context.primitives, hash, shape }
  const builder = new TreeBuilder(tree, (page) => made.push(page))
  return {
    async push(hashes) {
      for (let at = 0; at < hashes.length; at += root.length)
        builder.push(hashes.subarray(at, at + root.length))
      for (const page of made.splice(0))
        if ((await pages.page(handles, page)) === undefined) missing.push(page)
    },
    /** Writes them, if the root says that they are right. */
    async save() {
      if (!equalBytes(builder.finish(), root)) return false
      for (const page of missing) await pages.write(handles, page, page.hashes)
      return true
    },
  }
}
