import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Unavailable, compareBytes, utf8, type Store } from '@triode/core'
import { createMemoryStore, createSeededRandom } from '@triode/testkit'

const one = utf8('one')
const two = utf8('two')

describe('the memory store', () => {
  it('keeps maps and series of a name apart, and erases both', () => {
    const store = createMemoryStore()
    store.map('notes').set('a', one)
    store.series('notes').set(utf8('a'), two)
    assert.deepEqual(store.map('notes').get('a'), one)
    assert.deepEqual(store.series('notes').get(utf8('a')), two)
    store.erase('notes')
    store.erase('notes')
    assert.equal(store.map('notes').get('a'), undefined)
    assert.equal(store.series('notes').count(), 0)
  })

  it('takes everything back when a transaction throws, erased names included', () => {
    const store = createMemoryStore()
    store.map('m').set('kept', one)
    store.series('s').set(utf8('kept'), one)
    assert.throws(() =>
      store.transaction(() => {
        store.map('m').set('kept', two)
        store.map('m').set('new', two)
        store.erase('m')
        store.map('m').set('later', two)
        store.series('s').delete(utf8('kept'))
        throw new Error('no')
      }),
    )
    assert.deepEqual(store.map('m').entries(), [['kept', one]])
    assert.deepEqual(store.series('s').range(), [{ sub: utf8('kept'), value: one }])
  })

  it('joins nested transactions: an inner refusal that is caught leaves nothing of the inner one', () => {
    const store = createMemoryStore()
    store.transaction(() => {
      store.map('m').set('outer', one)
      assert.throws(() =>
        store.transaction(() => {
          store.map('m').set('inner', two)
          throw new Error('no')
        }),
      )
    })
    assert.deepEqual(store.map('m').entries(), [['outer', one]])
    assert.equal(store.commits, 1)
  })

  it('orders series by bytes, exactly, and ranges like a sorted array whatever was put and deleted', () => {
    const random = createSeededRandom('order')
    const store = createMemoryStore()
    const series = store.series('s')
    const model = new Map<string, Uint8Array>()
    for (let i = 0; i < 4_000; i++) {
      const sub = random.bytes(1 + random.int(3))
      if (random.chance(0.3)) {
        series.delete(sub)
        model.delete(sub.toString())
      } else {
        series.set(sub, sub)
        model.set(sub.toString(), sub)
      }
    }
    const sorted = [...model.values()].sort(compareBytes)
    assert.deepEqual(
      series.range().map(({ sub }) => sub),
      sorted,
    )
    for (let i = 0; i < 300; i++) {
      const [from, to] = [random.bytes(1 + random.int(2)), random.bytes(1 + random.int(2))]
      const expected = sorted.filter((sub) => compareBytes(sub, from) >= 0 && compareBytes(sub, to) < 0)
      assert.equal(series.count({ from, to }), expected.length)
      const limit = random.int(10)
      const forward = series.range({ from, to, limit }).map(({ sub }) => sub)
      assert.deepEqual(forward, expected.slice(0, limit))
      const back = series.range({ from, to, limit, reverse: true }).map(({ sub }) => sub)
      assert.deepEqual(back, expected.toReversed().slice(0, limit))
    }
  })

  it('shares no bytes with its callers', () => {
    const store = createMemoryStore()
    const secret = utf8('secret')
    store.map('m').set('a', secret)
    secret.fill(0)
    store.map('m').get('a')?.fill(0)
    assert.deepEqual(store.map('m').get('a'), utf8('secret'))
  })

  it('reopens after a crash with what the last completed transaction left', () => {
    const store = createMemoryStore()
    store.map('m').set('a', one)
    let reopened: Store | undefined
    assert.throws(
      () =>
        store.transaction(() => {
          store.map('m').set('a', two)
          store.erase('m')
          reopened = store.crash()
          store.map('m').set('b', two)
        }),
      { code: 'store-locked' },
    )
    assert.deepEqual(reopened?.map('m').entries(), [['a', one]])
    assert.throws(() => store.map('m').get('a'), Unavailable)
  })

  it('loses the open transaction even if the code running in it never notices the crash', () => {
    const store = createMemoryStore()
    let reopened: Store | undefined
    assert.throws(() =>
      store.transaction(() => {
        store.map('m').set('a', one)
        reopened = store.crash()
      }),
    )
    assert.deepEqual(reopened?.map('m').entries(), [])
  })

  it('gives snapshots that stay as they were, without what is not committed yet', () => {
    const store = createMemoryStore()
    store.series('s').set(utf8('a'), one)
    const snapshot = store.transaction(() => {
      store.series('s').set(utf8('b'), two)
      store.erase('s')
      return store.snapshot()
    })
    assert.equal(store.series('s').count(), 0)
    for (let i = 0; i < 2; i++) {
      const copy = createMemoryStore(snapshot)
      assert.deepEqual(copy.series('s').range(), [{ sub: utf8('a'), value: one }])
      copy.erase('s')
    }
  })

  it('refuses writes while its disk is full, and heals', () => {
    const store = createMemoryStore()
    store.failWith(new Unavailable('disk-full'))
    assert.throws(() => store.transaction(() => 1), { code: 'disk-full' })
    assert.throws(() => {
      store.map('m').set('a', one)
    })
    assert.equal(store.map('m').get('a'), undefined)
    store.failWith(undefined)
    store.map('m').set('a', one)
    assert.equal(store.records, 1)
  })
})
