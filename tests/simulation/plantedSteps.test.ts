/**
 * Faults that are planted in the middle of a run, and found in the very step in which they do harm, not when everything has come to
 * rest; see planted.test.ts.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CircleSecrets, decodeRow, type CircleState, type ConversationId } from '@triode/core'
import { RULE, simulate, writeOne, type SimulatedDevice, type World } from '@triode/testkit'

/** Nothing else goes wrong; the seventh device is a keeper's. */
const QUIET = { seed: 'steps', devices: 8, steps: 6, calm: true } as const
/** In which the fault is planted. */
const HARM = 3

interface Plant {
  /** Before the fault: in the first step. */
  readonly first?: (world: World) => void
  readonly harm: (world: World) => void
}

/** Steps in which `rule` was found to be broken; undefined: at rest. */
function foundIn(rule: string, { first, harm }: Plant): (number | undefined)[] {
  const { violations } = simulate({
    ...QUIET,
    beforeStep: (world, step) => {
      if (step === 0) first?.(world)
      if (step === HARM) harm(world)
    },
  })
  return violations.filter((violation) => violation.rule === rule).map(({ step }) => step)
}

function assertAtOnce(rule: string, plant: Plant): void {
  const [at] = foundIn(rule, plant)
  assert.equal(at, HARM, `${rule} was found in step ${String(at)}`)
}

function withRole(world: World, role: string): SimulatedDevice {
  const found = world.running.find(({ state, member }) => {
    const known = state.members.get(member)
    return known?.role === role && known.state === 'active' && known.devices.length === 1
  })
  assert.ok(found)
  return found
}

function circleOf({ state }: SimulatedDevice): ConversationId {
  return state.conversations.circle
}

/** The owner puts out a member that has read something, and all learn of it. */
function putOut(world: World): { owner: SimulatedDevice; out: SimulatedDevice } {
  const [owner, out] = [withRole(world, 'owner'), withRole(world, 'member')]
  writeOne(world, owner, circleOf(owner))
  world.clock.advance(10_000)
  owner.append({ type: 'remove', member: out.member })
  world.clock.advance(10_000)
  return { owner, out }
}

/** The record of the owner's own feed: with the key of what it writes next. */
function keyRecord(owner: SimulatedDevice): { name: string; key: string; value: Uint8Array } {
  const name = `conversation/${circleOf(owner)}/feeds`
  const key = owner.participant.ownFeed(circleOf(owner))?.id
  const value = key && owner.now.store.map(name).get(key)
  assert.ok(value)
  return { name, key, value }
}

