/**
 * So many random ids of nodes, none of which is stored: how many there are below each prefix follows from a seed, and so do the
 * ids. A hundred million nodes take no memory.
 */

/** Bits of an id: what a number holds exactly. Ids of the DHT are longer; no two of these are alike either. */
export const ID_BITS = 52
/** From here on a binomial is as good as normal. */
const NORMAL_FROM = 64

export interface Subtree {
  /** Bits of the prefix. */
  readonly depth: number
  readonly prefix: number
  /** Ids below it. */
  readonly count: number
}

export class IdTree {
  readonly root: Subtree
  private readonly seed: number

  constructor(count: number, seed: number) {
    this.root = { depth: 0, prefix: 0, count }
    this.seed = seed
  }

  /** The halves of a subtree: each id is as likely in one as in the other. */
  halves({ depth, prefix, count }: Subtree): readonly [Subtree, Subtree] {
    const zeros = half(count, rollsOf(this.seed, depth, prefix))
    return [
      { depth: depth + 1, prefix: prefix * 2, count: zeros },
      { depth: depth + 1, prefix: prefix * 2 + 1, count: count - zeros },
    ]
  }

  /** What lies below the first `depth` bits of `id`. */
  below(id: number, depth: number): Subtree {
    let here = this.root
    while (here.depth < depth) here = this.halves(here)[bitOf(id, here.depth)]
    return here
  }

  /** A random id of `subtree`, which is not empty. @param roll 0 to 1, anew for each call */
  pick(subtree: Subtree, roll: () => number): number {
    let here = subtree
    while (here.count > 1 && here.depth < ID_BITS) {
      const [zeros, ones] = this.halves(here)
      here = roll() * here.count < zeros.count ? zeros : ones
    }
    return this.onlyId(here)
  }

  /** All ids of `subtree`, in order. */
  all(subtree: Subtree): number[] {
    if (subtree.count === 0) return []
    if (subtree.count === 1 || subtree.depth === ID_BITS) return [this.onlyId(subtree)]
    return this.halves(subtree).flatMap((each) => this.all(each))
  }

  private onlyId({ depth, prefix }: Subtree): number {
    const rest = Math.floor(rollsOf(this.seed + 1, depth, prefix)() * 2 ** (ID_BITS - depth))
    return prefix * 2 ** (ID_BITS - depth) + rest
  }
}

/** Bit number `at` of an id, 0 the highest. */
export function bitOf(id: number, at: number): 0 | 1 {
  return Math.floor(id / 2 ** (ID_BITS - 1 - at)) % 2 === 0 ? 0 : 1
}

/** Repeatable rolls of 0 to 1 for a place: Mulberry32, its state stirred from the numbers. */
export function rollsOf(...place: readonly number[]): () => number {
  let state = 0x9e3779b9
  for (const number of place) {
    for (const part of [number % 2 ** 32, Math.floor(number / 2 ** 32)]) {
      state = Math.imul(state ^ part, 0x85ebca6b)
      state = Math.imul(state ^ (state >>> 15), 0xc2b2ae35)
      state ^= state >>> 13
    }
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How many of `count` coins show heads. */
function half(count: number, roll: () => number): number {
  if (count < NORMAL_FROM) {
    let heads = 0
    for (let coin = 0; coin < count; coin++) if (roll() < 0.5) heads++
    return heads
  }
  // Box and Muller's two rolls for one normal number.
  const normal = Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll())
  return Math.min(count, Math.max(0, Math.round(count / 2 + (normal * Math.sqrt(count)) / 2)))
}
