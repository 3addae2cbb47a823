/**
 * Decides which entries have an effect (spec §5.6). An entry may depend on whether a concurrent one has an effect, and that
 * one on the first: what follows without such circles is decided first, in whatever order, and then each circle is cut at
 * its weakest author's. Both steps depend on the set of entries alone, so every device decides alike.
 */
import { compareBytes } from '../bytes.ts'
import type { MemberId } from '../id.ts'
import { tallyOf } from './agreement.ts'
import { Contests, isList, lastOpen, type ContestSizes, type Open } from './contest.ts'
import { every, type Answer, type Court } from './court.ts'
import type { Facts } from './facts.ts'
import { hashBytesOf, inOrder, isBefore, type EntryGraph, type Node } from './graph.ts'
import { claimedRole } from './heldRole.ts'
import { ROLE, ROLES } from './role.ts'
import { RULE_NAMES, RULES, type RuleName } from './rules.ts'
import { sourceCycles } from './sourceCycle.ts'

/** true: has an effect; else the rule that it broke. */
export type Verdict = true | RuleName

/** Where a whole log is judged. */
type SettlingCourt = Court & { readonly contests: Contests }

export class Judge {
  private readonly graph: EntryGraph
  private readonly facts: Facts
  private readonly sizes: ContestSizes | undefined
  private verdicts: (Verdict | undefined)[] = []
  private settled = true
  /** Entries and lists of them that were looked at for what they contest, ever: what judging costs. */
  cost = 0

  /** @param sizes other than usual ones for tests: verdicts don't depend on them */
  constructor(graph: EntryGraph, facts: Facts, sizes?: ContestSizes) {
    this.graph = graph
    this.facts = facts
    this.sizes = sizes
  }

