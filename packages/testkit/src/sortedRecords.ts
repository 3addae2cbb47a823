/** Records sorted by key: a list of short sorted runs, so that inserting anywhere among 100,000 stays cheap. */

/** Keys a run holds before it is halved: a splice of 256 pointers costs well under a microsecond. */
const RUN_KEYS = 256

interface Run {
  readonly keys: string[]
  readonly values: Uint8Array[]
}

export class SortedRecords {
  size = 0
  private runs: Run[] = []

  copy(): SortedRecords {
    const out = new SortedRecords()
    out.size = this.size
    out.runs = this.runs.map(({ keys, values }) => ({ keys: [...keys], values: [...values] }))
    return out
  }

  get(key: string): Uint8Array | undefined {
    const run = this.runs[this.runOf(key)]
    if (run === undefined) return undefined
    const at = lowerBound(run.keys, key)
    return run.keys[at] === key ? run.values[at] : undefined
  }

  /** @returns the value replaced */
  set(key: string, value: Uint8Array): Uint8Array | undefined {
    const index = this.runOf(key)
    const run = this.runs[index]
    if (run === undefined) {
      this.runs.push({ keys: [key], values: [value] })
      this.size++
      return undefined
    }
    const at = lowerBound(run.keys, key)
    if (run.keys[at] === key) {
      const before = run.values[at]
      run.values[at] = value
      return before
    }
    run.keys.splice(at, 0, key)
    run.values.splice(at, 0, value)
    this.size++
    if (run.keys.length > RUN_KEYS) this.split(index, run, at === RUN_KEYS)
    return undefined
  }

  /** @returns the value removed */
  delete(key: string): Uint8Array | undefined {
    const index = this.runOf(key)
    const run = this.runs[index]
    if (run === undefined) return undefined
    const at = lowerBound(run.keys, key)
    if (run.keys[at] !== key) return undefined
    const [before] = run.values.splice(at, 1)
    run.keys.splice(at, 1)
    if (run.keys.length === 0) this.runs.splice(index, 1)
    this.size--
    return before
  }

  /** Records with from <= key < to, at most `limit`, from the far end if `reverse`. */
  range(
    from: string | undefined,
    to: string | undefined,
    reverse: boolean,
    limit: number,
  ): [key: string, value: Uint8Array][] {
    const out: [string, Uint8Array][] = []
    const [start, end] = [this.position(from, false), this.position(to, true)]
    const take = (run: Run, at: number): void => {
      out.push([run.keys[at] as string, run.values[at] as Uint8Array])
    }
    const step = reverse ? -1 : 1
    for (let r = reverse ? end.run : start.run; r >= start.run && r <= end.run; r += step) {
      const run = this.runs[r]
      if (run === undefined) continue
      const low = r === start.run ? start.at : 0
      const high = r === end.run ? end.at : run.keys.length
      for (let i = reverse ? high - 1 : low; i >= low && i < high; i += step) {
        if (out.length >= limit) return out
        take(run, i)
      }
    }
    return out
  }

  /** Number of records with from <= key < to. */
  count(from: string | undefined, to: string | undefined): number {
    if (from === undefined && to === undefined) return this.size
    if (from !== undefined && to !== undefined && from >= to) return 0
    const [start, end] = [this.position(from, false), this.position(to, true)]
    let count = end.at - start.at
    for (let r = start.run; r < end.run; r++) count += this.runs[r]?.keys.length ?? 0
    return count
  }

  /** Where the first key >= `key` is; without a key, the beginning or the end. */
  private position(key: string | undefined, end: boolean): { run: number; at: number } {
    if (key === undefined) return end ? { run: this.runs.length, at: 0 } : { run: 0, at: 0 }
    const run = this.runOf(key)
    return { run, at: lowerBound(this.runs[run]?.keys ?? [], key) }
  }

  /** The run that holds `key` or would: the last whose first key is not above it. */
  private runOf(key: string): number {
    const last = this.runs.length - 1
    if (last >= 0 && ((this.runs[last] as Run).keys[0] as string) <= key) return last
    let [low, high] = [0, last]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (((this.runs[middle] as Run).keys[0] as string) <= key) low = middle
      else high = middle - 1
    }
    return Math.max(0, low)
  }

  /** Halves a full run; one that only grows at its end stays full and gets a fresh neighbour. */
  private split(index: number, run: Run, appended: boolean): void {
    const from = appended ? RUN_KEYS : RUN_KEYS >> 1
    this.runs.splice(index + 1, 0, { keys: run.keys.splice(from), values: run.values.splice(from) })
  }
}

/** Index of the first of `keys` that is >= `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length]
  if (high > 0 && (keys[high - 1] as string) < key) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
