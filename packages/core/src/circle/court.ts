/** What the rules decide by: three answers, and how they combine. */
import { Effective, type Contest, type Contests, type EffectOf, type Open } from './contest.ts'
import type { Facts } from './facts.ts'
import type { Node } from './graph.ts'

export interface Court {
  readonly facts: Facts
  /** Whether an entry has an effect; undefined: not known yet. */
  readonly effectOf: EffectOf
  /** The first entry of the log. */
  readonly first: Node
  /** Where all of a log is judged: see noneHas(). */
  readonly contests?: Contests
  /** Counts the entries that were looked at: what judging costs. */
  readonly looked?: (entries: number) => void
}

/** Holds, is broken, or depends on whether these entries have an effect. */
export type Answer = true | false | Open

/** All hold. */
export function every(...answers: readonly Answer[]): Answer {
  return anyOf(answers, false)
}

/** One holds. */
export function some(...answers: readonly Answer[]): Answer {
  return anyOf(answers, true)
}

/** `decisive` if it is among them; else what is open; else the other one. Thousands of answers are asked for thousands of times. */
function anyOf(answers: readonly Answer[], decisive: boolean): Answer {
  let open: Open | undefined
  let merged: (Node | Open)[] | undefined
  for (const answer of answers) {
    if (answer === decisive) return decisive
    if (answer === true || answer === false || answer.length === 0) continue
    if (open === undefined) open = answer
    else {
      merged ??= [...open]
      for (const node of answer) merged.push(node)
    }
  }
  return merged ?? open ?? !decisive
}

/** At least `least` hold. */
export function atLeast(least: number, answers: readonly Answer[]): Answer {
  const holding = answers.filter((answer) => answer === true).length
  if (holding >= least) return true
  const possible = answers.filter((answer) => answer !== false).length
  return possible < least ? false : openOf(answers)
}

export function not(answer: Answer): Answer {
  return answer === true || answer === false ? !answer : answer
}

export function has(court: Court, node: Node): Answer {
  return court.effectOf(node) ?? [node]
}

export function hasNot(court: Court, node: Node): Answer {
  return not(has(court, node))
}

/** Of a list, which entries count; and, without looking at each, whether all do, or none: false where that does not tell. */
export interface Counting {
  readonly counts: (node: Node) => boolean
  readonly all?: (of: Contest) => boolean
  readonly none?: (of: Contest) => boolean
}

/**
 * None of the entries of a list that count has an effect. Where a whole log is judged, what is open of a long list is shared.
 * @param list while that goes on, one that stays as it is
 */
export function noneHas(court: Court, list: readonly Node[], counting: Counting = EVERY_ONE): Answer {
  const contest = court.contests?.of(list)
  if (contest === undefined) return noneOf(court, list, counting.counts)
  const open = openOfContest(court, contest, counting)
  if (open === false) return false
  return open.length === 0 ? true : open
}

/** Those that count of which it is not known whether they have an effect. @param list as for noneHas() */
export function openIn(court: Court, list: readonly Node[], counting: Counting): Open {
  const contest = court.contests?.of(list)
  if (contest !== undefined) return openOfContest(court, contest, counting, true) || []
  court.looked?.(list.length)
  return list.filter((node) => court.effectOf(node) === undefined && counting.counts(node))
}

/** What is open of those that count; false if one of them has an effect, unless that is not asked. */
function openOfContest(court: Court, contest: Contest, counting: Counting, anyway = false): Open | false {
  court.looked?.(1)
  const settled = contest.open.length === 0 && (anyway || !contest.effective)
  if (settled || counting.none?.(contest) === true) return []
  if (counting.all?.(contest) === true) return contest.effective && !anyway ? false : contest.open
  if (contest.parts.length === 0) return openOfLeaf(court, contest, counting, anyway)
  const found: (Node | Open)[] = []
  let shared = 0
  for (const part of contest.parts) {
    const open = openOfContest(court, part, counting, anyway)
    if (open === false) return false
    if (open === part.open) shared++
    if (open.length > 0) found.push(open)
  }
  return shared === contest.parts.length ? contest.open : found
}

function openOfLeaf(court: Court, leaf: Contest, { counts }: Counting, anyway: boolean): Open | false {
  court.looked?.(leaf.nodes.length)
  const open: Node[] = []
  for (const node of leaf.nodes) {
    const effect = court.effectOf(node)
    if (effect === false || (effect === true && anyway) || !counts(node)) continue
    if (effect === true) return false
    open.push(node)
  }
  return open.length === leaf.open.length ? leaf.open : open
}

const EVERY_ONE: Counting = { counts: () => true, all: () => true }

/** Those of a list that count and have an effect. @param list as for noneHas() */
export function effectiveIn(court: Court, list: readonly Node[], counting: Counting): Effective {
  const contest = court.contests?.of(list)
  if (contest !== undefined && counting.all?.(contest) === true) return contest.allEffective
  return new Effective(countedIn(court, list, counting).filter((node) => court.effectOf(node) === true))
}

/** Those of a list that count. @param list as for noneHas() */
export function countedIn(court: Court, list: readonly Node[], counting: Counting): readonly Node[] {
  const contest = court.contests?.of(list)
  if (contest !== undefined) return countedOf(court, contest, counting)
  court.looked?.(list.length)
  return list.filter(counting.counts)
}

function countedOf(court: Court, contest: Contest, counting: Counting): readonly Node[] {
  court.looked?.(1)
  if (counting.none?.(contest) === true) return []
  if (counting.all?.(contest) === true) return contest.nodes
  if (contest.parts.length > 0) return contest.parts.flatMap((part) => countedOf(court, part, counting))
  court.looked?.(contest.nodes.length)
  return contest.nodes.filter(counting.counts)
}

/** A loop: a liar can make hundreds of thousands, more than a call takes arguments. */
function noneOf(court: Court, list: readonly Node[], counts: (node: Node) => boolean): Answer {
  const open: Node[] = []
  for (const node of list) {
    const effect = court.effectOf(node)
    // Those decided to have none first: a liar has one invitation admit thousands.
    if (effect === false || !counts(node)) continue
    if (effect === true) return false
    open.push(node)
  }
  court.looked?.(list.length)
  return open.length === 0 ? true : open
}

export function openOf(answers: readonly Answer[]): (Node | Open)[] {
  return answers.flatMap((answer) => (answer === true || answer === false ? [] : answer))
}
