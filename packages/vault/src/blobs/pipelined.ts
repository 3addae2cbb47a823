/**
 * Starts work on items, at most `ahead` at a time, and gives the results in the order of the items. However it ends, nothing
 * that it started runs on: files that the work uses may be closed then.
 */
export async function* pipelined<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  ahead: number,
  start: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running = new Set<Promise<R>>()
  try {
    for await (const item of items) {
      const work = start(item)
      // Looked at in its turn; until then its failure is nobody's.
      work.catch(() => {})
      running.add(work)
      if (running.size >= ahead) yield await first(running)
    }
    while (running.size > 0) yield await first(running)
  } finally {
    await Promise.allSettled(running)
  }
}

/** The oldest: a set keeps the order in which things were added. */
async function first<R>(running: Set<Promise<R>>): Promise<R> {
  const [oldest] = running
  if (oldest === undefined) throw new RangeError('nothing is running')
  const result = await oldest
  running.delete(oldest)
  return result
}
