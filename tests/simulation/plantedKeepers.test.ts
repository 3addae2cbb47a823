/** Faults planted where a keeper is, and where a circle ends; see planted.test.ts. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeContent, type ConversationId } from '@triode/core'
import { RULE, simulate, writeOne, type SimulatedDevice, type World } from '@triode/testkit'

/** Eight devices: the seventh is a keeper's. */
const FRESH = { seed: 'fresh keepers', devices: 8, steps: 1, calm: true }

function brokenBy(beforeRest: (world: World) => void): string[] {
  const { violations } = simulate({ ...FRESH, beforeRest })
  return [...new Set(violations.map(({ rule }) => rule))]
}

function keeperOf(world: World): SimulatedDevice {
  return withRole(world, 'keeper')
}

function ownerOf(world: World): SimulatedDevice {
  return withRole(world, 'owner')
}

function withRole(world: World, role: string): SimulatedDevice {
  const found = world.running.find(({ state, member }) => state.members.get(member)?.role === role)
  assert.ok(found)
  return found
}

function circleOf({ state }: SimulatedDevice): ConversationId {
  return state.conversations.circle
}

describe('a planted fault at a keeper is found:', () => {
  it('none, to begin with', () => {
    const broken = brokenBy((world) => {
      writeOne(world, ownerOf(world), circleOf(ownerOf(world)))
      const keeper = keeperOf(world)
      writeOne(world, keeper, keeper.state.conversations.self(keeper.member))
    })
    assert.deepEqual(broken, [])
  })

  it('a writer who seals to it what the circle says', () => {
    const broken = brokenBy((world) => {
      const [author, keeper] = [ownerOf(world), keeperOf(world)]
      const { membership } = author.participant
      const readers = membership.readers(circleOf(author))
      membership.readers = () => [...readers, keeper.self].sort()
      writeOne(world, author, circleOf(author))
    })
    assert.ok(broken.includes(RULE.keeperReadsNothing), broken.join())
  })

  it('a writer who goes on sealing to a member that it knows has become one', () => {
    const broken = brokenBy((world) => {
      const author = ownerOf(world)
      const demoted = withRole(world, 'member')
      const { membership } = author.participant
      const readers = membership.readers(circleOf(author))
      writeOne(world, author, circleOf(author))
      world.clock.advance(1_000)
      author.append({ type: 'role', member: demoted.member, role: 'keeper' })
      membership.readers = () => readers
      writeOne(world, author, circleOf(author))
    })
    assert.ok(broken.includes(RULE.keeperReadsNothing), broken.join())
  })

  it('a member that gives a keeper the names key', () => {
    const broken = brokenBy((world) => {
      const { names } = ownerOf(world).now.log
      assert.ok(names)
      keeperOf(world).now.log.learnNames(names.bytes)
    })
    assert.deepEqual(broken, [RULE.keeperLearnsNoName])
  })

  it('a keeper that is made a member, and given the names key by nobody', () => {
    const broken = brokenBy((world) => {
      for (const { participant } of world.running)
        Object.defineProperty(participant.membership, 'names', { value: undefined })
      const { member } = keeperOf(world)
      ownerOf(world).append({ type: 'role', member, role: 'member' })
    })
    assert.ok(broken.includes(RULE.namesKnown), broken.join())
  })

  it('a keeper that shows what others wrote', () => {
    const broken = brokenBy((world) => {
      const [author, keeper] = [ownerOf(world), keeperOf(world)]
      writeOne(world, author, circleOf(author))
      const [{ feed, seq, text } = assert.fail()] = author.shown(circleOf(author))
      keeper.participant.transact(() => {
        const timeline = keeper.participant.timeline(circleOf(author))
        const body = { kind: 'text', text, mentions: [] } as const
        const plaintext = encodeContent({ lamport: 1, at: 0, body })
        const by = { device: author.self, member: author.member }
        timeline.apply({ feed, seq, ...by, plaintext, receivedAt: 0 })
        timeline.flush()
      })
    })
    assert.ok(broken.includes(RULE.keeperReadsNothing), broken.join())
  })

  it('a keeper that lists the circle’s conversation', () => {
    const broken = brokenBy((world) => {
      const keeper = keeperOf(world)
      const listed = keeper.participant.conversations()
      keeper.participant.conversations = () => [...listed, circleOf(keeper)]
    })
    assert.ok(broken.includes(RULE.keeperReadsNothing), broken.join())
  })
})

describe('the end of a circle', () => {
  it('reaches everyone, whoever was away, and nothing more is written', () => {
    const broken = brokenBy((world) => {
      const [owner, away, ...others] = world.running as [SimulatedDevice, SimulatedDevice]
      away.stop()
      owner.append({ type: 'dissolve' })
      world.clock.advance(10_000)
      away.start()
      world.clock.after(300_000, () => {
        for (const device of [owner, away, ...others]) {
          assert.ok(device.state.dissolved)
          assert.deepEqual(device.participant.conversations(), [])
          assert.throws(
            () => device.participant.write(circleOf(device), { kind: 'text', text: 'still', mentions: [] }),
            {
              code: 'not-allowed',
            },
          )
        }
      })
    })
    assert.deepEqual(broken, [])
  })

  it('that somebody is not told is found', () => {
    const broken = brokenBy((world) => {
      const [owner, victim] = world.running as [SimulatedDevice, SimulatedDevice]
      victim.take = () => undefined
      owner.append({ type: 'dissolve' })
    })
    assert.deepEqual(broken, [RULE.dissolutionTold])
  })
})
