/** What a case is: one question, asked of Triode and of its rivals in the same run. */

/** Named figures of one round; every contender of a case gives the same names. */
export type Figures = Readonly<Record<string, number>>

export interface Round {
  /** 0 for the first. */
  readonly number: number
  /** A smaller case of the same shape, to see that it runs; its figures are printed and not kept. */
  readonly quick: boolean
  /** A folder of this contender's own, kept from round to round and removed at the end of the case. */
  readonly scratch: string
}

export interface Contender {
  readonly name: string
  /** How it was set up, in one sentence, so that a reader can object. */
  readonly setup: string
  /** Of the case's rounds it runs these at most: one that is slow, and far from any target, would take most of the time. */
  readonly rounds?: number
  /** Why it can't run now; undefined when it can. */
  missing?(): Promise<string | undefined>
  measure(round: Round): Promise<Figures>
}

/** One row of the table: a figure of the case, and what it must reach. */
export interface Metric {
  readonly name: string
  readonly unit: string
  readonly better: 'higher' | 'lower'
  readonly targets: readonly Target[]
}

/** A bound on the median of Triode's figure: on the figure itself, or on its ratio to another one's median. */
export interface Target {
  readonly atLeast?: number
  readonly atMost?: number
  /** The other figure: a rival's of the same name unless `metric` says otherwise. Absent: the bound is absolute. */
  readonly of?: { readonly contender: string; readonly metric?: string }
}

export interface Case {
  readonly name: string
  readonly question: string
  readonly rounds: number
  readonly metrics: readonly Metric[]
  /** The one named `triode` is ours. */
  readonly contenders: readonly Contender[]
  /** What a reader must know to judge the figures; also why one falls short, once that is known. */
  readonly notes: readonly string[]
}

export const TRIODE = 'triode'
