/** Names are the words of others: what a member or the sender of a file does with them to pass for something else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownName } from '../src/files/shownName.ts'
import { distinctNames } from '../src/timeline/alikeNames.ts'

const WORDS = { me: 'You', unnamed: (id: string) => `No nickname (${id})` }

function called(...names: (string | undefined)[]): string[] {
  const members = names.map((name, index) => ({
    member: `${index}bcdefgh`,
    ...(name !== undefined && { name }),
  }))
  const nameOf = distinctNames(members, WORDS)
  return members.map(({ member, name }) => nameOf(member, name))
}

test('members who look the same are told apart by their ids', () => {
  assert.deepEqual(called('Alice', 'Bob'), ['Alice', 'Bob'])
  for (const other of [
    'Alice',
    'ALICE',
    'Ali\u200bce',
    'Alice\u200e',
    'A\u00adlice',
    '\uff21lice',
    'Álice',
    'A l ice',
  ])
    assert.deepEqual(called('Alice', other, 'Bob'), ['Alice (0bcdef)', `${other} (1bcdef)`, 'Bob'], other)
})

test('letters of another script, or a digit, make no other name', () => {
  for (const [name, other] of [
    ['Alice', 'Аliсе'],
    ['Alice', 'AIice'],
    ['Bob', 'Воb'],
    ['Bob', 'B0b'],
    ['Helen', 'Ηelen'],
    ['Max', 'Мах'],
    ['Иван', 'ИВАН'],
    ['ALICE', 'ꓮꓡꓲꓚꓰ'],
    ['Max', 'ꓟᎪꓫ'],
  ] as const)
    assert.deepEqual(called(name, other, 'Zoe'), [`${name} (0bcdef)`, `${other} (1bcdef)`, 'Zoe'], other)
  assert.deepEqual(called('Анна', 'Ольга', 'Νίκος', 'Anne'), ['Анна', 'Ольга', 'Νίκος', 'Anne'])
})

test('who is no member any more does not pass for one who is', () => {
  const nameOf = distinctNames([{ member: '0bcdefgh', name: 'Alice' }], WORDS)
  assert.equal(nameOf('1bcdefgh', 'Bob'), 'Bob')
  assert.equal(nameOf('1bcdefgh', 'ALICE'), 'ALICE (1bcdef)')
  assert.equal(nameOf('1bcdefgh'), 'No nickname (1bcdef)')
})

test('nobody passes for somebody else by writing the beginning of that one\u2019s id behind a name', () => {
  for (const other of [
    'Alice (0bcdef)',
    'Alice \uff080bcdef\uff09',
    'No nickname (0bcdef)',
    'Alice [0bcdef]\u200b',
  ])
    assert.deepEqual(called('Alice', other), ['Alice', `${other} (1bcdef)`], other)
  assert.deepEqual(called('Alice (home) B', 'Bob'), ['Alice (home) B', 'Bob'])
})

test('nobody passes for oneself', () => {
  assert.deepEqual(called('You', 'y\u2060ou'), ['You (0bcdef)', 'y\u2060ou (1bcdef)'])
  assert.deepEqual(called('You'), ['You (0bcdef)'])
})

test('a name that nobody can see is none', () => {
  for (const name of [undefined, '\u200b', '\u3164', '\u2800', '\u00ad\u200d'])
    assert.deepEqual(called(name, 'Bob'), ['No nickname (0bcdef)', 'Bob'])
})

test('what turns a file\u2019s name around, or hides in it, is seen', () => {
  assert.equal(shownName('invoice\u202efdp.exe'), 'invoice\ufffdfdp.exe')
  assert.equal(shownName('a\u200b\u2066b\ncd'), 'a\ufffd\ufffdb\ufffdcd')
  for (const name of ['Plan.pdf', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.txt', '👩‍👩‍👧 2026.jpg'])
    assert.equal(shownName(name), name)
})
