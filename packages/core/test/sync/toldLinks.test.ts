/** Devices tell those that they are linked to which other links they have (spec §10.8): as it is now, and to members alone. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeFrame, ROLE, type Role, type ToldLink } from '@triode/core'
import { linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { suite } from '../circle/world.ts'
import { Town, type Member } from './town.ts'

type Trip = () => number | undefined

class Scene {
  readonly town = new Town()
  readonly people: Member[]
  /** Each frame of links, as `FROM>TO: NAMES`. */
  readonly told: string[] = []
  private readonly names: readonly string[]

  constructor(...cast: readonly (readonly [string, Role])[]) {
    this.names = cast.map(([name]) => name)
    this.people = this.town.peopleOf(cast)
    const [first, ...others] = this.people
    for (const other of others) this.town.meet(this.one(first), other)
  }

  one(member: Member | undefined): Member {
    assert.ok(member)
    return member
  }

  nameOf(id: string): string {
    return this.names[this.people.findIndex(({ participant }) => participant.self === id)] ?? '?'
  }

  link(one: number, other: number, trip: Trip = () => undefined): MemoryLinkPair {
    const [a, b] = [this.one(this.people[one]), this.one(this.people[other])]
    return linkInMemory(this.town.clock, a.participant, b.participant, {
      delayMs: () => 5,
      roundTripMs: trip,
      onFrame: (from, to, bytes) => {
        const frame = decodeFrame(bytes, suite.hashBytes)
        if (frame.type === 'links') this.note(from, to, frame.links)
      },
    })
  }

  /** What a person's device has heard, as `TELLER: NAMES`. */
  heard(index: number): string[] {
    const links = this.one(this.people[index]).participant.sync.links.told()
    return [...links].map(([teller, told]) => `${this.nameOf(teller)}: ${this.list(told)}`).sort()
  }

  settle(): void {
    this.town.clock.advance(10_000)
  }

  private note(from: string, to: string, links: readonly ToldLink[]): void {
    this.told.push(`${this.nameOf(from)}>${this.nameOf(to)}: ${this.list(links)}`)
  }

  private list(links: readonly ToldLink[]): string {
    return links
      .map(({ device }) => this.nameOf(device))
      .sort()
      .join()
  }
}

const three = [
  ['Alice', ROLE.owner],
  ['Bob', ROLE.member],
  ['Carol', ROLE.member],
] as const

describe('links between others', () => {
  it('are known by the word of both ends, and gone when they are', () => {
    const scene = new Scene(...three)
    scene.link(0, 1)
    scene.link(0, 2)
    const between = scene.link(1, 2)
    scene.settle()
    assert.deepEqual(scene.heard(0), ['Bob: Carol', 'Carol: Bob'])
    assert.deepEqual(scene.heard(1), ['Alice: Carol', 'Carol: Alice'])
    between.cut()
    scene.settle()
    assert.deepEqual(scene.heard(0), ['Bob: ', 'Carol: '])
  })

  it('are told to neighbours and no further, and forgotten with the link by which they came', () => {
    const scene = new Scene(...three, ['Dave', ROLE.member])
    scene.link(0, 1)
    const bridge = scene.link(1, 2)
    scene.link(2, 3)
    scene.settle()
    assert.deepEqual(scene.heard(0), ['Bob: Carol'], 'of Carol and Dave Alice hears nothing')
    assert.deepEqual(scene.heard(1), ['Alice: ', 'Carol: Dave'])
    bridge.cut()
    scene.settle()
    assert.deepEqual(scene.heard(1), ['Alice: '])
  })

  it('are told to nobody where the policy says so, from then on, and again when it does not', () => {
    const scene = new Scene(...three)
    scene.link(0, 1)
    scene.link(0, 2)
    scene.link(1, 2)
    scene.settle()
    const alice = scene.one(scene.people[0])
    alice.says({ type: 'policy', key: 'links', value: 'none' })
    scene.settle()
    scene.told.length = 0
    for (const index of [0, 1, 2]) assert.deepEqual(scene.heard(index), [], 'what was told is not shown')
    scene.link(1, 2).cut()
    scene.settle()
    assert.deepEqual(scene.told, [])
    alice.says({ type: 'policy', key: 'links', value: 'members' })
    scene.settle()
    assert.deepEqual(scene.heard(0), ['Bob: ', 'Carol: '])
  })

  it('are all there when the policy was changed and changed back at once', () => {
    const scene = new Scene(...three)
    scene.link(0, 1)
    scene.link(0, 2)
    scene.link(1, 2)
    scene.settle()
    const alice = scene.one(scene.people[0])
    alice.says({ type: 'policy', key: 'links', value: 'none' })
    scene.town.clock.advance(500)
    alice.says({ type: 'policy', key: 'links', value: 'members' })
    scene.settle()
    assert.deepEqual(scene.heard(0), ['Bob: Carol', 'Carol: Bob'])
    assert.deepEqual(scene.heard(1), ['Alice: Carol', 'Carol: Alice'])
  })

  it('are told to no guest and no keeper, which tell of their own', () => {
    const scene = new Scene(['Alice', ROLE.owner], ['Gil', ROLE.guest], ['Kim', ROLE.keeper])
    scene.link(0, 1)
    scene.link(0, 2)
    scene.link(1, 2)
    scene.settle()
    assert.deepEqual(scene.heard(0), ['Gil: Kim', 'Kim: Gil'])
    assert.deepEqual([scene.heard(1), scene.heard(2)], [[], []])
    assert.deepEqual(
      scene.told.filter((line) => !line.includes('>Alice')),
      [],
    )
  })

  it('are not told to who is out, and one who is out is in nobody’s list', () => {
    const scene = new Scene(...three)
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      scene.link(one, other)
    scene.settle()
    scene.told.length = 0
    const [alice, , carol] = scene.people.map((one) => scene.one(one))
    assert.ok(alice && carol)
    alice.says({ type: 'remove', member: carol.person.member })
    scene.settle()
    assert.deepEqual(
      scene.told.filter((line) => line.includes('>Carol')),
      [],
    )
    assert.deepEqual(scene.heard(0), ['Bob: '])
  })

  it('are told once for many changes, and round trips only when they have become others', () => {
    const scene = new Scene(...three)
    let ms = 9
    const trip: Trip = () => ms
    scene.link(0, 1)
    scene.link(0, 2)
    scene.link(1, 2, trip)
    scene.settle()
    const bob = scene.one(scene.people[1]).participant
    const carol = scene.one(scene.people[2]).participant
    const step = (): number | undefined =>
      scene.one(scene.people[0]).participant.sync.links.told().get(bob.self)?.[0]?.tripStep
    assert.equal(step(), 4, '9 ms are told as 16 at most')
    assert.equal(scene.told.length, 6, 'each tells both others once')
    scene.told.length = 0
    for (ms of [15, 17, 31, 7, 5]) {
      bob.sync.links.measured(carol.self)
      scene.settle()
    }
    assert.deepEqual([scene.told, step()], [[], 4], 'what is near it is no news')
    ms = 200
    bob.sync.links.measured(carol.self)
    scene.settle()
    assert.deepEqual([scene.told, step()], [['Bob>Alice: Carol'], 8])
  })
})
