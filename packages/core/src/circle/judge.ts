/**
 * Decides which entries have an effect (spec §5.6). An entry may depend on whether a concurrent one has an effect, and that
 * one on the first: what follows without such circles is decided first, in whatever order, and then each circle is cut at
 * its weakest author's. Both steps depend on the set of entries alone, so every device decides alike.
 */
import { compareBytes } from '../bytes.ts'
import type { MemberId } from '../id.ts'
import { memberOfDevice, type Facts } from './facts.ts'
import { hashBytesOf, isBefore, type EntryGraph, type Node } from './graph.ts'
import { ROLES } from './role.ts'
import { claimedRole, every, RULE_NAMES, RULES, type Court, type RuleName } from './rules.ts'
import { sourceCycle } from './sourceCycle.ts'

/** true: has an effect; else the rule that it broke. */
export type Verdict = true | RuleName

export class Judge {
  private readonly graph: EntryGraph
  private readonly facts: Facts
  private verdicts: (Verdict | undefined)[] = []
  private settled = true

  constructor(graph: EntryGraph, facts: Facts) {
    this.graph = graph
    this.facts = facts
  }

  /**
   * To be called for each node inserted, in order.
   * @returns whether verdicts on earlier nodes may have changed
   */
  add(node: Node): boolean {
    if (this.settled && !mayUndo(this.facts, node)) {
      this.verdicts[node.index] = this.judgeAmongDecided(node)
      return false
    }
    this.settled = false
    return true
  }

  /** On a node of the graph, or one prepared for it. */
  verdict(node: Node): Verdict {
    if (!this.settled) this.settle()
    return this.verdicts[node.index] ?? this.judgeAmongDecided(node)
  }

  private court(): Court {
    const first = this.graph.nodes[0]
    if (first === undefined) throw new RangeError('the log is empty')
    return {
      facts: this.facts,
      first,
      effectOf: (node) => {
        const verdict = this.verdicts[node.index]
        return verdict === undefined ? undefined : verdict === true
      },
    }
  }

  /** Where everything else is decided, an answer never stays open. */
  private judgeAmongDecided(node: Node): Verdict {
    return brokenRule(this.court(), node) ?? true
  }

  private settle(): void {
    this.verdicts = []
    const court = this.court()
    let open: readonly Node[] = this.graph.nodes
    while (open.length > 0) {
      const left = open.filter((node) => !this.decide(court, node))
      if (left.length === open.length) {
        for (const node of weakest(court, left)) this.verdicts[node.index] = 'outranked'
      }
      open = left.filter((node) => this.verdicts[node.index] === undefined)
    }
    this.nameBrokenRules(court)
    this.settled = true
  }

  private decide(court: Court, node: Node): boolean {
    const answer = answerTo(court, node)
    if (answer !== true && answer !== false) return false
    this.verdicts[node.index] = answer || (brokenRule(court, node) ?? 'outranked')
    return true
  }

  /** The rule named first must not depend on the order of deciding. */
  private nameBrokenRules(court: Court): void {
    for (const node of this.graph.nodes) {
      if (this.verdicts[node.index] !== true) {
        this.verdicts[node.index] = brokenRule(court, node) ?? 'outranked'
      }
    }
  }
}

function answerTo(court: Court, node: Node): true | false | readonly Node[] {
  if (node === court.first) return true
  return every(...RULE_NAMES.map((name) => RULES[name](court, node)))
}

function brokenRule(court: Court, node: Node): RuleName | undefined {
  if (node === court.first) return undefined
  return RULE_NAMES.find((name) => RULES[name](court, node) === false)
}

/** Whether `node` may take the effect of an entry that does not know of it. */
function mayUndo(facts: Facts, node: Node): boolean {
  const { payload, author } = node.entry
  const besides = (others: readonly Node[]): boolean =>
    others.some((other) => other !== node && !isBefore(other, node))
  const by = (member: MemberId): boolean => besides(facts.byAuthor.get(member as never))
  switch (payload.type) {
    case 'leave':
      return by(memberOfDevice(author))
    case 'remove':
    case 'role':
      return by(payload.member)
    case 'room-members':
      return payload.remove.some(by)
    case 'revoke-invite':
      return besides(facts.spendings.get(payload.invitation))
    case 'admit':
      return (
        besides(facts.spendings.get(payload.invitation)) ||
        besides(facts.admissions.get(node.subject as never))
      )
    default:
      return false
  }
}

/**
 * The entries at which a circle is cut: those that can take an effect from others, of the author of the lowest role, and of
 * such authors the one admitted last. All of that author's at once: otherwise it could make the circle as long as it likes.
 */
function weakest(court: Court, open: readonly Node[]): Node[] {
  const cycle = sourceCycle(open, (node) => {
    const answer = answerTo(court, node)
    return answer === true || answer === false ? [] : answer
  })
  const ranked = cycle
    .filter(({ entry }) => CONFLICTING.has(entry.payload.type))
    .map((node) => ({ node, rank: rankOf(court, node) }))
  const lowest = ranked.reduce<Rank | undefined>(
    (weak, { rank }) => (weak === undefined || compareRanks(weak, rank) < 0 ? rank : weak),
    undefined,
  )
  return ranked.flatMap(({ node, rank }) =>
    lowest !== undefined && compareRanks(rank, lowest) === 0 ? [node] : [],
  )
}

/** What can take the effect of a concurrent entry; every circle has such entries, as only they wait for concurrent ones. */
const CONFLICTING: ReadonlySet<string> = new Set([
  'remove',
  'leave',
  'role',
  'revoke-invite',
  'admit',
  'room-members',
])

/** Compared field by field; the greater is the weaker. Equal for entries of one author with one role. */
type Rank = readonly [role: number, admitted: number, admission: Uint8Array]

function rankOf(court: Court, node: Node): Rank {
  const admissions = court.facts.admissions.get(node.entry.author)
  const admission = admissions.find((other) => isBefore(other, node)) ?? court.first
  return [ROLES.indexOf(claimedRole(court, node)), admission.depth, hashBytesOf(admission)]
}

function compareRanks(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1] || compareBytes(a[2], b[2])
}
