import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ariaKeys, isPressed, isSingleKey, shownKeys, type KeyPress } from '../src/palette/keys.ts'
import { atFirst } from '../src/palette/places.ts'
import { createRegistry, type Command } from '../src/palette/registry.ts'
import { ranked, scoreOf } from '../src/palette/score.ts'

suite('the palette finds', () => {
  const places = [
    'Settings: Storage',
    'Settings: Look',
    'Lock now',
    'Bob Loblaw',
    'Böhm',
    'Book club',
    'Alice',
  ]
  const find = (typed: string) => ranked(typed, places, (place) => place)

  test('beginnings of words before what lies within', () => {
    assert.equal(find('lo')[0], 'Lock now')
    assert.equal(find('bl')[0], 'Bob Loblaw')
    assert.equal(find('sl')[0], 'Settings: Look')
  })

  test('letters that stand together before scattered ones', () => {
    assert.equal(find('book')[0], 'Book club')
  })

  test('without accents, case and blanks', () => {
    assert.deepEqual(find('BOHM'), ['Böhm'])
    assert.equal(find('lock  NOW')[0], 'Lock now')
  })

  test('everything, in its order, while nothing is typed', () => {
    assert.deepEqual(find(''), places)
  })

  test('the conversations of late and what one can do before anything is typed, however many places there are', () => {
    const entry = (id: string) => ({ id, title: id, run: () => undefined })
    const conversations = Array.from({ length: 60 }, (_, at) => entry(`conversation:${String(at)}`))
    const places = [...conversations, entry('member:bob'), entry('circle:club')]
    const shown = atFirst(places, [entry('lock')]).map(({ id }) => id)
    assert.equal(shown.indexOf('lock'), 8)
    assert.equal(shown[0], 'conversation:0')
    assert.deepEqual(shown.toSorted(), [...places.map(({ id }) => id), 'lock'].toSorted())
  })

  test('nothing where a letter is missing', () => {
    assert.equal(scoreOf('xyz', 'Settings'), undefined)
    assert.deepEqual(find('qqq'), [])
  })

  test('the very words first', () => {
    assert.equal(ranked('alice', ['Alice in accounts', 'Alice'], (text) => text)[0], 'Alice')
  })

  test('in Arabic as well', () => {
    assert.deepEqual(
      ranked('قفل', ['إعدادات', 'قفل الآن'], (text) => text),
      ['قفل الآن'],
    )
  })
})

suite('keys', () => {
  const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
    key,
    code: '',
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...held,
  })

  test('Mod is Ctrl, and Command on a Mac', () => {
    assert.ok(isPressed('Mod+K', press('k', { ctrlKey: true }), false))
    assert.ok(isPressed('Mod+K', press('k', { metaKey: true }), true))
    assert.ok(!isPressed('Mod+K', press('k', { ctrlKey: true }), true))
    assert.ok(!isPressed('Mod+K', press('k'), false))
    assert.ok(!isPressed('Mod+K', press('K', { ctrlKey: true, shiftKey: true }), false))
  })

  test('a digit is its key, whatever Alt makes of it', () => {
    assert.ok(isPressed('Alt+1', press('¡', { altKey: true, code: 'Digit1' }), true))
    assert.ok(!isPressed('Alt+1', press('1', { code: 'Digit1' }), false))
  })

  test('a sign is itself, with Shift or without', () => {
    assert.ok(isPressed('?', press('?', { shiftKey: true }), false))
    assert.ok(isPressed('?', press('?'), false))
    assert.ok(!isPressed('?', press('?', { ctrlKey: true }), false))
  })

  test('one key alone is known as such', () => {
    assert.deepEqual(['?', 'j', 'Shift+J', 'Mod+K', 'Alt+1', 'Escape'].map(isSingleKey), [
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('are shown as they stand on the keyboard', () => {
    assert.deepEqual(shownKeys('Mod+Shift+f', false), ['Ctrl', '⇧', 'F'])
    assert.deepEqual(shownKeys('Alt+ArrowUp', true), ['⌥', '↑'])
    assert.equal(ariaKeys('Mod+K', false), 'Control+K')
  })
})

suite('the registry', () => {
  const command = (id: string, group: Command['group'], title = id): Command => ({
    id,
    group,
    title,
    run() {},
  })

  test('holds what is offered, by group, and lets it go again', () => {
    const registry = createRegistry()
    registry.add(command('lock', 'device'))
    const take = registry.add(command('home', 'go'))
    assert.deepEqual(
      registry.commands().map(({ id }) => id),
      ['home', 'lock'],
    )
    take()
    assert.deepEqual(
      registry.commands().map(({ id }) => id),
      ['lock'],
    )
  })

  test('of two with one id the later holds until it goes', () => {
    const registry = createRegistry()
    registry.add(command('mute', 'conversation', 'one'))
    const take = registry.add(command('mute', 'conversation', 'other'))
    assert.deepEqual(
      registry.commands().map(({ title }) => title),
      ['other'],
    )
    take()
    assert.deepEqual(
      registry.commands().map(({ title }) => title),
      ['one'],
    )
  })

  test('tells of each change, and answers the same until then', () => {
    const registry = createRegistry()
    let changes = 0
    registry.onChange(() => changes++)
    const before = registry.commands()
    assert.equal(registry.commands(), before)
    registry.add(command('lock', 'device'))
    assert.equal(changes, 1)
    assert.notEqual(registry.commands(), before)
  })
})
