/** Look-ups as the DHT library makes them (Kademlia: buckets of 20, ten questions at a time), among nodes of an id tree. */
import { bitOf, ID_BITS, IdTree, rollsOf, type Subtree } from './idTree.ts'

/** Of a bucket, and of what a look-up ends with: as in the library. */
export const BUCKET = 20
const AT_A_TIME = 10
/** Draws for a bucket, until it is full of different ids. */
const MOST_DRAWS = 8 * BUCKET

export interface Lookup {
  /** From the first nodes that are asked to the closest one, counting both. */
  readonly hops: number
  /** Nodes asked. */
  readonly asked: number
}

/** Means over so many look-ups from and for random places. */
export function simulateLookups(nodes: number, lookups: number, seed: number): Lookup {
  const tree = new IdTree(nodes, seed)
  const roll = rollsOf(seed, nodes)
  const anywhere = (): number => Math.floor(roll() * 2 ** ID_BITS)
  const total = { hops: 0, asked: 0 }
  for (let done = 0; done < lookups; done++) {
    const { hops, asked } = lookUp(tree, anywhere(), anywhere())
    total.hops += hops
    total.asked += asked
  }
  return { hops: total.hops / lookups, asked: total.asked / lookups }
}

interface Known {
  readonly id: number
  readonly distance: number
  hops: number
  /** When its answer comes, in round trips; undefined: it was not asked. */
  answersAt: number | undefined
  answered: boolean
}

/**
 * Whenever one answers the next is asked, so that ten are always under way.
 * @param self who asks, and is no node itself
 */
function lookUp(tree: IdTree, self: number, target: number): Lookup {
  const known = new Map<number, Known>()
  const roll = rollsOf(self, target)
  const learn = (ids: readonly number[], hops: number): void => {
    for (const id of ids) {
      const one = known.get(id)
      if (one !== undefined) one.hops = Math.min(one.hops, hops)
      else {
        const distance = distanceOf(id, target)
        known.set(id, { id, distance, hops, answersAt: undefined, answered: false })
      }
    }
  }
  learn(closestKnown(tree, self, target), 1)
  for (let now = 0; ;) {
    const nearest = [...known.values()].sort((one, other) => one.distance - other.distance)
    const answered = nearest.filter((one) => one.answered)
    const underWay = nearest.filter((one) => one.answersAt !== undefined && !one.answered)
    // The library goes on while somebody is closer than the twentieth of those that answered.
    const limit = answered[BUCKET - 1]?.distance ?? Infinity
    const next = nearest.filter(({ answersAt, distance }) => answersAt === undefined && distance < limit)
    for (const one of next.slice(0, AT_A_TIME - underWay.length)) {
      one.answersAt = now + 0.5 + roll()
      underWay.push(one)
    }
    const [first] = underWay.sort((one, other) => (one.answersAt ?? 0) - (other.answersAt ?? 0))
    if (first === undefined) return { hops: answered[0]?.hops ?? 0, asked: answered.length }
    now = first.answersAt ?? now
    first.answered = true
    learn(closestKnown(tree, first.id, target), first.hops + 1)
  }
}

/** The twenty closest to `target` that `node` has in its buckets, all of which are as full as can be. */
function closestKnown(tree: IdTree, node: number, target: number): number[] {
  const shared = sharedBits(node, target)
  const found = bucket(tree, node, tree.below(target, shared + 1))
  // Then those in its own half, and only then those farther away: so go the distances.
  for (let depth = shared + 1; depth < ID_BITS && found.length < BUCKET; depth++) {
    const own = tree.below(node, depth)
    if (own.count <= BUCKET) {
      found.push(...tree.all(own).filter((id) => id !== node))
      break
    }
    const [zeros, ones] = tree.halves(own)
    found.push(...bucket(tree, node, bitOf(node, depth) === 0 ? ones : zeros))
  }
  for (let depth = shared - 1; depth >= 0 && found.length < BUCKET; depth--) {
    const [zeros, ones] = tree.halves(tree.below(node, depth))
    found.push(...bucket(tree, node, bitOf(node, depth) === 0 ? ones : zeros))
  }
  return found.sort((one, other) => distanceOf(one, target) - distanceOf(other, target)).slice(0, BUCKET)
}

/** What `node` knows of a subtree that it is not in: all if they are few, else some, always the same. */
function bucket(tree: IdTree, node: number, subtree: Subtree): number[] {
  if (subtree.count <= BUCKET) return tree.all(subtree)
  const roll = rollsOf(node, subtree.depth)
  const ids = new Set<number>()
  for (let draw = 0; ids.size < BUCKET && draw < MOST_DRAWS; draw++) ids.add(tree.pick(subtree, roll))
  return [...ids]
}

/** Kademlia's: exclusive or. */
function distanceOf(one: number, other: number): number {
  const [high, low] = [2 ** 26, 2 ** 26]
  const upper = (Math.floor(one / high) ^ Math.floor(other / high)) >>> 0
  const lower = ((one % low) ^ (other % low)) >>> 0
  return upper * high + lower
}

function sharedBits(one: number, other: number): number {
  const distance = distanceOf(one, other)
  return distance === 0 ? ID_BITS - 1 : ID_BITS - 1 - Math.floor(Math.log2(distance))
}
