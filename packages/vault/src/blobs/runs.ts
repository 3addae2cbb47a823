import { type ChunkShape, SEALED_CHUNK_BYTES, sealedChunkBytes } from '@triode/core'

/** Consecutive chunks of a blob. */
export type Run = readonly [from: number, count: number]

/** Whether a blob of this shape has them, one at least. */
export function isRunOf({ chunks }: ChunkShape, [from, count]: Run): boolean {
  return Number.isInteger(from) && from >= 0 && count >= 1 && from + count <= chunks
}

/** How long they are together, sealed. */
export function sealedBytesOf(shape: ChunkShape, [from, count]: Run): number {
  return (count - 1) * SEALED_CHUNK_BYTES + sealedChunkBytes(shape, from + count - 1)
}

export function numbersOf([from, count]: Run): number[] {
  return Array.from({ length: count }, (_, at) => from + at)
}

/** What is left of a run without `bad`, which is in order. */
export function runsWithout([from, count]: Run, bad: readonly number[]): Run[] {
  const ends = [...bad, from + count]
  const starts = [from, ...bad.map((index) => index + 1)]
  return starts
    .map((start, at): Run => [start, (ends[at] ?? start) - start])
    .filter(([, length]) => length > 0)
}