describe('in the step in which it happens it is found:', () => {
  it('nothing, where nothing is planted', () => {
    const { violations } = simulate({
      ...QUIET,
      beforeStep: (world, step) => {
        if (step === 0) putOut(world)
      },
    })
    assert.deepEqual(violations, [])
  })

  it('that a writer goes on sealing to a member that it knows is out', () => {
    let cast: ReturnType<typeof putOut>
    assertAtOnce(RULE.removedReadsNothing, {
      first: (world) => {
        const owner = withRole(world, 'owner')
        const readers = owner.participant.membership.readers(circleOf(owner))
        cast = putOut(world)
        owner.participant.membership.readers = () => readers
      },
      harm: (world) => {
        writeOne(world, cast.owner, circleOf(cast.owner))
      },
    })
  })

  it('that a key of what was written before comes to one that is out', () => {
    let [out, record]: [SimulatedDevice?, ReturnType<typeof keyRecord>?] = []
    assertAtOnce(RULE.removedReadsNothing, {
      first: (world) => {
        const cast = putOut(world)
        out = cast.out
        writeOne(world, cast.owner, circleOf(cast.owner))
        record = keyRecord(cast.owner)
        for (let more = 0; more < 3; more++) writeOne(world, cast.owner, circleOf(cast.owner))
      },
      harm: () => {
        assert.ok(out && record)
        out.now.store.map(record.name).set('come by', record.value)
      },
    })
  })

  it('that one that is out shows what was written since', () => {
    let cast: ReturnType<typeof putOut>
    assertAtOnce(RULE.onlyWhatWasSealed, {
      first: (world) => {
        cast = putOut(world)
      },
      harm: (world) => {
        const { owner, out } = cast
        writeOne(world, owner, circleOf(owner))
        copyLast(owner, out)
      },
    })
  })

  it('that a writer seals to a keeper', () => {
    assertAtOnce(RULE.keeperReadsNothing, {
      harm: (world) => {
        const [author, keeper] = [withRole(world, 'owner'), withRole(world, 'keeper')]
        const readers = author.participant.membership.readers(circleOf(author))
        author.participant.membership.readers = () => [...readers, keeper.self].sort()
        writeOne(world, author, circleOf(author))
      },
    })
  })

  it('that a keeper shows what others wrote', () => {
    assertAtOnce(RULE.keeperReadsNothing, {
      harm: (world) => {
        const owner = withRole(world, 'owner')
        writeOne(world, owner, circleOf(owner))
        copyLast(owner, withRole(world, 'keeper'))
      },
    })
  })

  it('that a keeper lists the circle’s conversation', () => {
    assertAtOnce(RULE.keeperReadsNothing, {
      harm: (world) => {
        const keeper = withRole(world, 'keeper')
        const listed = keeper.participant.conversations()
        keeper.participant.conversations = () => [...listed, circleOf(keeper)]
      },
    })
  })

  it('that a device makes another roster of the same log', () => {
    assertAtOnce(RULE.sameMembership, {
      harm: (world) => {
        const [victim, owner] = [withRole(world, 'member'), withRole(world, 'owner')]
        const { log } = victim.now
        const fold = log.state.bind(log)
        let known: [CircleState, CircleState] | undefined
        log.state = () => {
          const state = fold()
          if (known?.[0] !== state) known = [state, demoted(state, owner)]
          return known[1]
        }
      },
    })
  })

  it('that a device breaks ties in its own way', () => {
    assertAtOnce(RULE.sameOrder, {
      harm: (world) => {
        const [author, victim] = [withRole(world, 'owner'), withRole(world, 'member')]
        new CircleSecrets(victim.now.store, victim.state.id).put({
          generation: 0,
          // Of two of one generation that is taken for the circle's first which is the greater.
          secret: new Uint8Array(32).fill(0xff),
          covers: new Uint8Array(0),
        })
        victim.stop()
        victim.start()
        world.network.link(author, victim)
        writeOne(world, author, circleOf(author))
        world.clock.advance(1_000)
      },
    })
  })

  it('that a message moves on a device that has shown it already', () => {
    let owner: SimulatedDevice
    assertAtOnce(RULE.sameOrder, {
      first: (world) => {
        owner = withRole(world, 'owner')
        for (let more = 0; more < 3; more++) writeOne(world, owner, circleOf(owner))
      },
      harm: () => {
        const rows = owner.now.store.series(`timeline/${circleOf(owner)}`)
        const [last] = rows.range({ reverse: true, limit: 1 })
        assert.ok(last)
        rows.delete(last.sub)
        rows.set(new Uint8Array(last.sub.length), last.value)
      },
    })
  })

  it('that an author puts what it writes before what it has read', () => {
    assertAtOnce(RULE.sameOrder, {
      harm: (world) => {
        const owner = withRole(world, 'owner')
        for (let more = 0; more < 3; more++) writeOne(world, owner, circleOf(owner))
        owner.participant.timeline(circleOf(owner)).nextLamport = () => 1
        writeOne(world, owner, circleOf(owner))
      },
    })
  })

  it('that a message of its own is gone from a device', () => {
    let owner: SimulatedDevice
    assertAtOnce(RULE.ownKept, {
      first: (world) => {
        owner = withRole(world, 'owner')
        for (let more = 0; more < 3; more++) writeOne(world, owner, circleOf(owner))
      },
      harm: () => {
        const rows = owner.now.store.series(`timeline/${circleOf(owner)}`)
        for (const { sub } of rows.range({ limit: 2 })) rows.delete(sub)
      },
    })
  })

  it('that a device shows a message twice', () => {
    assertAtOnce(RULE.onceOnly, {
      harm: (world) => {
        const owner = withRole(world, 'owner')
        writeOne(world, owner, circleOf(owner))
        copyLast(owner, owner, 1_000)
      },
    })
  })
})

/** Puts the last message that `from` shows into the timeline of `to`, as if it had come, so many entries later. */
function copyLast(from: SimulatedDevice, to: SimulatedDevice, later = 0): void {
  const [row] = from.now.store.series(`timeline/${circleOf(from)}`).range({ reverse: true, limit: 1 })
  assert.ok(row)
  const { feed, seq, content } = decodeRow(row.value)
  to.participant.transact(() => {
    const timeline = to.participant.timeline(circleOf(from))
    const place = { feed, seq: seq + later, device: from.self, member: from.member }
    timeline.apply({ ...place, plaintext: content, receivedAt: 0 })
    timeline.flush()
  })
}

function demoted(state: CircleState, { member }: SimulatedDevice): CircleState {
  const members = new Map(state.members)
  const known = members.get(member)
  assert.ok(known)
  return { ...state, members: members.set(member, { ...known, role: 'guest' }) }
}
