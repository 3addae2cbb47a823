/** How cards get around (spec §10.9): a device's own at once, those of others once, on request. */
import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import {
  base32,
  decodeFrame,
  encodeFrame,
  signCard,
  type CardNotice,
  type DeviceId,
  type Frame,
  type FrameType,
  type PeerLink,
  type ShortDeviceId,
} from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { CardSync } from '../../src/sync/cardSync.ts'
import type { SyncHost } from '../../src/sync/host.ts'
import { LinkBudget } from '../../src/sync/linkBudget.ts'
import { StandingBudget } from '../../src/sync/standingBudget.ts'
import { Session } from '../../src/sync/session.ts'
import { suite } from '../circle/world.ts'
import { held, RawPeer } from './rawPeer.ts'
import { Town, type Member } from './town.ts'

const hex = (bytes: Uint8Array): string => bytes.toHex()
/** Longer than a moment in which cards are gathered, and shorter than any patience. */
const SOON_MS = 1_000
const PATIENCE_MS = 5_000
const FAR_AHEAD = 0xffff_ffff
const SILENT_LINK: PeerLink = {
  device: 'device' as DeviceId,
  send: () => undefined,
  backlogBytes: () => 0,
  setPaused: () => undefined,
  close: () => undefined,
}

describe('cards on their way', () => {
  let town: Town
  let all: Member[]
  let carried: { to: DeviceId; frame: Frame; at: number }[]

  beforeEach(() => {
    town = new Town()
    all = town.people('Alice', 'Bob', 'Carol', 'Dora', 'Eve', 'Frank')
    for (let round = 0; round < 2; round++) for (const other of all.slice(1)) town.meet(member(0), other)
    town.clock.advance(60_000)
    carried = []
  })

  const member = (index: number): Member => all[index] ?? assert.fail('nobody')

  function link(one: Member, other: Member): ReturnType<Town['link']> {
    return town.link(one, other, (_from, to, bytes) => {
      carried.push({ to, frame: decodeFrame(bytes, suite.hashBytes), at: town.clock.elapsed() })
      return [bytes]
    })
  }

  /** Everybody to everybody, and what they greet each other with is over. */
  function mesh(members: readonly Member[]): void {
    members.forEach((one, index) => {
      for (const other of members.slice(index + 1)) link(one, other)
    })
    town.settle()
    carried = []
  }

  const count = (type: FrameType, to?: Member): number =>
    carried.filter((one) => one.frame.type === type && (to === undefined || one.to === to.person.device))
      .length
  const shortOf = (of: Member): ShortDeviceId => of.person.device.slice(0, 16) as ShortDeviceId
  const generationAt = (at: Member, of: Member): number => at.cards.get(of.person.device)?.generation ?? 0

  /** Names the card that `of` has of itself. */
  function noticeOf(of: Member): CardNotice {
    return of.participant.membership.cards.find(shortOf(of))?.notice ?? assert.fail('no card')
  }

  /** As `who`, whose own device is off: it says what the test has it say. */
  function rawPeer(victim: Member, who: Member): RawPeer {
    const peer = new RawPeer(town, victim, { id: who.person.device }, false)
    return peer.say({ type: 'hello', version: 1, cards: victim.participant.membership.cards.digest() })
  }

  it('the own one goes at once to whoever is connected, and nobody of these sends it again', () => {
    mesh(all)
    member(0).publish()
    town.clock.advance(10)
    for (const other of all.slice(1))
      assert.equal(generationAt(other, member(0)), generationAt(member(0), member(0)))
    town.settle()
    assert.equal(count('cards'), all.length - 1)
    assert.equal(count('card-request'), 0)
    const pairs = ((all.length - 1) * (all.length - 2)) / 2
    assert.ok(count('card-news') >= pairs && count('card-news') < 2 * pairs, 'once on most links')
  })

  it('others get it once, soon, from one that has it, however many have it', () => {
    const [alice, bob, carol, dora, eve, frank] = all
    assert.ok(alice && bob && carol && dora && eve && frank)
    // Alice reaches three; two more are reached by each of these.
    for (const one of [bob, carol, dora]) for (const other of [alice, eve, frank]) link(one, other)
    town.settle()
    carried = []
    alice.publish()
    town.clock.advance(SOON_MS)
    for (const far of [eve, frank]) {
      assert.equal(generationAt(far, alice), generationAt(alice, alice))
      assert.equal(count('cards', far), 1)
    }
    town.settle()
    assert.equal(count('cards'), 5)
    assert.ok(count('card-news') <= 9)
  })

  it('those that come within a moment are told of together, the newest first', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    for (const other of [alice, bob, dora]) link(carol, other)
    town.settle()
    carried = []
    alice.publish()
    town.clock.advance(50)
    bob.publish()
    town.settle()
    const told = carried.filter(({ to }) => to === dora.person.device)
    assert.deepEqual(
      told.map(({ frame }) => frame.type),
      ['card-news', 'cards'],
    )
    const [news] = told
    assert.ok(news?.frame.type === 'card-news')
    const generations = news.frame.notices.map(({ generation }) => generation)
    assert.deepEqual(
      generations,
      generations.toSorted((one, other) => other - one),
    )
    assert.deepEqual(dora.participant.membership.cards.digest(), alice.participant.membership.cards.digest())
  })

  it('a device that was away gets each once, however many it meets at the same time', () => {
    const away = member(5)
    mesh(all.slice(0, 5))
    for (const one of all.slice(0, 5)) one.publish()
    town.settle()
    carried = []
    for (const one of all.slice(0, 4)) link(one, away)
    town.settle()
    const bytes = new Set(
      carried.flatMap(({ frame }) => (frame.type === 'cards' ? frame.cards.map(hex) : [])),
    )
    assert.equal(bytes.size, 5)
    const cards = carried.flatMap(({ to, frame }) =>
      to === away.person.device && frame.type === 'cards' ? frame.cards.map(hex) : [],
    )
    const eves = hex(
      member(4).participant.membership.cards.find(shortOf(member(4)))?.bytes ?? new Uint8Array(0),
    )
    assert.equal(cards.filter((card) => card === eves).length, 1)
    // Who is there brings its own unasked; another may have been asked for it just before.
    assert.ok(cards.length <= 1 + 2 * 4, `${String(cards.length)} cards`)
    assert.deepEqual(
      away.participant.membership.cards.digest(),
      member(0).participant.membership.cards.digest(),
    )
  })

  it('who announces a card and never gives it is passed over after a while', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    alice.publish()
    town.meet(alice, bob)
    const withholding = rawPeer(dora, carol)
    withholding.say({ type: 'card-news', notices: [noticeOf(alice)] })
    assert.deepEqual(withholding.of('card-request'), [{ type: 'card-request', devices: [shortOf(alice)] }])
    const honest = rawPeer(dora, bob)
    honest.say({ type: 'card-news', notices: [noticeOf(alice)] })
    town.clock.advance(PATIENCE_MS - 100)
    assert.equal(honest.of('card-request').length, 0, 'one is asked at a time')
    town.clock.advance(200)
    assert.equal(honest.of('card-request').length, 1)
    // From then on it is not waited for.
    alice.publish()
    withholding.say({ type: 'card-news', notices: [noticeOf(alice)] })
    honest.say({ type: 'card-news', notices: [noticeOf(alice)] })
    assert.equal(honest.of('card-request').length, 2)
  })

  it('who goes away is passed over at once', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    alice.publish()
    const [first, second] = [rawPeer(dora, carol), rawPeer(dora, bob)]
    for (const peer of [first, second]) peer.say({ type: 'card-news', notices: [noticeOf(alice)] })
    assert.deepEqual([first.of('card-request').length, second.of('card-request').length], [1, 0])
    first.leave()
    assert.equal(second.of('card-request').length, 1)
  })

  it('one announced that does not exist holds nothing up, however far ahead it is said to be', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    const liar = rawPeer(dora, carol)
    const lie = { device: shortOf(alice), generation: FAR_AHEAD, tag: new Uint8Array(8) }
    liar.say({ type: 'card-news', notices: [lie] })
    alice.publish()
    town.meet(alice, bob)
    link(bob, dora)
    town.clock.advance(SOON_MS)
    assert.equal(generationAt(dora, alice), generationAt(alice, alice))
    liar.say({ type: 'card-news', notices: [lie] })
    alice.publish()
    link(alice, dora)
    town.clock.advance(SOON_MS)
    assert.equal(generationAt(dora, alice), generationAt(alice, alice))
  })

  it('of nobody and of the removed are not asked for', () => {
    const [alice, bob, carol] = all
    assert.ok(alice && bob && carol)
    alice.says({ type: 'remove', member: bob.person.member })
    const peer = rawPeer(alice, carol)
    const stranger = base32(new Uint8Array(10).fill(7)) as ShortDeviceId
    const tag = new Uint8Array(8)
    for (const device of [stranger, shortOf(bob)])
      peer.say({ type: 'card-news', notices: [{ device, generation: FAR_AHEAD, tag }] })
    assert.equal(peer.of('card-request').length, 0)
    peer.say({ type: 'card-request', devices: [stranger, shortOf(bob)] })
    town.settle()
    assert.equal(peer.of('cards').length, 0)
  })

  it('of whom is known only later are asked for then', () => {
    const [alice, bob, carol] = all
    assert.ok(alice && bob && carol)
    const greta = town.join(alice, 'Greta')
    town.meet(alice, greta)
    const peer = rawPeer(bob, carol)
    peer.say({ type: 'card-news', notices: [noticeOf(greta)] })
    assert.equal(peer.of('card-request').length, 0)
    peer.say({ type: 'log-entries', entries: alice.log.allBytes().slice(-2) })
    assert.equal(peer.of('card-versions').length, 1)
    peer.say({ type: 'card-news', notices: [noticeOf(greta)] })
    assert.equal(peer.of('card-request').length, 1)
  })

  it('of whom is known only later are asked for then also where another one brought what says so', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    const greta = town.join(alice, 'Greta')
    town.meet(alice, greta)
    const [early, late] = [rawPeer(bob, carol), rawPeer(bob, dora)]
    early.say({ type: 'card-news', notices: [noticeOf(greta)] })
    late.say({ type: 'log-entries', entries: alice.log.allBytes().slice(-2) })
    assert.equal(early.of('card-versions').length, 1)
    assert.equal(late.of('card-versions').length, 0)
    early.say({ type: 'card-news', notices: [noticeOf(greta)] })
    assert.equal(early.of('card-request').length, 1)
  })

  it('a flood of announcements takes no room, and is answered by few requests', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    const peer = rawPeer(alice, bob)
    const random = createSeededRandom('flood')
    const flood = (): void => {
      const notices = Array.from({ length: 1_000 }, (_, n) => ({
        device:
          n % 2 === 0 ? shortOf(n % 4 === 0 ? carol : dora) : (base32(random.bytes(10)) as ShortDeviceId),
        generation: FAR_AHEAD - (n % 7),
        tag: random.bytes(8),
      }))
      peer.say({ type: 'card-news', notices })
    }
    const room = (): number => held(alice.participant.sync, [alice.store, alice.log, town.clock, peer])
    flood()
    const before = room()
    for (let n = 0; n < 100; n++) flood()
    assert.ok(room() < before + 100, `${String(room() - before)} more`)
    assert.equal(peer.closed, false)
    assert.ok(peer.of('card-request').every(({ devices }) => devices.length <= 2))
    town.settle()
    assert.ok(room() < before)
  })

  it('a flood of announcements costs no look at each of a thousand sessions for each', () => {
    const budgets = { links: new LinkBudget(() => undefined), standings: new StandingBudget() }
    const sessions = Array.from({ length: 1_000 }, () => new Session({ ...SILENT_LINK }, budgets))
    let looks = 0
    function* looked(): Iterable<Session> {
      for (const session of sessions) {
        looks++
        yield session
      }
    }
    const host = {
      cards: { judge: () => 'news' },
      clock: { elapsed: () => 0, after: () => () => undefined },
    } as unknown as SyncHost
    const cards = new CardSync(host, looked, () => undefined)
    const [hostile] = sessions
    assert.ok(hostile)
    const notices = Array.from({ length: 1_000 }, (_, n) => ({
      device: base32(new Uint8Array(10).fill(n % 250)) as ShortDeviceId,
      generation: n,
      tag: new Uint8Array(8),
    }))
    cards.onNews(hostile, { type: 'card-news', notices })
    assert.equal(hostile.askedCards.size, 250)
    assert.ok(looks <= 2 * sessions.length, `${String(looks)} looks`)
  })

  it('whoever asks for all again and again, and reads nothing, is owed little', () => {
    const [alice, bob] = all
    assert.ok(alice && bob)
    const peer = rawPeer(alice, bob)
    peer.reads = false
    const devices = all.map(shortOf)
    for (let n = 0; n < 20_000 && !peer.closed; n++) peer.queue({ type: 'card-request', devices })
    town.settle()
    assert.ok(peer.waiting < 4_000_000, `${String(peer.waiting)} bytes wait`)
  })

  it('two of one generation: the one that counts is everywhere, and nobody asks for the other again', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    mesh([alice, bob, carol])
    const now = dora.cards.get(dora.person.device)
    assert.ok(now)
    const twins = ['tcp:192.0.2.1:1', 'tcp:192.0.2.2:1'].map((address) =>
      signCard(suite, dora.person.key, dora.log.circle, {
        ...now,
        generation: now.generation + 1,
        addresses: [address],
      }),
    )
    for (const [index, card] of twins.entries())
      rawPeer(index === 0 ? alice : bob, index === 0 ? dora : member(4)).queue({
        type: 'cards',
        cards: [card],
      })
    town.settle()
    for (const { cards } of [alice, bob, carol])
      assert.deepEqual(cards.get(dora.person.device)?.addresses, ['tcp:192.0.2.2:1'])
    const requests = count('card-request')
    town.settle()
    assert.equal(count('card-request'), requests)
    assert.ok(requests <= 6)
  })

  it('of a device that made two of one generation, the one that counts comes to that device as well', () => {
    const [alice, , , dora] = all
    assert.ok(alice && dora)
    mesh([alice, dora])
    const now = dora.cards.get(dora.person.device)
    assert.ok(now)
    const [lesser, counting] = ['tcp:192.0.2.1:1', 'tcp:192.0.2.2:1'].map((address) =>
      signCard(suite, dora.person.key, dora.log.circle, {
        ...now,
        generation: now.generation + 1,
        addresses: [address],
      }),
    )
    assert.ok(lesser && counting)
    dora.cards.put(lesser)
    dora.participant.sync.cardChanged(lesser)
    town.settle()
    assert.deepEqual(alice.cards.get(dora.person.device)?.addresses, ['tcp:192.0.2.1:1'])
    // Somebody has the one that she made before her disk was set back.
    rawPeer(alice, member(4)).queue({ type: 'cards', cards: [counting] })
    town.settle()
    for (const { cards } of [alice, dora])
      assert.deepEqual(cards.get(dora.person.device)?.addresses, ['tcp:192.0.2.2:1'])
  })

  it('what could not be stored is asked for again', () => {
    const [alice, bob] = all
    assert.ok(alice && bob)
    alice.publish()
    bob.store.full = true
    link(alice, bob)
    town.settle()
    assert.notEqual(generationAt(bob, alice), generationAt(alice, alice))
    bob.store.full = false
    link(alice, bob)
    town.settle()
    assert.equal(generationAt(bob, alice), generationAt(alice, alice))
  })

  it('what one brings in a transaction that another brings down is asked for again', () => {
    const [alice, bob, carol, dora] = all
    assert.ok(alice && bob && carol && dora)
    alice.publish()
    const [first, second] = [rawPeer(dora, carol), rawPeer(dora, bob)]
    for (const peer of [first, second]) peer.say({ type: 'card-news', notices: [noticeOf(alice)] })
    const card = alice.participant.membership.cards.find(shortOf(alice))?.bytes
    assert.ok(card)
    // The card comes, and the same device's next frame brings a mistake to light.
    const { cards } = dora.participant.membership
    const find = cards.find.bind(cards)
    cards.find = () => {
      cards.find = find
      assert.equal(generationAt(dora, alice), generationAt(alice, alice), 'taken, for now')
      throw new TypeError('stumbled')
    }
    first.queue({ type: 'cards', cards: [card] })
    first.queue({ type: 'card-request', devices: [shortOf(alice)] })
    town.clock.advance(SOON_MS)
    assert.ok(first.closed)
    assert.notEqual(generationAt(dora, alice), generationAt(alice, alice))
    assert.equal(second.of('card-request').length, 1)
    second.say({ type: 'cards', cards: [card] })
    assert.equal(generationAt(dora, alice), generationAt(alice, alice))
  })
})

it('names a card in few bytes', () => {
  const notice = {
    device: base32(new Uint8Array(10)) as ShortDeviceId,
    generation: FAR_AHEAD,
    tag: new Uint8Array(8),
  }
  assert.ok(encodeFrame({ type: 'card-news', notices: [notice] }).length <= 30)
})
