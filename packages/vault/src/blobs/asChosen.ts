/** Whether a file that is read is the one that was chosen, and stays it. */
import { constants, type BigIntStats } from 'node:fs'

/** No link at the end of a path is followed, and nothing is waited for: what was chosen is a file. */
export const SOURCE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Whether it is the file that was chosen, by what was known of it: times are compared to the millisecond. */
export function isAsChosen(stats: BigIntStats, size: number, modifiedMs: number): boolean {
  const isSameTime = Math.abs(Number(stats.mtimeNs) / 1e6 - modifiedMs) < 1
  return stats.isFile() && stats.size === BigInt(size) && isSameTime
}

/** Whether nothing was written to it in between, as far as its file system tells. */
export function isUnchanged(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs
}
