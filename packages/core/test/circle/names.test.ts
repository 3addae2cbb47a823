/** What derives from what: ids, knocks, names on a LAN, safety words (spec §2, §6.7, §7.3, §8.2). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  base32,
  ConversationIds,
  conversationOf,
  conversationsOf,
  createSuite,
  deviceIdOf,
  eraseCircle,
  daysAround,
  dhtName,
  hourOf,
  invitationDhtName,
  invitationKeys,
  invitationKnockName,
  invitationLanName,
  knockName,
  lanName,
  NameWindow,
  readersOf,
  ACTION,
  mayDo,
  MAY,
  ROLES,
  safetyWords,
  SUITE,
  utf8,
  Verifications,
  type CircleId,
  type ConversationId,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore, type MemoryStore } from '@triode/testkit'
import { meet, suite, World } from './world.ts'

const HOUR = 3_600_000
const secret = new Uint8Array(32).fill(7)
const circle = base32(new Uint8Array(32).fill(1)) as CircleId

describe('Names on the network', () => {
  it('are single DNS labels, for TLS and for mDNS, under every suite', () => {
    for (const name of Object.values(SUITE)) {
      const of = createSuite(name, nodePrimitives())
      const device = deviceIdOf(of, utf8('a key'))
      const keys = invitationKeys(of, circle, device, secret)
      assert.match(knockName(of, secret, 1), /^[a-z2-7]{32}$/)
      assert.match(invitationKnockName(of, keys.knock, 1), /^[a-z2-7]{32}$/)
      assert.match(lanName(of, secret, device, 1), /^[a-z2-7]{26}$/)
      assert.match(invitationLanName(of, keys.lan, 1), /^[a-z2-7]{26}$/)
    }
  })

  it('differ by hour, secret, device and purpose', () => {
    const [one, other] = [deviceIdOf(suite, utf8('one')), deviceIdOf(suite, utf8('other'))]
    const names = [
      knockName(suite, secret, 1),
      knockName(suite, secret, 2),
      knockName(suite, new Uint8Array(32), 1),
      invitationKnockName(suite, secret, 1),
      lanName(suite, secret, one, 1),
      lanName(suite, secret, other, 1),
      lanName(suite, secret, one, 2),
      invitationLanName(suite, secret, 1),
      dhtName(suite, secret, one, 1),
      dhtName(suite, secret, other, 1),
      dhtName(suite, secret, one, 2),
      dhtName(suite, new Uint8Array(32), one, 1),
      invitationDhtName(suite, secret, 1),
    ]
    assert.equal(new Set(names.map((name) => name.slice(0, 20))).size, names.length)
  })

  it('of a DHT are those of the days in which the accepted hours lie', () => {
    const day = 20_000
    const at = (hours: number): number[] => daysAround(day * 24 * HOUR + hours * HOUR)
    assert.deepEqual(at(0), [day - 2, day - 1, day, day + 1])
    assert.deepEqual(at(3), [day - 1, day, day + 1])
    assert.deepEqual(at(12), [day - 1, day, day + 1])
    assert.deepEqual(at(23), [day - 1, day, day + 1, day + 2])
    assert.deepEqual(daysAround(0), [0, 1])
  })

  it('are accepted a day around their hour, and no further', () => {
    const window = new NameWindow((hour) => knockName(suite, secret, hour))
    const now = 1_800_000_000_000
    const at = (hours: number): string => knockName(suite, secret, hourOf(now + hours * HOUR))
    for (const hours of [-26, -1, 0, 1, 26]) assert.ok(window.accepts(at(hours), now), `${hours} h`)
    for (const hours of [-27, 27]) assert.ok(!window.accepts(at(hours), now), `${hours} h`)
    assert.ok(!window.accepts('', now))
    assert.ok(window.accepts(at(27), now + HOUR))
    assert.ok(window.accepts(knockName(suite, secret, 0), 0))
  })
})

describe('Safety words', () => {
  const world = new World('words')
  const [a, b, c] = [1, 2, 3].map(() => suite.signing.generate(world.random).publicKey) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]

  it('are ten, the same on both sides, and others for other keys or another circle', () => {
    const words = safetyWords(suite, circle, a, b)
    assert.equal(words.length, 10)
    assert.ok(words.every((word) => /^[a-z]{3,8}$/.test(word)))
    assert.deepEqual(safetyWords(suite, circle, b, a), words)
    assert.notDeepEqual(safetyWords(suite, circle, a, c), words)
    assert.notDeepEqual(safetyWords(suite, base32(new Uint8Array(32)) as CircleId, a, b), words)
  })

  it('are marked as compared for one key, and no longer for another', () => {
    const store = createMemoryStore()
    const marks = new Verifications(suite, store, circle)
    const device = deviceIdOf(suite, a)
    assert.equal(marks.isVerified(device, a), false)
    marks.mark(device, a, 5)
    const again = new Verifications(suite, store.crash(), circle)
    assert.equal(again.isVerified(device, a), true)
    assert.equal(again.isVerified(device, b), false)
    assert.equal(again.get(device)?.at, 5)
    again.unmark(device)
    assert.equal(again.isVerified(device, a), false)
  })
})

describe('Conversations', () => {
  it('are the same whoever derives them, and differ by kind, members and circle', () => {
    const world = new World('conversations')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob')
    const ids = new ConversationIds(suite, alice.log.circle)
    assert.equal(ids.direct(alice.member, bob.member), ids.direct(bob.member, alice.member))
    const others = new ConversationIds(suite, circle)
    const all = [
      ids.circle,
      ids.self(alice.member),
      ids.self(bob.member),
      ids.direct(alice.member, bob.member),
      others.circle,
      others.self(alice.member),
    ]
    assert.equal(new Set(all).size, all.length)
    assert.ok(all.every((id) => id.length === 26))
  })

  it('are known to those who may read them, and to nobody else', () => {
    const world = new World('known')
    const alice = world.found('Alice')
    const [bob, carol] = [world.join(alice, 'Bob'), world.join(alice, 'Carol')]
    const gus = world.join(alice, 'Gus', 'guest')
    const kim = world.join(alice, 'Kim', 'keeper')
    const room = alice.room(bob, gus)
    meet(alice, bob, carol, gus, kim)
    const { state } = alice
    const ids = state.conversations
    const readers = (id: ConversationId): string[] =>
      readersOf(state, id, alice.member).map((device) => {
        const member = state.devices.get(device)?.member
        return (member && state.members.get(member)?.nickname) ?? '?'
      })
    assert.deepEqual(readers(ids.circle).sort(), ['Alice', 'Bob', 'Carol'])
    assert.deepEqual(readers(room).sort(), ['Alice', 'Bob', 'Gus'])
    assert.deepEqual(readers(ids.direct(alice.member, bob.member)).sort(), ['Alice', 'Bob'])
    assert.deepEqual(readers(ids.self(alice.member)), ['Alice'])
    assert.deepEqual(readers(ids.direct(bob.member, carol.member)), [])
    assert.deepEqual(readers(ids.self(bob.member)), [])
    const kinds = conversationsOf(state, alice.member).map(({ kind }) => kind)
    assert.deepEqual(kinds.sort(), ['circle', 'direct', 'direct', 'room', 'self'])
    assert.deepEqual(
      conversationsOf(gus.state, gus.member)
        .map(({ kind }) => kind)
        .sort(),
      ['room', 'self'],
    )
    assert.deepEqual(
      conversationsOf(kim.state, kim.member).map(({ kind }) => kind),
      ['self'],
    )
  })

  it('with someone who is gone stay readable here, and go nowhere', () => {
    const world = new World('gone')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob')
    alice.remove(bob)
    const direct = alice.state.conversations.direct(alice.member, bob.member)
    assert.equal(conversationOf(alice.state, direct, alice.member)?.peer, bob.member)
    assert.deepEqual(readersOf(alice.state, direct, alice.member), [alice.device])
    assert.ok(!conversationsOf(alice.state, alice.member).some(({ id }) => id === direct))
  })
})

describe('The role matrix', () => {
  it('denies what it does not name', () => {
    for (const role of ROLES) {
      for (const action of Object.values(ACTION)) {
        const right = MAY[role][action]
        for (const towards of [undefined, ...ROLES]) {
          const expected =
            right === true || (Array.isArray(right) && towards !== undefined && right.includes(towards))
          assert.equal(mayDo(role, action, towards), expected, `${role} ${action} ${towards ?? ''}`)
        }
      }
    }
    assert.equal(mayDo('member', 'remove', 'guest'), false)
    assert.equal(mayDo('admin', 'remove', 'admin'), false)
    assert.equal(mayDo('keeper', 'readCircle'), false)
  })
})

describe('Forgetting a circle', () => {
  it('erases all its records', () => {
    const alice = new World('erase').found('Alice')
    const store = alice.store as MemoryStore
    new Verifications(suite, store, alice.log.circle).mark(alice.device, alice.key.publicKey, 1)
    assert.ok(store.records > 0)
    eraseCircle(store, alice.log.circle)
    assert.equal(store.records, 0)
  })
})
