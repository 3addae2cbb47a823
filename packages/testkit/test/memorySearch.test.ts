import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMemorySearch } from '@triode/testkit'

describe('the memory search', () => {
  it('finds words without case and accents, whole ones first, and only in the scope asked for', () => {
    const search = createMemorySearch()
    search.put('1', 'alice', 'Meet at the Café tomorrow')
    search.put('2', 'alice', 'a cafeteria')
    search.put('3', 'bob', 'cafe')
    assert.deepEqual(search.find('CAFE'), ['3', '1', '2'])
    assert.deepEqual(search.find('cafe', { scope: 'alice', limit: 1 }), ['1'])
    assert.deepEqual(search.find('cafe tomorrow'), ['1'])
    assert.deepEqual(search.find('"* OR ('), [])
  })

  it('replaces and removes', () => {
    const search = createMemorySearch()
    search.put('1', 's', 'old words')
    search.put('1', 's', 'new words')
    assert.deepEqual(search.find('old'), [])
    search.remove('1')
    search.remove('1')
    assert.deepEqual([search.find('new'), search.size], [[], 0])
  })
})
