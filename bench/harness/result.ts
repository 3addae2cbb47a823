/** Figures of several rounds, their medians, and the judgement against the targets. */
import type { Case, Figures, Metric, Target } from './case.ts'
import { TRIODE } from './case.ts'
import type { Machine } from './machine.ts'
import { median } from './statistics.ts'

export interface Series {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly samples: readonly number[]
}

export interface ContenderResult {
  readonly name: string
  readonly setup: string
  /** Why there are no figures. */
  readonly missing?: string
  readonly figures: Readonly<Record<string, Series>>
}

export interface Judgement {
  readonly metric: string
  /** Such as `>= 0.85 x tls`. */
  readonly target: string
  /** Triode's median, or its ratio to the other median; absent when one of them is. */
  readonly reached?: number
  readonly verdict: 'met' | 'short' | 'not measured'
  /** How far from the bound, in parts of it: 0.1 is ten per cent short. */
  readonly shortBy?: number
}

export interface CaseResult {
  readonly case: string
  readonly question: string
  readonly rounds: number
  readonly metrics: readonly Metric[]
  readonly machine: Machine
  readonly contenders: readonly ContenderResult[]
  readonly judgements: readonly Judgement[]
  readonly notes: readonly string[]
}

export function summarise(figures: readonly Figures[], metrics: readonly Metric[]): Record<string, Series> {
  const series: Record<string, Series> = {}
  for (const { name } of metrics) {
    const samples = figures.map((round) => round[name]).filter((value) => value !== undefined)
    if (samples.length === 0) continue
    series[name] = { median: median(samples), min: Math.min(...samples), max: Math.max(...samples), samples }
  }
  return series
}

export function judge(benchCase: Case, contenders: readonly ContenderResult[]): Judgement[] {
  return benchCase.metrics.flatMap((metric) =>
    metric.targets.map((target) => judgeOne(metric.name, target, contenders)),
  )
}

function judgeOne(metric: string, target: Target, contenders: readonly ContenderResult[]): Judgement {
  const text = describeTarget(target)
  const own = medianOf(contenders, TRIODE, metric)
  const other = target.of ? medianOf(contenders, target.of.contender, target.of.metric ?? metric) : 1
  if (own === undefined || other === undefined) return { metric, target: text, verdict: 'not measured' }
  const reached = own / other
  const bound = target.atLeast ?? target.atMost ?? Number.NaN
  const shortBy = target.atLeast === undefined ? reached / bound - 1 : 1 - reached / bound
  return {
    metric,
    target: text,
    reached,
    ...(shortBy <= 0 ? { verdict: 'met' } : { verdict: 'short', shortBy }),
  }
}

function medianOf(contenders: readonly ContenderResult[], name: string, metric: string): number | undefined {
  return contenders.find((contender) => contender.name === name)?.figures[metric]?.median
}

export function describeTarget({ atLeast, atMost, of }: Target): string {
  const bound = atLeast === undefined ? `<= ${String(atMost)}` : `>= ${String(atLeast)}`
  if (!of) return bound
  return `${bound} x ${of.metric ? `${of.contender}'s ${of.metric}` : of.contender}`
}
