/** What every `Store` promises, as a suite: an adapter that passes it can carry the protocol. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type RecordSeries, type Store, utf8 } from '@triode/core'

export interface StoreUnderTest {
  readonly store: Store
  /** Ends the store without warning, as a crash would, and opens what is left of it. */
  reopen(): StoreUnderTest
  /** Removes everything that the test made. */
  dispose(): void
}

const one = utf8('one')
const two = utf8('two')
const three = utf8('three')

/** Runs the suite against stores that `makeStore` makes, each of them empty. */
export function storeCompliance(name: string, makeStore: () => StoreUnderTest): void {
  const using = (work: (store: Store, reopen: () => Store) => void) => () => {
    const made = [makeStore()]
    const newest = (): StoreUnderTest => made[made.length - 1] as StoreUnderTest
    try {
      work(newest().store, () => {
        made.push(newest().reopen())
        return newest().store
      })
    } finally {
      newest().dispose()
    }
  }

  void describe(`the store '${name}'`, () => {
    for (const [topic, cases] of Object.entries(topics())) {
      void describe(topic, () => {
        for (const [title, work] of Object.entries(cases)) void it(title, using(work))
      })
    }
  })
}

type Cases = Record<string, (store: Store, reopen: () => Store) => void>

const mapCases: Cases = {
  'that has nothing at first'(store) {
    assert.equal(store.map('m').get('a'), undefined)
    assert.deepEqual(store.map('m').entries(), [])
    store.map('m').delete('a')
  },
  'where a key gives back its bytes, and the last of them'(store) {
    store.map('m').set('a', one)
    assert.deepEqual(store.map('m').get('a'), one)
    store.map('m').set('a', two)
    assert.deepEqual(store.map('m').get('a'), two)
    assert.deepEqual(store.map('m').entries(), [['a', two]])
  },
  'of plain byte arrays, which the caller may change'(store) {
    const given = utf8('secret')
    store.map('m').set('a', given)
    given.fill(0)
    const taken = store.map('m').get('a')
    assert.equal(Object.getPrototypeOf(taken), Uint8Array.prototype)
    taken?.fill(0)
    assert.deepEqual(store.map('m').get('a'), utf8('secret'))
  },
  'with any text as key, and empty and large values'(store) {
    const values: [string, Uint8Array][] = [
      ['', new Uint8Array(0)],
      ['ключ 🔑', one],
      ['a\0b', two],
      ["'; DROP TABLE record; --", three],
      ['k'.repeat(300), new Uint8Array(300_000).fill(7)],
    ]
    for (const [key, value] of values) store.map('m').set(key, value)
    for (const [key, value] of values) assert.deepEqual(store.map('m').get(key), value)
    assert.deepEqual(sorted(store.map('m').entries()), sorted(values))
  },
  'from which keys can be deleted, more than once'(store) {
    store.map('m').set('a', one)
    store.map('m').set('b', two)
    store.map('m').delete('a')
    store.map('m').delete('a')
    assert.equal(store.map('m').get('a'), undefined)
    assert.deepEqual(store.map('m').entries(), [['b', two]])
  },
  'apart from every other, whatever their names'(store) {
    const names = ['', 'm', 'M', 'm ', 'm/a', 'ma', '\u00e9', 'e\u0301', '0m', '1m']
    for (const [at, name] of names.entries()) store.map(name).set('a', Uint8Array.of(at))
    for (const [at, name] of names.entries()) {
      assert.deepEqual(store.map(name).entries(), [['a', Uint8Array.of(at)]])
    }
  },
  'that is the same through every handle'(store) {
    const [here, there] = [store.map('m'), store.map('m')]
    assert.equal(there.get('a'), undefined)
    here.set('a', one)
    assert.deepEqual(there.get('a'), one)
    store.erase('m')
    assert.equal(here.get('a'), undefined)
    there.set('a', two)
    assert.deepEqual(here.get('a'), two)
  },
}

