/** How two devices find out which entries one of them lacks (spec §5.7). */
import type { DeviceId, EntryHash } from '../id.ts'
import { pastOf, type EntryGraph, type Node } from './graph.ts'
import { LOCATOR_MAX_HASHES } from './spec.ts'

/** Half for heads, the newest first; half for steps back that double. */
const LOCATOR_HEADS = LOCATOR_MAX_HASHES / 2
/** Last entries that go ahead of what they stand on: one of each of so many authors, in one frame. */
const MAX_AHEAD = 64

/** Heads, and entries ever further back in the local order. */
export function locatorOf(graph: EntryGraph): EntryHash[] {
  const { nodes } = graph
  const located = new Set(graph.heads.slice(-LOCATOR_HEADS).map((node) => node.entry.hash))
  for (let step = 1; located.size < LOCATOR_MAX_HASHES && step <= nodes.length; step *= 2) {
    const node = nodes[nodes.length - step]
    if (node !== undefined) located.add(node.entry.hash)
  }
  const first = nodes[0]
  if (first !== undefined && located.size < LOCATOR_MAX_HASHES) located.add(first.entry.hash)
  return [...located]
}

/** Nodes after `after` in the local order that are neither in `locator` nor in the past of what is. Unknown hashes say nothing. */
export function* missingFrom(
  graph: EntryGraph,
  locator: readonly EntryHash[],
  after?: EntryHash,
): Generator<Node, void> {
  const known = pastOf(locator.flatMap((hash) => graph.get(hash) ?? []))
  const from = after === undefined ? 0 : (graph.get(after)?.index ?? -1) + 1
  for (const node of graph.nodes.slice(from)) {
    if (!known(node)) yield node
  }
}

/** As many of `nodes`, in bytes, as fit, one at least. */
export function pageOf(
  nodes: Iterable<Node>,
  limitBytes: number,
  bytesOf: (node: Node) => Uint8Array,
): Uint8Array[] {
  const page: Uint8Array[] = []
  let left = limitBytes
  for (const node of nodes) {
    const bytes = bytesOf(node)
    if (page.length > 0 && bytes.length > left) break
    page.push(bytes)
    left -= bytes.length
  }
  return page
}

/**
 * What to send first of `missing` to one who compares heads anew afterwards: all, or else what fits with the authors taking
 * turns, and besides the last entries of some, of which parents may come later. Whoever takes no more of a flooding device's
 * entries takes those on which others build (spec §5.7), and so has to see these first.
 * @param mayGrow whether a device has fewer entries than it may
 * @param page those of the nodes that fit, in bytes as given or what is usual
 */
export function burstOf(
  missing: readonly Node[],
  mayGrow: (author: DeviceId) => boolean,
  page: (nodes: Iterable<Node>, limitBytes?: number) => Uint8Array[],
): Uint8Array[] {
  const all = page(missing)
  if (all.length === missing.length) return all
  return [...page(inTurns(missing)), ...page(lastOfEach(missing, mayGrow), Infinity)]
}

/** The same nodes, parents first, each author's in turn: so one with thousands of entries puts nobody's behind them. */
function inTurns(missing: readonly Node[]): Node[] {
  const counts = new Map<DeviceId, number>()
  const turns = new Map<Node, number>()
  for (const node of missing) {
    const own = counts.get(node.entry.author) ?? 0
    counts.set(node.entry.author, own + 1)
    turns.set(
      node,
      node.parents.reduce((turn, parent) => Math.max(turn, turns.get(parent) ?? 0), own),
    )
  }
  return missing.toSorted((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0))
}

/** The last of `missing` of each author for whom `mayGrow`, of those with the fewest first. */
function lastOfEach(missing: readonly Node[], mayGrow: (author: DeviceId) => boolean): Node[] {
  const last = new Map<DeviceId, { node: Node; count: number }>()
  for (const node of missing) {
    const { author } = node.entry
    last.set(author, { node, count: (last.get(author)?.count ?? 0) + 1 })
  }
  return [...last.values()]
    .filter(({ node }) => mayGrow(node.entry.author))
    .sort((a, b) => a.count - b.count)
    .slice(0, MAX_AHEAD)
    .map(({ node }) => node)
}
