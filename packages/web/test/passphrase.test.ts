/** The passphrase of the first run: what the meter says of it, and what is suggested. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { WORDS } from '@triode/api/words'
import { guessesLog10 } from '../src/start/estimate.ts'
import { isLongEnough, MIN_PASSPHRASE_LENGTH, STRENGTH, strengthOf } from '../src/start/strengthLevel.ts'
import { SUGGESTED_WORDS, suggestPassphrase } from '../src/start/suggest.ts'

const strengthIn = (passphrase: string) => strengthOf(guessesLog10(passphrase))

test('the meter tells passwords that everybody takes from words that chance took', () => {
  assert.equal(strengthIn('password123'), STRENGTH.veryWeak)
  assert.equal(strengthIn('qwertyuiop'), STRENGTH.veryWeak)
  assert.ok(strengthIn('Troub4dor&3') >= STRENGTH.weak)
  assert.equal(strengthIn('crucial clown velvet orbit mango thunder'), STRENGTH.strong)
})

test('a very long passphrase is judged at once', () => {
  const started = performance.now()
  assert.equal(strengthIn('correct horse battery staple '.repeat(40)), STRENGTH.strong)
  assert.ok(performance.now() - started < 5_000)
})

test('more guesses are never weaker', () => {
  let before = -1
  for (let log10 = 0; log10 < 30; log10 += 0.25) {
    const strength = strengthOf(log10)
    assert.ok(strength >= before)
    before = strength
  }
  assert.equal(before, STRENGTH.strong)
})

test('an emoji counts as one character, as the vault counts it', () => {
  assert.equal(isLongEnough('🦊'.repeat(MIN_PASSPHRASE_LENGTH - 1)), false)
  assert.equal(isLongEnough('🦊'.repeat(MIN_PASSPHRASE_LENGTH)), true)
})

test('a suggestion is drawn from all 2,048 words, and each number gives another word', () => {
  const numbers = [0, 2047, 2048, 65_535, 1024, 7]
  const suggested = suggestPassphrase(WORDS, (into) => {
    into.set(numbers)
    return into
  })
  assert.deepEqual(suggested.split(' '), [
    WORDS[0],
    WORDS[2047],
    WORDS[0],
    WORDS[2047],
    WORDS[1024],
    WORDS[7],
  ])
  assert.equal(suggested.split(' ').length, SUGGESTED_WORDS)
  assert.equal(new Set(WORDS).size, 2_048)
})

test('a list of another length is refused: its words would not be equally likely', () => {
  assert.throws(() => suggestPassphrase(WORDS.slice(1), (into) => into), RangeError)
})

test('what is suggested is strong by the meter', () => {
  const suggested = suggestPassphrase(WORDS, (into) => crypto.getRandomValues(into))
  assert.equal(strengthIn(suggested), STRENGTH.strong)
})
