/**
 * Randomness that a seed replays: xoshiro128** (Blackman and Vigna), seeded by hashing the seed's text. For simulations
 * and tests only: whoever sees some output can compute the rest.
 */
import type { Random } from '@triode/core'

export interface SeededRandom extends Random {
  /** The seed that replays this generator from its start. */
  readonly seed: string
  /** Uniform integer in 0..max-1. @throws RangeError unless 1 <= max <= 2^53 - 1 */
  int(max: number): number
  /** Uniform in [0, 1), 53 bits. */
  fraction(): number
  /** @throws RangeError on an empty list */
  pick<T>(items: readonly T[]): T
  /** True with `probability` (0..1). */
  chance(probability: number): boolean
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[]
  /** An independent generator, a function of this one's seed and `name` only, not of what was drawn before. */
  fork(name: string): SeededRandom
}

export function createSeededRandom(seed: string | number): SeededRandom {
  const text = String(seed)
  const next = xoshiro128(seedWords(text))

  function fraction(): number {
    return ((next() >>> 5) * 0x400_0000 + (next() >>> 6)) / 2 ** 53
  }

  function int(max: number): number {
    if (!Number.isSafeInteger(max) || max < 1) throw new RangeError('max is not a positive safe integer')
    if (max > 2 ** 32) return Math.floor(fraction() * max)
    // Rejection: no residue is favoured.
    const limit = 2 ** 32 - (2 ** 32 % max)
    for (;;) {
      const word = next()
      if (word < limit) return word % max
    }
  }

  const random: SeededRandom = {
    seed: text,
    int,
    fraction,
    bytes: (count) => drawBytes(next, count),
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[int(items.length)] as T
    },
    chance: (probability) => fraction() < probability,
    shuffle<T>(items: readonly T[]): T[] {
      const out = [...items]
      for (let i = out.length - 1; i > 0; i--) {
        const j = int(i + 1)
        const held = out[i] as T
        out[i] = out[j] as T
        out[j] = held
      }
      return out
    },
    fork: (name) => createSeededRandom(`${text}/${name}`),
  }
  return random
}

function drawBytes(next: () => number, count: number): Uint8Array {
  const out = new Uint8Array(count)
  let word = 0
  for (let i = 0; i < count; i++) {
    if ((i & 3) === 0) word = next()
    out[i] = word
    word >>>= 8
  }
  return out
}

type State = [number, number, number, number]

/** xoshiro128** 1.1: 32 bits a call, period 2^128 - 1. */
function xoshiro128([a, b, c, d]: State): () => number {
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotateLeft(d, 11)
    return result
  }
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

/** Four words from FNV-1a of the text, each finished with MurmurHash3's mixer; never all zero. */
function seedWords(text: string): State {
  let hash = 0x811c_9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  let other = text.length
  for (let i = text.length - 1; i >= 0; i--)
    other = Math.imul(other ^ text.charCodeAt(i), 0x85eb_ca6b) + 0x9e37_79b9
  const state: State = [mix(hash), mix(other), mix(hash + 0x9e37_79b9), mix(other ^ 0x5bd1_e995)]
  if (state.every((word) => word === 0)) state[0] = 1
  return state
}

function mix(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}
