/** How two devices find out which entries one of them lacks (spec §5.7). */
import type { EntryHash } from '../id.ts'
import { pastOf, type EntryGraph, type Node } from './graph.ts'
import { LOCATOR_MAX_HASHES } from './spec.ts'

/** Half for heads, the newest first; half for steps back that double. */
const LOCATOR_HEADS = LOCATOR_MAX_HASHES / 2

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
