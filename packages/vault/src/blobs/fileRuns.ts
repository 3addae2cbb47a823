/** Puts small files that lie beside each other in a blob into runs of chunks. */
import { CHUNK_BYTES, type PlainFile } from '@triode/core'
import { rangeWrong } from './blobFaults.ts'
import type { FilePlace } from './newFiles.ts'
import { MAX_RUN_FILES, RUN_CHUNKS } from './tuning.ts'

export interface FileRun {
  readonly from: number
  /** 0: all of its files are empty. */
  readonly count: number
  readonly files: readonly FilePlace[]
}

const RUN_BYTES = RUN_CHUNKS * CHUNK_BYTES

/**
 * @param files in the order of their places; each is in one run, however long
 * @param size of the blob
 * @throws CallerFault 'range-wrong' for a file that is not in it
 */
export function* fileRuns(files: Iterable<PlainFile>, size: number): Generator<FileRun> {
  let batch: PlainFile[] = []
  for (const file of files) {
    if (!(file.from >= 0 && file.size >= 0 && endOf(file) <= size)) throw rangeWrong()
    const [first, last] = [batch[0], batch.at(-1)]
    const fits =
      first === undefined ||
      last === undefined ||
      (batch.length < MAX_RUN_FILES && file.from === endOf(last) && endOf(file) - first.from <= RUN_BYTES)
    if (!fits) {
      yield runOf(batch)
      batch = []
    }
    batch.push(file)
  }
  if (batch.length > 0) yield runOf(batch)
}

function runOf(batch: readonly PlainFile[]): FileRun {
  const start = batch[0]?.from ?? 0
  const end = batch.at(-1)
  const to = end === undefined ? start : endOf(end)
  const from = Math.floor(start / CHUNK_BYTES)
  const files = batch.map(({ path, from: at, size, mode, modifiedAt }): FilePlace => {
    const place = { path, skip: at - from * CHUNK_BYTES, length: size, mode }
    return modifiedAt === undefined ? place : { ...place, modifiedAt }
  })
  return { from, count: to === start ? 0 : Math.ceil(to / CHUNK_BYTES) - from, files }
}

function endOf({ from, size }: PlainFile): number {
  return from + size
}
