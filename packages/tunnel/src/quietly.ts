/** Faults that tell how something ended, not where in the code. */

/** Does `work`; errors made in it have no stack: taking one and writing it down costs more than ending a stream. */
export function quietly<Result>(work: () => Result): Result {
  const depth = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = depth
  }
}