const seriesCases: Cases = {
  'that has nothing at first'(store) {
    const series = store.series('s')
    assert.equal(series.get(one), undefined)
    assert.deepEqual(series.range(), [])
    assert.equal(series.count(), 0)
    series.delete(one)
  },
  'in the order of bytes, whatever the order of writing'(store) {
    const series = store.series('s')
    for (const sub of ['ff', '00', '', '0000', '80', '7f', '00ff', 'ff00']) series.set(hex(sub), utf8(sub))
    assert.deepEqual(subs(series), ['', '00', '0000', '00ff', '7f', '80', 'ff', 'ff00'])
    assert.deepEqual(series.get(hex('80')), utf8('80'))
    assert.deepEqual(series.range()[0], { sub: new Uint8Array(0), value: new Uint8Array(0) })
  },
  'with ranges that include their lower and exclude their upper bound'(store) {
    const series = numbered(store, 10)
    const [from, to] = [hex('03'), hex('06')]
    assert.deepEqual(subs(series, { from, to }), ['03', '04', '05'])
    assert.deepEqual(subs(series, { from: hex('08') }), ['08', '09'])
    assert.deepEqual(subs(series, { to: hex('02') }), ['00', '01'])
    assert.deepEqual(subs(series, { from: hex('0300'), to: hex('0500') }), ['04', '05'])
    assert.deepEqual(subs(series, { from: to, to: from }), [])
    assert.deepEqual(subs(series, { from, to: from }), [])
  },
  'read from either end, up to a limit'(store) {
    const series = numbered(store, 10)
    assert.deepEqual(subs(series, { limit: 2 }), ['00', '01'])
    assert.deepEqual(subs(series, { reverse: true, limit: 2 }), ['09', '08'])
    assert.deepEqual(subs(series, { reverse: true, to: hex('05'), limit: 2 }), ['04', '03'])
    assert.deepEqual(subs(series, { from: hex('05'), reverse: false, limit: 1 }), ['05'])
    assert.deepEqual(subs(series, { limit: 0 }), [])
    assert.deepEqual(subs(series, { limit: Infinity }).length, 10)
  },
  'and counts it'(store) {
    const series = numbered(store, 10)
    assert.equal(series.count(), 10)
    assert.equal(series.count({ from: hex('03'), to: hex('06') }), 3)
    assert.equal(series.count({ from: hex('08') }), 2)
    assert.equal(series.count({ to: hex('00') }), 0)
    assert.equal(series.count({ from: hex('06'), to: hex('03') }), 0)
  },
  'where a sub-key can be replaced and deleted'(store) {
    const series = numbered(store, 3)
    series.set(hex('01'), utf8('new'))
    series.delete(hex('02'))
    series.delete(hex('02'))
    assert.deepEqual(series.range(), [
      { sub: hex('00'), value: hex('00') },
      { sub: hex('01'), value: utf8('new') },
    ])
  },
  'whose bytes the caller may change'(store) {
    const series = store.series('s')
    const [sub, value] = [utf8('sub'), utf8('value')]
    series.set(sub, value)
    sub.fill(0)
    value.fill(0)
    for (const record of series.range()) {
      assert.equal(Object.getPrototypeOf(record.sub), Uint8Array.prototype)
      record.sub.fill(0)
      record.value.fill(0)
    }
    assert.deepEqual(series.range(), [{ sub: utf8('sub'), value: utf8('value') }])
  },
  'apart from the map of the same name and from other series'(store) {
    store.map('x').set('a', one)
    store.series('x').set(utf8('a'), two)
    store.series('y').set(utf8('a'), three)
    assert.deepEqual(store.map('x').get('a'), one)
    assert.deepEqual(store.series('x').get(utf8('a')), two)
    assert.equal(store.series('x').count(), 1)
  },
}

