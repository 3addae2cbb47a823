/** What the author of a log entry signs with, and on top of what (spec §5.2, §5.7). */
import { PeerFault } from '../fault.ts'
import type { DeviceId } from '../id.ts'
import type { Entry } from './entry.ts'
import type { Facts } from './facts.ts'
import { isBefore, type EntryGraph, type Node } from './graph.ts'
import { latest } from './heldRole.ts'
import { admittedKey, type Payload } from './payload.ts'
import { LOG_MAX_PARENTS } from './spec.ts'

/** The key of an author that was admitted in the entry's past, with effect or not. @throws PeerFault 'author-unknown' */
export function keyOf(graph: EntryGraph, facts: Facts, { author, parents }: Entry): Uint8Array {
  const nodes = parents.flatMap((hash) => graph.get(hash) ?? [])
  const admission = facts.admissions
    .get(author)
    .find((node) => nodes.some((parent) => parent === node || isBefore(node, parent)))
  const key = admission && admittedKey(admission.entry.payload)
  if (key === undefined) throw new PeerFault('author-unknown')
  return key
}

/** The key of an author that was admitted wherever in the log. */
export function anyKeyOf(facts: Facts, author: DeviceId): Uint8Array | undefined {
  const [admission] = facts.admissions.get(author)
  return admission && admittedKey(admission.entry.payload)
}

/**
 * On top of all that has an effect; the author's own last entry, the act that this one approves or withdraws, and the last ones of whom
 * this one is about, before others where they are too many. Other entries without effect are not built upon.
 * @param frontier entries with an effect that no other such one follows
 * @param own the author's last entries
 */
export function parentsFor(
  facts: Facts,
  frontier: readonly Node[],
  own: readonly Node[],
  payload: Payload,
): Node[] {
  const about = 'member' in payload ? payload.member : undefined
  const device = payload.type === 'revoke-device' ? payload.device : undefined
  const act = 'act' in payload ? facts.acts.get(payload.act) : undefined
  const newest = [...frontier].reverse()
  const first = newest.filter(
    (node) => node.entry.author === device || (about !== undefined && facts.memberOf(node) === about),
  )
  const wanted = new Set([...own, ...(act === undefined ? [] : [act]), ...first, ...newest])
  return latest([...wanted]).slice(0, LOG_MAX_PARENTS)
}
