/**
 * Whatever a few devices do in whatever partitions, and in whatever order their entries arrive: all that have the same
 * entries see the same circle.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createMemoryStore, createSeededRandom } from '@triode/testkit'
import { CallerFault, MembershipLog, ROLES, type CircleState } from '@triode/core'
import { meet, suite, World, type Person } from './world.ts'

/** A state without the order in which a device came to know of things. */
function canonical(state: CircleState): unknown {
  const sortedMap = (map: ReadonlyMap<string, unknown>): unknown[] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    name: state.name,
    members: sortedMap(state.members),
    devices: sortedMap(state.devices),
    rooms: sortedMap(state.rooms),
    invitations: sortedMap(state.invitations),
    refused: sortedMap(state.refused),
    equivocations: state.equivocations.map((twins) => JSON.stringify(twins)).sort(),
    heads: [...state.heads].sort(),
  }
}

/** One step of a history: who does what to whom, drawn as numbers that the world interprets. */
interface Step {
  readonly who: number
  readonly what: number
  readonly whom: number
  readonly extra: number
}

const step = fc.record({ who: fc.nat(99), what: fc.nat(99), whom: fc.nat(99), extra: fc.nat(99) })

class History {
  readonly world: World
  readonly people: Person[]
  /** Entries that had an effect where they were made. */
  made = 0

  constructor(seed: number, size: number) {
    this.world = new World(seed)
    const founder = this.world.found('P0')
    this.people = [founder]
    for (let i = 1; i < size; i++) this.people.push(this.world.join(founder, `P${i}`))
    const [, second, third] = this.people
    if (second !== undefined) founder.giveRole(second, 'owner')
    if (third !== undefined) founder.giveRole(third, 'admin')
    meet(...this.people)
  }

  pick(index: number): Person {
    const person = this.people[index % this.people.length]
    assert.ok(person)
    return person
  }

  play({ who, what, whom, extra }: Step): void {
    const [actor, target] = [this.pick(who), this.pick(whom)]
    try {
      this.act(actor, target, what, extra)
      this.made++
    } catch (error) {
      // What the circle does not allow this actor, as far as the actor knows.
      if (!(error instanceof CallerFault)) throw error
    }
  }

  private act(actor: Person, target: Person, what: number, extra: number): void {
    const rooms = [...actor.state.rooms.keys()]
    const room = rooms[extra % Math.max(1, rooms.length)]
    if (what < 30) actor.learnFrom(target)
    else if (what < 42) actor.remove(target)
    else if (what < 54) actor.giveRole(target, ROLES[extra % ROLES.length] ?? 'member')
    else if (what < 64) this.people.push(this.world.join(actor, `P${this.people.length}`))
    else if (what < 68) actor.says({ type: 'nickname', nickname: `N${extra}` })
    else if (what < 72) actor.says({ type: 'rename', name: `C${extra}` })
    else if (what < 76) actor.says({ type: 'leave' })
    else if (what < 82) actor.room(target)
    else if (what < 88 && room !== undefined) {
      actor.changeRoom(room, extra % 2 === 0 ? { add: [target] } : { remove: [target] })
    } else if (what < 92) this.people.push(actor.fork())
    else if (what < 96) this.revokeSomething(actor, extra)
    else this.spendSomething(actor, extra)
  }

  private revokeSomething(actor: Person, extra: number): void {
    const invitations = [...actor.state.invitations.values()]
    const invitation = invitations[extra % Math.max(1, invitations.length)]
    if (invitation !== undefined) actor.says({ type: 'revoke-invite', invitation: invitation.id })
    else actor.invite()
  }

  private spendSomething(actor: Person, extra: number): void {
    const own = [...actor.state.invitations.values()].filter(({ inviter }) => inviter === actor.device)
    const invitation = own[extra % Math.max(1, own.length)]
    if (invitation === undefined || invitation.state !== 'live') actor.invite()
    else actor.admit(invitation.id, this.world.stranger(actor, `S${extra}`))
  }

  /** Every entry that anyone made. */
  all(): Uint8Array[] {
    const entries = this.people.flatMap((person) => person.log.allBytes())
    return [...new Map(entries.map((bytes) => [bytes.toHex(), bytes])).values()]
  }
}

describe('A circle converges', () => {
  it('to one state, from random histories in random orders', () => {
    let refused = 0
    let made = 0
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 3, max: 6 }),
        fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
        (seed, size, steps) => {
          const history = new History(seed, size)
          for (const each of steps) history.play(each)
          made += history.made
          const [first] = history.people
          assert.ok(first)
          const entries = history.all()
          const states = [0, 1, 2].map((order) => {
            const random = createSeededRandom(`${seed}/${order}`)
            const log = MembershipLog.open({ suite, store: createMemoryStore() }, first.log.circle)
            for (const bytes of random.shuffle(entries)) {
              log.add(bytes)
              // Looking in between must not change what comes out.
              if (random.chance(0.2) && log.size > 0) log.state()
            }
            return log
          })
          const [one, ...others] = states
          assert.ok(one)
          assert.equal(one.size, entries.length)
          for (const other of others) assert.deepEqual(canonical(other.state()), canonical(one.state()))
          const incremental = first.log
          for (const bytes of entries) incremental.add(bytes)
          assert.deepEqual(canonical(incremental.state()), canonical(one.state()))
          incremental.reload()
          assert.deepEqual(canonical(incremental.state()), canonical(one.state()))
          refused += one.state().refused.size
        },
      ),
      { numRuns: 100 },
    )
    // Otherwise the histories were too tame to show anything.
    assert.ok(refused > 30, `${refused} of ${made} entries were refused`)
  })

  it('and devices that only ever exchange logs page by page get there too', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), (seed, steps) => {
        const history = new History(seed, 4)
        for (const each of steps) history.play(each)
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
