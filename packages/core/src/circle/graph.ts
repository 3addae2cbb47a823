/**
 * The entries as a hash-linked graph, and who comes before whom in it. A node knows its ancestors as a set of bits over
 * the order of insertion, of which only the part after the last gap is kept: a log without branches costs a word a node,
 * and one whose branches joined again costs no more.
 */
import { fromBase32 } from '../base32.ts'
import { compareBytes } from '../bytes.ts'
import type { EntryHash } from '../id.ts'
import type { Entry } from './entry.ts'

export interface Node {
  readonly entry: Entry
  /** What the entry brings into being: a device id, an invitation id or a room id. */
  readonly subject: string | undefined
  /** Place in the local order of insertion, parents first: differs from device to device. */
  readonly index: number
  /** Length of the longest path from the first entry: the same on every device. */
  readonly depth: number
  readonly parents: readonly Node[]
  /** Every node in the words before this one is an ancestor. */
  readonly fullWords: number
  /** The words that follow, up to the node's own. */
  readonly rest: Uint32Array
}

/** Whether `a` is in the causal past of `b`; false for `a` itself. */
export function isBefore(a: Node, b: Node): boolean {
  if (a.index >= b.index) return false
  return (wordOf(b, a.index >>> 5) & (1 << (a.index & 31))) !== 0
}

/** Tells whether a node is one of `nodes` or in the past of one. */
export function pastOf(nodes: readonly Node[]): (node: Node) => boolean {
  const full = nodes.reduce((most, node) => Math.max(most, node.fullWords), 0)
  const words = nodes.reduce((most, node) => Math.max(most, (node.index >>> 5) + 1), full)
  const bits = new Uint32Array(words - full)
  for (const node of nodes) addWithPast(bits, full, node)
  return ({ index }) => {
    const word = index >>> 5
    return word < full || ((bits[word - full] ?? 0) & (1 << (index & 31))) !== 0
  }
}

/** Neither is in the past of the other, and they are not the same. */
export function areConcurrent(a: Node, b: Node): boolean {
  return a !== b && !isBefore(a, b) && !isBefore(b, a)
}

const hashes = new WeakMap<Entry, Uint8Array>()

/** Bytes of the hash, to order entries by: base32 text sorts otherwise. Kept, because a liar can have thousands compared with each other. */
export function hashBytesOf({ entry }: Node): Uint8Array {
  let bytes = hashes.get(entry)
  if (bytes === undefined) {
    bytes = fromBase32(entry.hash)
    hashes.set(entry, bytes)
  }
  return bytes
}

/** By depth, and then by hash: each after its past, and the same order on every device. */
export function inOrder(nodes: readonly Node[]): Node[] {
  return [...nodes].sort((a, b) => a.depth - b.depth || compareBytes(hashBytesOf(a), hashBytesOf(b)))
}

export class EntryGraph {
  private readonly all: Node[] = []
  private readonly byHash = new Map<EntryHash, Node>()
  private readonly childless = new Set<Node>()

  get size(): number {
    return this.all.length
  }

  /** In insertion order: parents before children. */
  get nodes(): readonly Node[] {
    return this.all
  }

  /** The nodes without children, in insertion order. */
  get heads(): readonly Node[] {
    return [...this.childless]
  }

  get(hash: EntryHash): Node | undefined {
    return this.byHash.get(hash)
  }

  /** Parents of `entry` that are not here. */
  missing(entry: Entry): EntryHash[] {
    return entry.parents.filter((parent) => !this.byHash.has(parent))
  }

  /** A node as it would be if inserted now. All its parents have to be here. */
  prepare(entry: Entry, subject: string | undefined): Node {
    const parents = entry.parents.flatMap((hash) => this.byHash.get(hash) ?? [])
    const index = this.all.length
    const depth = parents.reduce((deepest, parent) => Math.max(deepest, parent.depth + 1), 0)
    return { entry, subject, index, depth, parents, ...ancestorsOf(index, parents) }
  }

  /** @param node as prepare() made it, with nothing inserted since */
  insert(node: Node): void {
    for (const parent of node.parents) this.childless.delete(parent)
    this.childless.add(node)
    this.all.push(node)
    this.byHash.set(node.entry.hash, node)
  }
}

const ALL_ONES = 0xffff_ffff

/** Word `at` of the ancestors of `node`; 0 beyond its own. */
function wordOf(node: Node, at: number): number {
  return at < node.fullWords ? ALL_ONES : (node.rest[at - node.fullWords] ?? 0)
}

function ancestorsOf(index: number, parents: readonly Node[]): Pick<Node, 'fullWords' | 'rest'> {
  const words = (index >>> 5) + 1
  let full = parents.reduce((most, parent) => Math.max(most, parent.fullWords), 0)
  const bits = new Uint32Array(words - full)
  for (const parent of parents) addWithPast(bits, full, parent)
  let skip = 0
  while (skip < bits.length - 1 && bits[skip] === ALL_ONES) skip++
  full += skip
  return { fullWords: full, rest: skip === 0 ? bits : bits.slice(skip) }
}

/** Sets the bits of `node` and of its ancestors; the first word of `bits` is word `from`. */
function addWithPast(bits: Uint32Array, from: number, node: Node): void {
  const end = Math.min(from + bits.length, node.fullWords + node.rest.length)
  for (let at = from; at < end; at++) bits[at - from] = (bits[at - from] ?? 0) | wordOf(node, at)
  const own = (node.index >>> 5) - from
  if (own >= 0) bits[own] = (bits[own] ?? 0) | (1 << (node.index & 31))
}
