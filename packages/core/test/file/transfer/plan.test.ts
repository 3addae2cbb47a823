/** What is asked of whom, with simulated sources. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MAX_REQUEST_COUNT, SEALED_CHUNK_BYTES } from '@triode/core'
import { Swarm, type SourceSpec } from './swarm.ts'

const MIB = 1_048_576
const HOUR_MS = 3_600_000

const honest = fc.record(
  { rate: fc.integer({ min: 200_000, max: 200 * MIB }), roundTripMs: fc.nat(300) },
  PLAIN(),
)
function PLAIN() {
  return { noNullPrototype: true } as const
}
const chunks = fc.integer({ min: 1, max: 2_500 })
const run = fc.tuple(fc.nat(2_500), fc.integer({ min: 1, max: 300 }))
const fault = fc.oneof(
  fc.record({ liesEvery: fc.integer({ min: 1, max: 50 }) }, PLAIN()),
  fc.record({ silentAfter: fc.nat(80) }, PLAIN()),
  fc.record({ leavesAfter: fc.integer({ min: 1, max: 80 }) }, PLAIN()),
  fc.record({ has: fc.array(run, { minLength: 1, maxLength: 5 }) }, PLAIN()),
)
const faulty = fc.tuple(honest, fault).map(([one, wrong]): SourceSpec => ({ ...one, ...wrong }))

describe('a plan of what to ask of whom', () => {
  it('gets everything from one honest source, whatever the others do, and never asks for what is here', () => {
    fc.assert(
      fc.property(
        chunks,
        honest,
        fc.array(faulty, { maxLength: 4 }),
        fc.array(run, { maxLength: 5 }),
        (count, one, others, held) => {
          const bounded = others.map((spec) =>
            spec.has === undefined ? spec : { ...spec, has: within(count, spec.has) },
          )
          const outcome = new Swarm(count, [one, ...bounded], held).run(HOUR_MS)
          assert.ok(outcome.complete)
          const liars = bounded.flatMap(({ liesEvery }, at) =>
            liesEvery === undefined ? [] : [`source ${String(at + 1)}`],
          )
          for (const blamed of outcome.blamed)
            assert.ok(liars.includes(blamed), `${blamed} is blamed and told no lie`)
          assert.deepEqual(outcome.blamed, [...new Set(outcome.blamed)], 'asked again after a lie')
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gets everything from sources that have it only together', () => {
    fc.assert(
      fc.property(
        chunks,
        fc.array(honest, { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 200 }),
        (count, specs, stripe) => {
          const parts = specs.map((_, at) => stripesOf(count, stripe, at, specs.length))
          const outcome = new Swarm(
            count,
            specs.map((spec, at) => ({ ...spec, has: parts[at] ?? [] })),
          ).run(HOUR_MS)
          assert.ok(outcome.complete)
          assert.equal(outcome.doubled, 0)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('has few chunks sent twice: at most what was under way in the end', () => {
    fc.assert(
      fc.property(chunks, fc.array(honest, { minLength: 1, maxLength: 5 }), (count, specs) => {
        const { complete, doubled } = new Swarm(count, specs).run(HOUR_MS)
        assert.ok(complete)
        assert.ok(doubled <= specs.length * MAX_REQUEST_COUNT, `${String(doubled)} of ${String(count)}`)
      }),
      { numRuns: 200 },
    )
  })

  it('takes as long as all sources together need, about', () => {
    const specs = [10, 20, 30].map((rate): SourceSpec => ({ rate: rate * MIB, roundTripMs: 20 }))
    const { complete, ms, sent } = new Swarm(4_000, specs).run(HOUR_MS)
    assert.ok(complete)
    const ideal = (4_000 * SEALED_CHUNK_BYTES * 1_000) / (60 * MIB)
    assert.ok(ms < 1.15 * ideal, `${String(ms)} ms instead of ${String(ideal)}`)
    assert.ok((sent.get('source 2') ?? 0) > (sent.get('source 0') ?? 0))
  })

  it('does not wait in the end for a slow source', () => {
    const specs = [
      { rate: 100 * MIB, roundTripMs: 1 },
      { rate: 300_000, roundTripMs: 1 },
    ]
    const { complete, ms, doubled } = new Swarm(400, specs).run(HOUR_MS)
    assert.ok(complete)
    assert.ok(ms < 1_700, `${String(ms)} ms`)
    assert.ok(doubled <= 2)
  })

  it('goes on with others when a source falls silent, and with that one alone if it is the only one', () => {
    const silent = { rate: 50 * MIB, roundTripMs: 1, silentAfter: 10 }
    const both = new Swarm(200, [silent, { rate: MIB, roundTripMs: 1 }]).run(HOUR_MS)
    assert.ok(both.complete)
    const alone = new Swarm(200, [silent]).run(60_000)
    assert.ok(!alone.complete)
    assert.equal(alone.order.length, 10)
  })

  it('asks first for what somebody waits for', () => {
    const swarm = new Swarm(2_000, [{ rate: 20 * MIB, roundTripMs: 5 }])
    swarm.plan.setFirst([1_500, 1_540])
    const { order } = swarm.run(HOUR_MS)
    assert.deepEqual(
      order.slice(0, 40),
      Array.from({ length: 40 }, (_, at) => 1_500 + at),
    )
  })

  it('asks for nothing of one that lied, nor of one that has nothing', () => {
    const { plan } = new Swarm(10, [{ rate: MIB, roundTripMs: 1 }])
    plan.blame('source 0')
    plan.told('source 0', [[0, 10]])
    assert.equal(plan.next('source 0'), undefined)
    plan.forget('source 0')
    plan.told('source 0', [[0, 10]])
    assert.equal(plan.next('source 0'), undefined)
    assert.equal(plan.next('nobody'), undefined)
    assert.ok(!plan.hasSource)
  })

  it('takes back that a source has what it could not give', () => {
    const { plan } = new Swarm(10, [{ rate: MIB, roundTripMs: 1 }])
    plan.pages.found({ level: 0, index: 0 }, true)
    const first = plan.next('source 0')
    assert.ok(first?.kind === 'chunks')
    plan.refused(first.run)
    const second = plan.next('source 0')
    assert.ok(second?.kind === 'chunks')
    assert.equal(second.run.from, first.run.end)
  })
})

function within(count: number, runs: readonly (readonly [number, number])[]) {
  return runs
    .filter(([from]) => from < count)
    .map(([from, length]) => [from, Math.min(length, count - from)] as const)
}

function stripesOf(count: number, stripe: number, at: number, of: number): [number, number][] {
  const runs: [number, number][] = []
  for (let from = at * stripe; from < count; from += of * stripe)
    runs.push([from, Math.min(stripe, count - from)])
  return runs
}
