/** Device cards and the sealing keys behind them (spec §5.9). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  activeKey,
  CARD_MAX_BYTES,
  CardBook,
  nextCard,
  nextGeneration,
  openCard,
  PeerFault,
  SealingKeys,
  signCard,
  utf8,
  type Card,
} from '@triode/core'
import { createMemoryStore, type MemoryStore } from '@triode/testkit'
import { DAY, meet, suite, World, type Person } from './world.ts'

const random = new World('cards').random
const NOTHING = new Uint8Array(0)

function pair(): { alice: Person; bob: Person; book: CardBook } {
  const world = new World('cards')
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob')
  meet(alice, bob)
  return { alice, bob, book: bookOf(alice) }
}

function bookOf(person: Person): CardBook {
  return new CardBook({
    suite,
    store: person.store,
    circle: person.log.circle,
    publicKeyOf: (device) => activeKey(person.log, device),
  })
}

function cardOf(person: Person, change: Partial<Card> = {}): Uint8Array {
  return signCard(suite, person.key, person.log.circle, {
    device: person.device,
    generation: 1,
    sealingGeneration: 1,
    sealingKey: suite.sealing.generate(random).publicKey,
    addresses: ['tcp:192.0.2.1:4000'],
    at: 1,
    ...change,
  })
}

describe('A card book', () => {
  it('keeps the newest card of each device, through a restart', () => {
    const { alice, bob, book } = pair()
    const [old, next] = [cardOf(bob), cardOf(bob, { generation: 2, addresses: [] })]
    assert.equal(book.put(old), 'newer')
    assert.equal(book.put(old), 'known')
    assert.equal(book.put(next), 'newer')
    assert.equal(book.put(old), 'stale')
    const reopened = bookOf(alice)
    assert.deepEqual(reopened.versions(), [[bob.device, 2]])
    assert.deepEqual(reopened.bytesOf(bob.device), next)
    assert.deepEqual(reopened.get(bob.device)?.addresses, [])
  })

  it('agrees with others on which of two cards of one generation counts', () => {
    const { bob, alice } = pair()
    const [one, other] = [cardOf(bob), cardOf(bob, { at: 2 })]
    const books = [
      [one, other],
      [other, one],
    ].map((cards) => {
      const book = new CardBook({
        suite,
        store: createMemoryStore(),
        circle: alice.log.circle,
        publicKeyOf: (device) => activeKey(alice.log, device),
      })
      for (const card of cards) book.put(card)
      return book.bytesOf(bob.device)
    })
    assert.deepEqual(books[0], books[1])
  })

  it('takes cards of active devices of its circle only, signed by them', () => {
    const { alice, bob, book } = pair()
    const stranger = new World('stranger').found('Mallory')
    assert.throws(
      () => book.put(cardOf(stranger)),
      (error) => error instanceof PeerFault && error.code === 'wrong-circle',
    )
    const forged = signCard(suite, alice.key, alice.log.circle, {
      ...openCard(suite, alice.log.circle, cardOf(bob), () => bob.key.publicKey),
    })
    assert.throws(
      () => book.put(forged),
      (error) => error instanceof PeerFault && error.code === 'signature-invalid',
    )
    alice.remove(bob)
    assert.equal(book.put(cardOf(bob)), 'stale')
    assert.deepEqual(book.versions(), [])
  })

  it('answers junk with a PeerFault', () => {
    const { bob, book } = pair()
    const good = cardOf(bob)
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = good.slice()
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ flip
        try {
          // Of another device, which is unknown: not kept, and not a fault of who hands it on.
          assert.equal(book.put(bytes), 'stale')
        } catch (error) {
          assert.ok(error instanceof PeerFault)
        }
      }),
    )
    assert.throws(() => book.put(new Uint8Array(CARD_MAX_BYTES + 1)), PeerFault)
    const spaced = cardOf(bob, { addresses: ['tcp:a b'] })
    assert.throws(() => book.put(spaced), PeerFault)
    assert.throws(() => book.put(cardOf(bob, { addresses: new Array<string>(17).fill('tcp:a') })), PeerFault)
  })

  it('numbers cards by the clock, and upwards whatever the clock says', () => {
    const { bob, book } = pair()
    const fields = {
      sealingGeneration: 1,
      sealingKey: suite.sealing.generate(random).publicKey,
      addresses: [],
    }
    book.put(nextCard(suite, bob.key, bob.log.circle, book, { ...fields, at: 1_800_000_000_000 }))
    assert.equal(book.get(bob.device)?.generation, 1_800_000_000)
    book.put(nextCard(suite, bob.key, bob.log.circle, book, { ...fields, at: 5 }))
    assert.equal(book.get(bob.device)?.generation, 1_800_000_001)
    assert.equal(nextGeneration(7, 9_000), 9)
  })
})

describe('Sealing keys', () => {
  const circle = new World('sealing').found('Alice').log.circle
  const context = (store: MemoryStore): ConstructorParameters<typeof SealingKeys>[0] => ({
    suite,
    store,
    circle,
    random,
  })

  it('open what was sealed to the current one and to those before it, through a restart', () => {
    const store = createMemoryStore()
    const keys = new SealingKeys(context(store))
    assert.throws(() => keys.current)
    assert.equal(keys.rotateIfDue(0), true)
    const old = keys.current
    const sealed = suite.sealing.seal(old.key.publicKey, NOTHING, NOTHING, utf8('hello'), random)
    assert.equal(keys.rotateIfDue(6 * DAY), false)
    assert.equal(keys.rotateIfDue(7 * DAY), true)
    assert.notEqual(keys.current.generation, old.generation)
    const reopened = new SealingKeys(context(store.crash()))
    assert.equal(reopened.current.generation, keys.current.generation)
    assert.deepEqual(
      reopened.find(old.generation)?.open(sealed.enc, NOTHING, NOTHING, sealed.ciphertext),
      utf8('hello'),
    )
  })

  it('are erased, from the disk too, two weeks after they were replaced', () => {
    const store = createMemoryStore()
    const keys = new SealingKeys(context(store))
    const generations = [0, 1, 2, 3, 4].map((week) => {
      assert.equal(keys.rotateIfDue(week * 7 * DAY), true)
      return keys.current.generation
    })
    const kept = generations.map((generation) => keys.find(generation) !== undefined)
    assert.deepEqual(kept, [false, false, true, true, true])
    assert.equal(store.records, 3)
  })

  it('survive a clock that jumps a year ahead and back', () => {
    const keys = new SealingKeys(context(createMemoryStore()))
    keys.rotateIfDue(10 * DAY)
    const before = keys.current
    assert.equal(keys.rotateIfDue(375 * DAY), true)
    assert.equal(keys.rotateIfDue(11 * DAY), true)
    assert.equal(keys.rotateIfDue(11 * DAY + 1), false)
    assert.ok(keys.find(before.generation))
    assert.ok(keys.current.generation > before.generation)
  })
})
