/** A fault planted where an act is taken back to which several must agree; see planted.test.ts. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EntryHash } from '@triode/core'
import {
  agreementOf,
  RULE,
  simulate,
  takeBack,
  type SimulatedDevice,
  type Violation,
  type World,
} from '@triode/testkit'

/** Nothing else goes wrong. */
const QUIET = { seed: 'steps', devices: 8, steps: 6, calm: true } as const
/** In which somebody agrees who knows that the act was taken back. */
const HARM = 3

interface Cast {
  readonly act: EntryHash
  readonly admin: SimulatedDevice
  /** A member's, neither the author's nor that of whom the act is about. */
  readonly victim: SimulatedDevice
}

/** Two must agree that a member is put out; the owner proposes it, and takes it back. */
function takenBack(world: World): Cast {
  const [owner] = withRole(world, 'owner')
  const [admin] = withRole(world, 'admin')
  const [target, victim] = withRole(world, 'member')
  assert.ok(owner && admin && target && victim)
  owner.append({ type: 'policy', key: 'approvals', value: '2' })
  owner.append({ type: 'remove', member: target.member })
  world.clock.advance(10_000)
  const [pending] = owner.state.pending
  assert.ok(pending)
  assert.ok(takeBack(world, owner, pending.hash))
  world.clock.advance(10_000)
  assert.deepEqual(victim.state.pending, [])
  return { act: pending.hash, admin, victim }
}

/** One device of each member. */
function withRole(world: World, role: string): SimulatedDevice[] {
  const found = world.running.filter(({ state, member }) => {
    const known = state.members.get(member)
    return known?.role === role && known.state === 'active'
  })
  return found.filter(({ member }, at) => found.findIndex((other) => other.member === member) === at)
}

/** From now on `device` takes nothing for taken back. */
function forget({ now: { log } }: SimulatedDevice): void {
  const { facts } = log as unknown as { facts: { actWithdrawals: { get: () => readonly never[] } } }
  facts.actWithdrawals.get = () => []
}

/** @param plant before the agreement is handed to the victim */
function found(plant: (victim: SimulatedDevice) => void): readonly Violation[] {
  let cast: Cast
  const { violations } = simulate({
    ...QUIET,
    beforeStep: (world, step) => {
      if (step === 0) cast = takenBack(world)
      if (step !== HARM) return
      plant(cast.victim)
      const bytes = agreementOf(world, cast.admin, cast.act)
      for (const device of [cast.admin, cast.victim]) device.take(bytes)
    },
  })
  return violations
}

describe('an act that its author took back', () => {
  it('has no effect, whoever agrees all the same', () => {
    assert.deepEqual(
      found(() => undefined),
      [],
    )
  })

  it('and has one on a device that forgets that it was: that is found in the same step', () => {
    const violations = found(forget)
    const broken = violations.map(({ rule }) => rule)
    assert.ok(broken.includes(RULE.withdrawnIsOver), broken.join())
    assert.equal(violations.find(({ rule }) => rule === RULE.withdrawnIsOver)?.step, HARM)
  })
})
