/** Spoken codes: drawn evenly, read out, typed by people in a hurry (spec §6.8). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import {
  formatSpokenCode,
  hourOf,
  looksSpoken,
  makeSpokenCode,
  parseSpokenCode,
  spokenKnockName,
  spokenLanName,
} from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { suite } from './world.ts'

const random = createSeededRandom('spoken codes')
const NONE: ReadonlySet<number> = new Set()

describe('a spoken code', () => {
  it('is read as it was made, whatever is drawn', () => {
    for (let n = 0; n < 2_000; n++) {
      const code = makeSpokenCode(random, NONE)
      assert.ok(code.number >= 1_000 && code.number <= 9_999)
      assert.deepEqual(parseSpokenCode(formatSpokenCode(code)), code)
    }
  })

  it('draws every word, and numbers from one end to the other', () => {
    const words = new Set<string>()
    const numbers: number[] = []
    for (let n = 0; n < 20_000; n++) {
      const code = makeSpokenCode(random, NONE)
      for (const word of code.words) words.add(word)
      numbers.push(code.number)
    }
    assert.equal(words.size, wordlist.length)
    assert.ok(Math.min(...numbers) < 1_010 && Math.max(...numbers) > 9_990)
  })

  it('is forgiving about case, blanks, a broken number and the end of a word', () => {
    const code = { number: 4_821, words: ['crucial', 'clown'] }
    const typed = [
      '4821-crucial-clown',
      ' 4821 CRUCIAL Clown ',
      '48 21, crucial. clown!',
      '4821cruc-clow',
      '4821 crucal clowns',
      '4821_crucial_clown\n',
    ]
    for (const text of typed) assert.deepEqual(parseSpokenCode(text), code, text)
  })

  it('knows three-letter words by the whole word only', () => {
    assert.deepEqual(parseSpokenCode('4821 act add').words, ['act', 'add'])
    assert.deepEqual(parseSpokenCode('4821 action address').words, ['action', 'address'])
    assert.throws(() => parseSpokenCode('4821 ad act'), { code: 'code-malformed' })
  })

  it('refuses what is none, with a remedy', () => {
    const wrong = [
      '',
      '4821',
      '4821-crucial',
      '482-crucial-clown',
      '48210-crucial-clown',
      '0821-crucial-clown',
    ]
    wrong.push(
      '4821-crucial-clown-clown',
      '4821-xyzzy-clown',
      'crucial-clown-4821',
      `4821-${'a'.repeat(10_000)}`,
    )
    wrong.push('4821-crucial-clown-7')
    for (const text of wrong) {
      assert.throws(() => parseSpokenCode(text), { code: 'code-malformed' }, text.slice(0, 40))
    }
  })

  it('takes no number that another code of this device has', () => {
    const drawn = makeSpokenCode({ bytes: () => Uint8Array.of(0, 7) }, NONE).number
    const taken = new Set([drawn, drawn + 1])
    assert.equal(makeSpokenCode({ bytes: () => Uint8Array.of(0, 7) }, taken).number, drawn + 2)
    const last = makeSpokenCode({ bytes: () => Uint8Array.of(0x23, 0x27) }, NONE).number
    assert.equal(last, 9_999)
    assert.equal(makeSpokenCode({ bytes: () => Uint8Array.of(0x23, 0x27) }, new Set([last])).number, 1_000)
    const many = new Set(Array.from({ length: 9_000 }, (_, n) => 1_000 + n))
    assert.throws(() => makeSpokenCode(random, many), { code: 'too-many-codes' })
  })

  it('is told from a link', () => {
    assert.ok(looksSpoken(' 4821-crucial-clown'))
    assert.ok(!looksSpoken('triode:abc'))
  })

  it('has names that change with the hour and the number, and never meet each other', () => {
    const hour = hourOf(1_800_000_000_000)
    const names = [4_821, 4_822].flatMap((number) =>
      [hour, hour + 1].flatMap((at) => [
        spokenKnockName(suite, number, at),
        spokenLanName(suite, number, at),
      ]),
    )
    assert.equal(new Set(names).size, 8)
    assert.match(names[0] ?? '', /^[a-z2-7]{32}$/)
    assert.match(names[1] ?? '', /^[a-z2-7]{26}$/)
  })
})