  /**
   * To be called for each node inserted, in order.
   * @returns whether verdicts on earlier nodes may have changed
   */
  add(node: Node): boolean {
    if (this.settled && !mayUndo(this.facts, this.graph.nodes, node)) {
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

  /** Who agrees to an act, and how many must. */
  tally(node: Node): ReturnType<typeof tallyOf> {
    if (!this.settled) this.settle()
    return tallyOf(this.court(), node)
  }

  private court(): Court {
    const first = this.graph.nodes[0]
    if (first === undefined) throw new RangeError('the log is empty')
    return {
      facts: this.facts,
      first,
      effectOf: (node) => this.effectOf(node),
      looked: (entries) => {
        this.cost += entries
      },
    }
  }

  private effectOf(node: Node): boolean | undefined {
    const verdict = this.verdicts[node.index]
    return verdict === undefined ? undefined : verdict === true
  }

  /** Where everything else is decided, an answer never stays open. */
  private judgeAmongDecided(node: Node): Verdict {
    return brokenRule(this.court(), node) ?? true
  }

  private settle(): void {
    this.verdicts = []
    const court = { ...this.court(), contests: new Contests((node) => this.effectOf(node), this.sizes) }
    // In the order in which ties are broken: a liar chooses the order in which its entries arrive, but not this one.
    let open: readonly Node[] = inOrder(this.graph.nodes)
    while (open.length > 0) {
      this.decideAll(court, open)
      const left = open.filter((node) => this.verdicts[node.index] === undefined)
      // Only when all were asked in vain: what one waits for is not always what decides it.
      if (left.length === open.length) {
        for (const node of weakest(court, left)) this.decide(court, node, false)
      }
      open = left.filter((node) => this.verdicts[node.index] === undefined)
    }
    this.nameBrokenRules(court)
    this.settled = true
  }

  /**
   * Decides what can be, of `open`. What cannot waits for one of those it depends on, and is asked again once that is decided:
   * to ask all again for each would take a liar's long chains a square of their length.
   */
  private decideAll(court: SettlingCourt, open: readonly Node[]): void {
    const waiting = new Map<Node, Node[]>()
    const next = open.toReversed()
    for (let node = next.pop(); node !== undefined; node = next.pop()) {
      const answer = answerTo(court, node)
      if (answer === true || answer === false) {
        this.decide(court, node, answer)
        for (const other of waiting.get(node) ?? []) next.push(other)
        waiting.delete(node)
        continue
      }
      // The one that is asked last: if it waited for the first one, it would be asked again for each of them.
      const last = lastOpen(answer)
      const others = last && waiting.get(last)
      if (others !== undefined) others.push(node)
      else if (last !== undefined) waiting.set(last, [node])
    }
  }

  /** The rule is named at the end. */
  private decide(court: SettlingCourt, node: Node, effect: boolean): void {
    this.verdicts[node.index] = effect || 'outranked'
    court.contests.decided(node)
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

/** As every() of all rules; those after a broken one need not be asked. */
function answerTo(court: Court, node: Node): Answer {
  if (node === court.first) return true
  const answers: Answer[] = []
  for (const name of RULE_NAMES) {
    const answer = RULES[name](court, node)
    if (answer === false) return false
    answers.push(answer)
  }
  return every(...answers)
}

function brokenRule(court: Court, node: Node): RuleName | undefined {
  if (node === court.first) return undefined
  return RULE_NAMES.find((name) => RULES[name](court, node) === false)
}

/**
 * Whether no other entry can give `node` an effect: its past alone refutes it, or it takes an owner or admin, and nobody ever
 * made its author one. So whoever is neither cannot make all others judge the whole log anew with each entry.
 */
function isRefusedForEver(facts: Facts, node: Node): boolean {
  const { type } = node.entry.payload
  const by = facts.memberOf(node)
  if (by === undefined || node.entry.sequence !== facts.lastSequenceBefore(node) + 1) return true
  return OF_RULERS.has(type) && !facts.rulers.has(by)
}

/** What only owners and admins may do (role.ts), of what may undo other entries. */
const OF_RULERS: ReadonlySet<string> = new Set([
  'remove',
  'role',
  'suspend',
  'transfer',
  'dissolve',
  'policy',
  'approve',
])

/** Whether `node` may take the effect of an entry that does not know of it, or give an effect to an earlier one. */
function mayUndo(facts: Facts, nodes: readonly Node[], node: Node): boolean {
  const { payload } = node.entry
  const besides = (others: readonly Node[]): boolean =>
    others.some((other) => other !== node && !isBefore(other, node))
  const of = (member: MemberId | undefined): boolean =>
    member !== undefined && besides(facts.byMember.get(member))
  if (isRefusedForEver(facts, node)) return false
  switch (payload.type) {
    case 'leave':
      return of(facts.memberOf(node))
    case 'remove':
    case 'role':
    case 'suspend':
      return of(payload.member)
    case 'transfer':
      return of(payload.member) || of(facts.memberOf(node))
    case 'dissolve':
      return besides(nodes)
    case 'room-members':
      return payload.remove.some(of)
    case 'revoke-invite':
      return besides(facts.spendings.get(payload.invitation))
    case 'admit':
      return contests(node)
    case 'device':
      return contests(node) || besides(facts.furtherDevices.get(payload.member))
    case 'revoke-device':
      return besides(facts.byAuthor.get(payload.device))
    case 'policy':
      return payload.key === 'approvals' && besides([...facts.acts.values()])
    case 'approve':
      return facts.acts.has(payload.act)
    // It stops approvals that know of it: those come after it.
    case 'withdraw':
    case 'create':
    case 'invite':
    case 'invite-device':
    case 'restore':
    case 'room':
    case 'sealed-room':
    case 'sealed-room-members':
    case 'nickname':
    case 'rename':
      return false
  }
  function contests(admission: Node): boolean {
    return (
      ('invitation' in payload && besides(facts.spendings.get(payload.invitation))) ||
      besides(facts.admissions.get(admission.subject as never))
    )
  }
}

/**
 * The entries at which each circle is cut. None of the circles waits for another one, so that the order in which they are cut
 * does not matter.
 */
function weakest(court: Court, open: readonly Node[]): Node[] {
  // A list that several share stands between those that wait and those they wait for.
  const cycles = sourceCycles<Node | Open>(open, (node) => {
    const answer = isList(node) ? node : answerTo(court, node)
    if (answer === true || answer === false) return []
    court.looked?.(answer.length)
    return answer
  })
  return cycles.flatMap((cycle) =>
    weakestOf(
      court,
      cycle.filter((one): one is Node => !isList(one)),
    ),
  )
}

/**
 * Those that can take an effect from others, of the author of the lowest role, and of such authors the one admitted last. All
 * of that author's at once: otherwise it could make the circle as long as it likes.
 */
function weakestOf(court: Court, cycle: readonly Node[]): Node[] {
  const conflicting = cycle.filter(({ entry }) => CONFLICTING.has(entry.payload.type))
  const ranked = (conflicting.length > 0 ? conflicting : cycle).map((node) => ({
    node,
    rank: rankOf(court, node),
  }))
  const lowest = ranked.reduce<Rank | undefined>(
    (weak, { rank }) => (weak === undefined || compareRanks(weak, rank) < 0 ? rank : weak),
    undefined,
  )
  return ranked.flatMap(({ node, rank }) =>
    lowest !== undefined && compareRanks(rank, lowest) === 0 ? [node] : [],
  )
}

/** What can take the effect of a concurrent entry, or waits for later ones; every circle has such entries. */
const CONFLICTING: ReadonlySet<string> = new Set([
  'invite',
  'remove',
  'leave',
  'role',
  'revoke-invite',
  'admit',
  'room-members',
  'suspend',
  'transfer',
  'dissolve',
  'device',
  'revoke-device',
  'policy',
])

/** Compared field by field; the greater is the weaker. Equal for entries of one author with one role. */
type Rank = readonly (number | Uint8Array)[]

/** By role, then by the admission of the member, then by that of the device. */
function rankOf(court: Court, node: Node): Rank {
  const { facts, first } = court
  const member = facts.memberOf(node)
  // Of several the last: whoever lets itself be admitted again on top of old entries is not senior by that.
  const before = (admissions: readonly Node[]): Node =>
    inOrder(admissions.filter((other) => isBefore(other, node))).at(-1) ?? first
  const founding = before(member === undefined ? [] : facts.foundings.get(member))
  const device = before(facts.admissions.get(node.entry.author))
  const role = member === undefined ? ROLE.keeper : claimedRole(court, node, member)
  return [ROLES.indexOf(role), founding.depth, hashBytesOf(founding), device.depth, hashBytesOf(device)]
}

function compareRanks(a: Rank, b: Rank): number {
  for (const [place, one] of a.entries()) {
    const other = b[place]
    const order =
      one instanceof Uint8Array && other instanceof Uint8Array
        ? compareBytes(one, other)
        : Number(one) - Number(other)
    if (order !== 0) return order
  }
  return 0
}
