/** What the rules decide by: three answers, and how they combine. */
import type { Facts } from './facts.ts'
import type { Node } from './graph.ts'

/** Whether an entry has an effect; undefined: not known yet. */
export type EffectOf = (node: Node) => boolean | undefined

export interface Court {
  readonly facts: Facts
  readonly effectOf: EffectOf
  /** The first entry of the log. */
  readonly first: Node
}

/** Holds, is broken, or depends on whether these entries have an effect. */
export type Answer = true | false | readonly Node[]

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
  let open: readonly Node[] | undefined
  let merged: Node[] | undefined
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

/** None of `nodes` has an effect. A loop: a liar can make hundreds of thousands, more than a call takes arguments. */
export function noneHas(court: Court, nodes: Iterable<Node>): Answer {
  const open: Node[] = []
  for (const node of nodes) {
    const effect = court.effectOf(node)
    if (effect === true) return false
    if (effect === undefined) open.push(node)
  }
  return open.length === 0 ? true : open
}

export function openOf(answers: readonly Answer[]): Node[] {
  return answers.flatMap((answer) => (answer === true || answer === false ? [] : answer))
}
