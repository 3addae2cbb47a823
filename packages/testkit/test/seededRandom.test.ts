import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeededRandom } from '@triode/testkit'

describe('seeded randomness', () => {
  it('replays from its seed, and differs with another', () => {
    const draw = (seed: string): Uint8Array => createSeededRandom(seed).bytes(33)
    assert.deepEqual(draw('one'), draw('one'))
    assert.notDeepEqual(draw('one'), draw('two'))
    assert.notDeepEqual(draw('1'), draw('2'))
    assert.deepEqual(createSeededRandom(7).bytes(8), createSeededRandom('7').bytes(8))
  })

  it('spreads evenly over bytes and over odd ranges', () => {
    const random = createSeededRandom('even')
    const counts = new Array<number>(256).fill(0)
    for (const byte of random.bytes(256_000)) counts[byte] = (counts[byte] ?? 0) + 1
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)
    assert.ok(chiSquare > 150 && chiSquare < 380, `chi square ${chiSquare} with 255 degrees of freedom`)
    const thirds = [0, 0, 0]
    for (let i = 0; i < 30_000; i++) {
      const third = random.int(3)
      thirds[third] = (thirds[third] ?? 0) + 1
    }
    for (const count of thirds) assert.ok(Math.abs(count - 10_000) < 400, `${count} of 30000`)
  })

  it('forks generators that depend on the name only, not on what was drawn before', () => {
    const a = createSeededRandom('root')
    const b = createSeededRandom('root')
    b.bytes(100)
    assert.deepEqual(a.fork('alice').bytes(16), b.fork('alice').bytes(16))
    assert.notDeepEqual(a.fork('alice').bytes(16), a.fork('bob').bytes(16))
  })

  it('shuffles without losing anything, picks only what is there and refuses an empty choice', () => {
    const random = createSeededRandom('cards')
    const cards = Array.from({ length: 52 }, (_, i) => i)
    const shuffled = random.shuffle(cards)
    assert.notDeepEqual(shuffled, cards)
    assert.deepEqual(
      shuffled.toSorted((a, b) => a - b),
      cards,
    )
    assert.ok(cards.includes(random.pick(cards)))
    assert.throws(() => random.pick([]), RangeError)
    assert.throws(() => random.int(0), RangeError)
    assert.equal(random.chance(0), false)
    assert.equal(random.chance(1), true)
  })
})
