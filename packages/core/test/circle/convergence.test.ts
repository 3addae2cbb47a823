/**
 * Whatever a few devices do in whatever partitions, and in whatever order their entries arrive: all that have the same
 * entries see the same circle.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createSeededRandom } from '@triode/testkit'
import { type MembershipLog, type PayloadType, type RuleName, type Suite } from '@triode/core'
import { PAYLOAD_TYPES } from '../../src/circle/payloadCodec.ts'
import { canonical, canonicalUnnamed } from './canonical.ts'
import { History, step, type Step } from './history.ts'
import { credulous, meet, openLog, suite } from './world.ts'

/** What the histories came to: shows that they were not too tame to show anything. */
class Tally {
  readonly effective = new Map<PayloadType, number>()
  readonly broken = new Map<RuleName, number>()

  add(log: MembershipLog): void {
    for (const { payload, hash } of log.entries()) {
      const verdict = log.verdict(hash)
      if (verdict === true) this.effective.set(payload.type, (this.effective.get(payload.type) ?? 0) + 1)
      else if (verdict !== undefined) this.broken.set(verdict, (this.broken.get(verdict) ?? 0) + 1)
    }
  }

  /** Every type had an effect now and then, and what only conflicts break was broken. */
  assertLively(): void {
    for (const type of PAYLOAD_TYPES) {
      assert.ok((this.effective.get(type) ?? 0) >= 20, `${type}: ${this.effective.get(type) ?? 0}`)
    }
    const rules = [
      'outranked',
      'signerIsMember',
      'signerDeviceStands',
      'circleStands',
      'actIsOpen',
      'seatsAreOpen',
    ] as const
    for (const rule of rules) {
      assert.ok((this.broken.get(rule) ?? 0) >= 20, `${rule}: ${this.broken.get(rule) ?? 0}`)
    }
  }
}

/** Take a quarter of a minute; TRIODE_HISTORIES asks for more. */
const HISTORIES = Number(process.env['TRIODE_HISTORIES'] ?? 2_000)

/** One and the same, from `orders` random orders, from one at a time, and from the store. */
function checkConvergence(history: History, seed: number, of: Suite, orders: number): MembershipLog {
  const [first] = history.people
  assert.ok(first)
  const { circle } = first.log
  const entries = history.all()
  const logs = Array.from({ length: orders }, (_, order) => {
    const random = createSeededRandom(`${seed}/${order}`)
    const log = openLog(of, circle, first.log.names)
    for (const bytes of random.shuffle(entries)) {
      log.add(bytes)
      // Looking in between must not change what comes out.
      if (random.chance(0.2) && log.size > 0) log.state()
    }
    return log
  })
  const [one, ...others] = logs
  assert.ok(one)
  assert.equal(one.size, entries.length)
  const expected = canonical(one.state())
  for (const other of others) assert.deepEqual(canonical(other.state()), expected)
  const incremental = first.log
  for (const bytes of entries) incremental.add(bytes)
  assert.deepEqual(canonical(incremental.state()), expected)
  incremental.reload()
  assert.deepEqual(canonical(incremental.state()), expected)
  checkUnnamed(one, of, createSeededRandom(`${seed}/unnamed`).shuffle(entries))
  return one
}

/** Without the names key there are neither names nor rooms, and all the rest is the same; given it later, all is (spec §5.13). */
function checkUnnamed(named: MembershipLog, of: Suite, entries: readonly Uint8Array[]): void {
  const log = openLog(of, named.circle, undefined)
  for (const bytes of entries) log.add(bytes)
  assert.deepEqual(canonicalUnnamed(log), canonicalUnnamed(named))
  const { name, members, rooms } = log.state()
  const nicknames = [...members.values()].flatMap(({ nickname }) => nickname ?? [])
  assert.deepEqual([name, nicknames, rooms.size], [undefined, [], 0])
  assert.ok(named.names)
  log.learnNames(named.names.bytes)
  assert.deepEqual(canonical(log.state()), canonical(named.state()))
}

function play(seed: number, size: number, steps: readonly Step[], of: Suite): History {
  const history = new History(seed, size, of)
  for (const each of steps) history.play(each)
  return history
}

describe('A circle converges', () => {
  it('to one state, from random histories in random orders', () => {
    const tally = new Tally()
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 3, max: 6 }),
        fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
        (seed, size, steps) => {
          tally.add(checkConvergence(play(seed, size, steps, suite), seed, suite, 3))
        },
      ),
      { numRuns: 60 },
    )
    assert.ok((tally.broken.get('signerIsMember') ?? 0) > 30)
  })

  it('to one state, from thousands of small histories with all that an entry can say', () => {
    const tally = new Tally()
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: 5 }),
        fc.array(step, { minLength: 4, maxLength: 30, size: 'max' }),
        (seed, size, steps) => {
          tally.add(checkConvergence(play(seed, size, steps, credulous), seed, credulous, 2))
        },
      ),
      { numRuns: HISTORIES },
    )
    tally.assertLively()
  })

  it('and devices that only ever exchange logs page by page get there too', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), (seed, steps) => {
        const history = play(seed, 4, steps, suite)
        meet(...history.people)
        const [first, ...others] = history.people
        assert.ok(first)
        for (const other of others) {
          assert.deepEqual(other.log.digest(), first.log.digest())
          assert.deepEqual(canonical(other.state), canonical(first.state))
        }
      }),
      { numRuns: 25 },
    )
  })
})
