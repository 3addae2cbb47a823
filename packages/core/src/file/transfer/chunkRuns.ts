/** A set of chunk numbers as the runs of which it consists: small where chunks lie together. */
export class ChunkRuns {
  private readonly starts: number[] = []
  /** One after the last of each. */
  private readonly ends: number[] = []
  private counted = 0

  /** How many chunks. */
  get count(): number {
    return this.counted
  }

  /** How many runs. */
  get length(): number {
    return this.starts.length
  }

  has(index: number): boolean {
    const run = this.atOrAfter(index)
    return run !== undefined && run[0] <= index
  }

  /** The first run that ends after `index`; `end` is one after its last. */
  atOrAfter(index: number): [from: number, end: number] | undefined {
    const at = this.firstEndingAfter(index)
    const [from, end] = [this.starts[at], this.ends[at]]
    return from === undefined || end === undefined ? undefined : [from, end]
  }

  /** Adds `from` to `end - 1`. */
  add(from: number, end: number): void {
    if (end <= from) return
    const first = this.firstEndingAfter(from - 1)
    let after = first
    let [low, high] = [from, end]
    for (; (this.starts[after] ?? Infinity) <= end; after++) {
      low = Math.min(low, this.starts[after] ?? low)
      high = Math.max(high, this.ends[after] ?? high)
      this.counted -= (this.ends[after] ?? 0) - (this.starts[after] ?? 0)
    }
    this.replace(first, after - first, [[low, high]])
  }

  /** Takes `from` to `end - 1` out. */
  remove(from: number, end: number): void {
    if (end <= from) return
    const first = this.firstEndingAfter(from)
    const kept: [number, number][] = []
    let after = first
    for (; (this.starts[after] ?? Infinity) < end; after++) {
      const [low, high] = [this.starts[after] ?? 0, this.ends[after] ?? 0]
      this.counted -= high - low
      if (low < from) kept.push([low, from])
      if (high > end) kept.push([end, high])
    }
    this.replace(first, after - first, kept)
  }

  clear(): void {
    this.replace(0, this.starts.length, [])
    this.counted = 0
  }

  private replace(at: number, removed: number, runs: readonly [number, number][]): void {
    this.starts.splice(at, removed, ...runs.map(([low]) => low))
    this.ends.splice(at, removed, ...runs.map(([, high]) => high))
    for (const [low, high] of runs) this.counted += high - low
  }

  private firstEndingAfter(index: number): number {
    let [low, high] = [0, this.ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.ends[middle] ?? 0) > index) high = middle
      else low = middle + 1
    }
    return low
  }
}
