/** What judging a log costs, and that it comes to the same whatever is shared on the way. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeEntry, signEntry, type NamesKey, type Payload } from '@triode/core'
import type { ContestSizes } from '../../src/circle/contest.ts'
import { Facts, subjectOf } from '../../src/circle/facts.ts'
import { EntryGraph } from '../../src/circle/graph.ts'
import { Judge } from '../../src/circle/judge.ts'
import { Mischief } from './attackHistory.ts'
import { credulous, meet, World, type Person } from './world.ts'

interface Judged {
  /** Parents first. */
  readonly entries: readonly Uint8Array[]
  readonly names: NamesKey | undefined
}

/** Judges all at once. */
function judged({ entries, names }: Judged, sizes?: ContestSizes) {
  const [graph, facts] = [new EntryGraph(), new Facts()]
  const judge = new Judge(graph, facts, sizes)
  for (const bytes of entries) {
    const { entry } = decodeEntry(credulous, bytes, names)
    if (graph.missing(entry).length > 0) continue
    const node = graph.prepare(entry, subjectOf(credulous, entry))
    graph.insert(node)
    facts.insert(node)
    judge.add(node)
  }
  return { verdicts: graph.nodes.map((node) => judge.verdict(node)), cost: judge.cost }
}

/** `count` entries of each of the two, all on top of the same ones, or each on top of the one before. */
function contest(count: number, shape: Shape, says: (board: Board) => [Payload, Payload]): Judged {
  const world = new World('contest', credulous)
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob', 'owner')
  const phone = world.addDevice(bob)
  meet(alice, bob, phone)
  const room = alice.room(bob)
  meet(alice, bob, phone)
  const board = { alice, bob, phone, room }
  const [first, second] = says(board)
  const others = [alice, bob, phone].filter(({ device }) => 'device' in first && device === first.device)
  const authors = others.length > 0 ? [phone, bob] : [alice, bob]
  const known = alice.log.allBytes()
  const heads = alice.log.heads()
  const said = [first, second].map((payload, at) => {
    const author = authors[at]
    assert.ok(author)
    let sequence = author.log.entries().filter((entry) => entry.author === author.device).length
    let parents = heads
    return Array.from({ length: count }, () => {
      const draft = { circle: author.log.circle, sequence, parents, at: world.now++, payload }
      const bytes = signEntry(credulous, author.key, draft, author.log.names)
      if (shape === 'chain') {
        sequence++
        parents = [decodeEntry(credulous, bytes).entry.hash]
      }
      return bytes
    })
  })
  // By turns, so that nothing is decided before all are there.
  const [one = [], other = []] = said
  const entries = [...known, ...one.flatMap((bytes, at) => [bytes, other[at] ?? bytes])]
  return { entries, names: alice.log.names }
}

type Shape = 'twins' | 'chain'
interface Board {
  readonly alice: Person
  readonly bob: Person
  readonly phone: Person
  readonly room: ReturnType<Person['room']>
}

const CONTESTS: Readonly<Record<string, (board: Board) => [Payload, Payload]>> = {
  'remove each other': ({ alice, bob }) => [
    { type: 'remove', member: bob.member },
    { type: 'remove', member: alice.member },
  ],
  'suspend each other': ({ alice, bob }) => [
    { type: 'suspend', member: bob.member },
    { type: 'suspend', member: alice.member },
  ],
  'demote each other': ({ alice, bob }) => [
    { type: 'role', member: bob.member, role: 'guest' },
    { type: 'role', member: alice.member, role: 'guest' },
  ],
  'dissolve, and remove who dissolves': ({ alice }) => [
    { type: 'dissolve' },
    { type: 'remove', member: alice.member },
  ],
  'ask for more who must agree, and remove who asks': ({ alice }) => [
    { type: 'policy', key: 'approvals', value: '3' },
    { type: 'remove', member: alice.member },
  ],
  'take each other out of a room': ({ alice, bob, room }) => [
    { type: 'room-members', room, add: [], remove: [bob.member] },
    { type: 'room-members', room, add: [], remove: [alice.member] },
  ],
  'revoke each other, by two devices of one': ({ bob, phone }) => [
    { type: 'revoke-device', device: bob.device },
    { type: 'revoke-device', device: phone.device },
  ],
}

describe('Judging thousands of entries that contest each other', () => {
  for (const [name, says] of Object.entries(CONTESTS)) {
    for (const shape of ['twins', 'chain'] as const) {
      // Which of a chain of roles is the last one takes a look at each.
      if (shape === 'chain' && name === 'demote each other') continue
      it(`${name}, as ${shape}: looks at entries in proportion to how many there are`, () => {
        const [one, four] = [500, 2_000].map((count) => judged(contest(count, shape, says)).cost)
        assert.ok(one !== undefined && four !== undefined && one > 500)
        // A square would be sixteen times as much.
        assert.ok(four < 6 * one, `${one}, then ${four}`)
      })
    }
  }

  it('comes to the same verdicts, whatever they share', () => {
    const sharing = { leaf: 2, parts: 2, least: 2 }
    const none = { leaf: 1, parts: 2, least: Infinity }
    for (let seed = 0; seed < 150; seed++) {
      const history = new Mischief(seed, { entries: 40, honesty: 0.5, approvals: seed % 2 === 0 })
      const all = { entries: history.signed.map(({ bytes }) => bytes), names: history.names }
      assert.deepEqual(judged(all, sharing).verdicts, judged(all, none).verdicts, `history ${seed}`)
    }
    for (const says of Object.values(CONTESTS)) {
      for (const shape of ['twins', 'chain'] as const) {
        const all = contest(40, shape, says)
        const { verdicts } = judged(all, none)
        assert.deepEqual(judged(all, { leaf: 8, parts: 3, least: 2 }).verdicts, verdicts)
        assert.ok(verdicts.includes('outranked') || verdicts.some((verdict) => verdict !== true))
      }
    }
  })
})
