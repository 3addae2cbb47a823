import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createSearchIndex } from '../src/index.ts'

function indexOf(texts: Record<string, string>, scope = 'circle') {
  const index = createSearchIndex()
  for (const [id, text] of Object.entries(texts)) index.put(id, scope, text)
  return index
}

describe('the search index', () => {
  it('finds messages that hold all words, whatever case and accents', () => {
    const index = indexOf({ a: 'Crème brûlée tonight?', b: 'creme without', c: 'BRULEE, creme: yes' })
    assert.deepEqual(index.find('brulee CREME').sort(), ['a', 'c'])
    assert.deepEqual(index.find('brûlée tonight'), ['a'])
    assert.deepEqual(index.find('lobster'), [])
  })

  it('takes the last word for a beginning, while somebody types', () => {
    const index = indexOf({ a: 'the invitation expires', b: 'an invite', c: 'vitamins' })
    assert.deepEqual(index.find('invit').sort(), ['a', 'b'])
    assert.deepEqual(index.find('i').sort(), ['a', 'b'])
    assert.deepEqual(index.find('the invit'), ['a'])
    assert.deepEqual(index.find('invit expires'), [], 'only the last word may be unfinished')
  })

  it('puts the best hit first, and of equal ones the newest', () => {
    const index = indexOf({
      long: 'a long story in which a lighthouse is one word among very many others',
      best: 'lighthouse lighthouse',
      old: 'see the lighthouse',
      new: 'see the lighthouse',
    })
    assert.deepEqual(index.find('lighthouse'), ['best', 'new', 'old', 'long'])
  })

  it('narrows to one conversation, and a conversation is not a word', () => {
    const index = createSearchIndex()
    index.put('a', 'room', 'hello s0 room')
    index.put('b', 'direct', 'hello')
    assert.deepEqual(index.find('hello', { scope: 'direct' }), ['b'])
    assert.deepEqual(index.find('hello', { scope: 'elsewhere' }), [])
    assert.deepEqual(index.find('s1'), [])
    assert.deepEqual(index.find('s0'), ['a'])
    assert.deepEqual(index.find('room'), ['a'])
  })

  it('replaces an edited message and forgets a deleted one', () => {
    const index = indexOf({ a: 'first', b: 'second' })
    index.put('a', 'circle', 'changed')
    assert.deepEqual(index.find('first'), [])
    assert.deepEqual(index.find('changed'), ['a'])
    index.remove('b')
    index.remove('b')
    assert.deepEqual(index.find('second'), [])
  })

  it('gives 50 hits, or as many as wanted', () => {
    const index = indexOf(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`m${i}`, 'again'])))
    assert.equal(index.find('again').length, 50)
    assert.equal(index.find('again', { limit: 3 }).length, 3)
    assert.equal(index.find('again', { limit: 1_000 }).length, 120)
    for (const limit of [0, -1, NaN]) assert.deepEqual(index.find('again', { limit }), [])
  })

  it('gives the newest first when a word is in thousands of messages', () => {
    const index = createSearchIndex()
    for (let i = 0; i < 2_500; i++) index.put(`m${i}`, i % 2 === 0 ? 'even' : 'odd', `the ${i}`)
    assert.deepEqual(index.find('the', { limit: 3 }), ['m2499', 'm2498', 'm2497'])
    assert.equal(index.find('the', { limit: 2_400 }).length, 2_400)
    assert.equal(index.find('the 24', { limit: 3 }).length, 3)
    assert.equal(index.find('the', { scope: 'odd', limit: 9_999 }).length, 1_250)
  })

  it('finds within sentences written without spaces', () => {
    const index = indexOf({ a: '明日東京で会いましょう', b: '大阪' })
    assert.deepEqual(index.find('東京'), ['a'])
    assert.deepEqual(index.find('大'), ['b'])
  })

  it('takes any text for words, never for syntax', () => {
    const index = indexOf({ a: 'plain text AND more' })
    const syntax = [
      '"',
      '*',
      'a*b',
      'NEAR(a b)',
      'text:',
      'scope:s0',
      '^plain',
      '-',
      "'",
      '{',
      '\0',
      '🔑',
      'a"b',
    ]
    for (const query of [
      ...syntax,
      '',
      ' ',
      'x'.repeat(10_000),
      '" OR "',
      'plain NOT more',
      '\u{1e900}',
      '\u0301',
    ]) {
      assert.doesNotThrow(() => index.find(query), query)
    }
    assert.deepEqual(index.find('plain AND more'), ['a'])
    assert.deepEqual(index.find('plain OR lobster'), [])
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary' }),
        (query, text) => {
          index.put('fuzz', 'scope', text)
          assert.ok(Array.isArray(index.find(query)))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('holds nothing once it is closed', () => {
    const index = indexOf({ a: 'text' })
    index.close()
    index.close()
    assert.throws(() => index.find('text'))
  })
})
