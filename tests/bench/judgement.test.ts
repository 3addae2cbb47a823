/** A judgement that could not come out short would be worth nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Case, Metric } from '../../bench/harness/case.ts'
import { TRIODE } from '../../bench/harness/case.ts'
import { describeTarget, judge, summarise, type ContenderResult } from '../../bench/harness/result.ts'
import { median, percentile } from '../../bench/harness/statistics.ts'

const FAST: Metric = {
  name: 'rate',
  unit: 'MB/s',
  better: 'higher',
  targets: [{ atLeast: 0.85, of: { contender: 'tls' } }],
}

function caseOf(metric: Metric): Case {
  return { name: 'any', question: '', rounds: 3, metrics: [metric], contenders: [], notes: [] }
}

function contender(name: string, ...samples: number[]): ContenderResult {
  return {
    name,
    setup: '',
    figures: summarise(
      samples.map((rate) => ({ rate })),
      [FAST],
    ),
  }
}

test('a ratio of medians that reaches its bound is met, and one that does not is short by a stated part', () => {
  const met = judge(caseOf(FAST), [contender(TRIODE, 10, 90, 91), contender('tls', 100, 100, 1)])
  assert.deepEqual(met, [{ metric: 'rate', target: '>= 0.85 x tls', reached: 0.9, verdict: 'met' }])
  const [short] = judge(caseOf(FAST), [contender(TRIODE, 42.5), contender('tls', 100)])
  assert.equal(short?.verdict, 'short')
  assert.ok(Math.abs((short.shortBy ?? 0) - 0.5) < 1e-9)
})

test('an absolute bound and one on another figure of its own are judged as well', () => {
  const bounded = { ...FAST, targets: [{ atMost: 50 }, { atMost: 2, of: { contender: TRIODE } }] }
  const verdicts = judge(caseOf(bounded), [contender(TRIODE, 60)]).map((judgement) => judgement.verdict)
  assert.deepEqual(verdicts, ['short', 'met'])
  assert.deepEqual(bounded.targets.map(describeTarget), ['<= 50', '<= 2 x triode'])
})

test('without a figure on either side nothing is judged', () => {
  const [judgement] = judge(caseOf(FAST), [contender(TRIODE, 1)])
  assert.equal(judgement?.verdict, 'not measured')
})

test('medians and percentiles are those of the sorted samples', () => {
  assert.equal(median([5, 1, 3]), 3)
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(percentile([3, 1, 2, 4], 0.5), 2)
  assert.equal(percentile([3, 1, 2, 4], 0.99), 4)
  assert.throws(() => median([]), RangeError)
})