const transactionCases: Cases = {
  'what a transaction wrote, and gives back what it returns'(store) {
    const result = store.transaction(() => {
      store.map('m').set('a', one)
      assert.deepEqual(store.map('m').get('a'), one)
      store.series('s').set(one, one)
      assert.equal(store.series('s').count(), 1)
      return 42
    })
    assert.equal(result, 42)
    assert.deepEqual(store.map('m').get('a'), one)
  },
  'what a transaction wrote that may wait for the disk, and what one nested in it wrote'(store) {
    const result = store.transaction(() => {
      store.map('m').set('a', one)
      store.transaction(() => store.map('m').set('b', two))
      return 42
    }, 'soon')
    assert.equal(result, 42)
    store.transaction(() => store.map('m').set('c', three), 'soon')
    const entries = [...store.map('m').entries()].sort(([a], [b]) => a.localeCompare(b))
    assert.deepEqual(entries, [
      ['a', one],
      ['b', two],
      ['c', three],
    ])
    store.map('m').set('d', one)
    assert.deepEqual(store.map('m').get('d'), one)
  },
  'nothing of a transaction that throws, names that it made or erased included'(store) {
    store.map('m').set('kept', one)
    store.series('s').set(one, one)
    const refusal = new Error('no')
    const work = (): void => {
      store.map('m').set('kept', two)
      store.map('new').set('a', two)
      store.series('s').delete(one)
      store.erase('m')
      store.map('m').set('later', three)
      throw refusal
    }
    assert.throws(() => store.transaction(work), refusal)
    assert.deepEqual(store.map('m').entries(), [['kept', one]])
    assert.deepEqual(store.map('new').entries(), [])
    assert.deepEqual(store.series('s').range(), [{ sub: one, value: one }])
    store.map('new').set('b', three)
    assert.deepEqual(store.map('new').entries(), [['b', three]])
  },
  'a nested transaction with the outer one'(store) {
    assert.throws(() =>
      store.transaction(() => {
        store.transaction(() => store.map('m').set('inner', one))
        assert.deepEqual(store.map('m').get('inner'), one)
        throw new Error('no')
      }),
    )
    assert.equal(store.map('m').get('inner'), undefined)
  },
  'the outer one without a nested one that threw and was caught'(store) {
    store.transaction(() => {
      store.map('m').set('before', one)
      assert.throws(() =>
        store.transaction(() => {
          store.map('m').set('before', two)
          store.map('inner').set('a', two)
          throw new Error('no')
        }),
      )
      store.map('m').set('after', three)
    })
    assert.deepEqual(
      sorted(store.map('m').entries()),
      sorted([
        ['before', one],
        ['after', three],
      ]),
    )
    assert.deepEqual(store.map('inner').entries(), [])
  },
  'again after a refusal'(store) {
    assert.throws(() =>
      store.transaction(() => {
        throw new Error('no')
      }),
    )
    store.transaction(() => store.map('m').set('a', one))
    store.map('m').set('b', two)
    assert.equal(store.map('m').entries().length, 2)
  },
}

const eraseCases: Cases = {
  'map and series of a name, and nothing else'(store) {
    for (const name of ['x', 'y']) {
      store.map(name).set('a', one)
      store.series(name).set(one, one)
    }
    store.erase('x')
    assert.deepEqual(store.map('x').entries(), [])
    assert.equal(store.map('x').get('a'), undefined)
    assert.equal(store.series('x').count(), 0)
    assert.deepEqual(store.map('y').get('a'), one)
    assert.equal(store.series('y').count(), 1)
  },
  'what was never there, and what is erased already'(store) {
    store.erase('x')
    store.map('x').set('a', one)
    store.erase('x')
    store.erase('x')
    assert.equal(store.map('x').get('a'), undefined)
  },
  'a name that is used again afterwards'(store) {
    store.series('x').set(one, one)
    store.erase('x')
    store.series('x').set(two, two)
    assert.deepEqual(store.series('x').range(), [{ sub: two, value: two }])
  },
}

const crashCases: Cases = {
  'with all that was committed'(store, reopen) {
    store.transaction(() => {
      store.map('m').set('a', one)
      store.series('s').set(hex('0001'), two)
    })
    store.map('m').set('b', three)
    const again = reopen()
    assert.deepEqual(
      sorted(again.map('m').entries()),
      sorted([
        ['a', one],
        ['b', three],
      ]),
    )
    assert.deepEqual(again.series('s').range(), [{ sub: hex('0001'), value: two }])
  },
  'without what was erased or refused'(store, reopen) {
    store.map('m').set('a', one)
    store.map('x').set('a', one)
    store.erase('x')
    assert.throws(() =>
      store.transaction(() => {
        store.map('m').set('a', two)
        throw new Error('no')
      }),
    )
    const again = reopen()
    assert.deepEqual(again.map('m').entries(), [['a', one]])
    assert.deepEqual(again.map('x').entries(), [])
  },
  'again and again'(store, reopen) {
    let current = store
    for (let round = 0; round < 5; round++) {
      current.series('s').set(Uint8Array.of(round), one)
      current = reopen()
      assert.equal(current.series('s').count(), round + 1)
    }
  },
}

function topics(): Record<string, Cases> {
  return {
    'keeps a map': mapCases,
    'keeps a series': seriesCases,
    commits: transactionCases,
    erases: eraseCases,
    'survives a crash': crashCases,
  }
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

function subs(series: RecordSeries, range?: Parameters<RecordSeries['range']>[0]): string[] {
  return series
    .range(range)
    .map(({ sub }) => Array.from(sub, (byte) => byte.toString(16).padStart(2, '0')).join(''))
}

function numbered(store: Store, count: number): RecordSeries {
  const series = store.series('s')
  for (let i = 0; i < count; i++) series.set(Uint8Array.of(i), Uint8Array.of(i))
  return series
}

function sorted(entries: [string, Uint8Array][]): [string, Uint8Array][] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
