/** A fault planted where a member has two devices; see planted.test.ts. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RULE, simulate, writeOne, type SimulatedDevice, type World } from '@triode/testkit'

/** Eight devices: the fifth is of the same member as the fourth. */
const FRESH = { seed: 'fresh', devices: 8, steps: 1, calm: true } as const

/** Everybody hears something, and one member reads it. @param plant at the other device of that member */
function brokenBy(plant: (other: SimulatedDevice) => void): string[] {
  const { violations } = simulate({
    ...FRESH,
    beforeRest: (world) => {
      const [one, other] = pairIn(world)
      const [author] = world.running
      assert.ok(author)
      const { circle } = author.state.conversations
      world.network.link(one, other)
      writeOne(world, author, circle)
      world.clock.advance(10_000)
      plant(other)
      one.participant.markRead(circle)
    },
  })
  return violations.map(({ rule }) => rule)
}

function pairIn({ running }: World): [SimulatedDevice, SimulatedDevice] {
  for (const one of running) {
    const other = running.find(({ member }) => member === one.member)
    if (other !== undefined && other !== one) return [one, other]
  }
  throw new Error('nobody has two devices')
}

describe('what was read on one device of a member', () => {
  it('is read on the other', () => {
    assert.deepEqual(
      brokenBy(() => undefined),
      [],
    )
  })

  it('and found to be unread on one that takes no notice of it', () => {
    const broken = brokenBy(({ participant: { ownState } }) => {
      ownState.apply = () => undefined
    })
    assert.ok(broken.includes(RULE.readAlike), broken.join())
  })
})
