import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SafeNames, safeName } from '@triode/core'
import fc from 'fast-check'
import { anyName } from './samples.ts'

/** What is written here by another way than in the code, from what the systems document. */
const WINDOWS_DEVICES = [
  ...['CON', 'PRN', 'AUX', 'NUL', 'CONIN$', 'CONOUT$'],
  ...Array.from('0123456789¹²³').flatMap((digit) => [`COM${digit}`, `LPT${digit}`]),
]

function assertLegalEverywhere(name: string): void {
  const units = Array.from(name, (letter) => letter.codePointAt(0) ?? 0)
  assert.ok(name.length > 0)
  assert.ok(name.isWellFormed())
  assert.ok(Buffer.byteLength(name) <= 255, 'Linux counts bytes')
  assert.ok(name.normalize('NFD').length <= 255, 'HFS+ counts what is taken apart')
  assert.ok(!['.', '..'].includes(name))
  for (const form of [name, name.normalize('NFKC')])
    assert.ok(!Array.from('/\\:*?"<>|').some((letter) => form.includes(letter)))
  assert.ok(
    units.every((unit) => unit >= 0x20 && (unit < 0x7f || unit > 0x9f)),
    'no control characters',
  )
  assert.ok(
    !/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u.test(name),
    'nothing turns the text',
  )
  assert.ok(!/[ .]$/.test(name), 'Windows drops dots and spaces at the end')
  const beforeDot = (name.split('.')[0] ?? '').trimEnd().toUpperCase()
  assert.ok(!WINDOWS_DEVICES.includes(beforeDot), 'no device of Windows')
}

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '.',
        '..',
        ' ',
        '/',
        '\\',
        ':',
        '\0',
        '\n',
        '\u202e',
        '\u200d',
        '\ufeff',
        '／',
        '．',
        '…',
      ),
      fc.constantFrom(
        'CON',
        'nul',
        'Com1',
        'LPT³',
        'ＣＯＮ',
        '.txt',
        'é',
        'e\u0301',
        'İ',
        'ß',
        '한',
        '𝅘𝅥𝅮',
        '\ud800',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.integer({ min: 50, max: 300 }).map((count) => 'x'.repeat(count)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

describe('a harmless name', () => {
  it('is one component of a path on every system, whatever it was, and harmless already the second time', () => {
    fc.assert(
      fc.property(fc.oneof(nasty, anyName, fc.string({ unit: 'binary', maxLength: 400 })), (name) => {
        const safe = safeName(name)
        assertLegalEverywhere(safe)
        assert.equal(safeName(safe), safe)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is what it was where that did no harm', () => {
    for (const name of [
      'score.pdf',
      '.profile',
      'Käthe 🎷.jpg',
      'a b',
      'नमस्ते.txt',
      '🏴\u{e0067}\u{e0062}\u{e007f}',
      '👩‍🚀',
      'a…b',
      '-rf',
      'CONcert',
    ])
      assert.equal(safeName(name), name)
  })

  for (const [name, safe] of [
    ['', '_'],
    ['..', '_'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\Windows', 'C__Windows'],
    ['a\0b\nc\x7f', 'a_b_c_'],
    ['photo\u202egpj.exe', 'photo_gpj.exe'],
    ['invoice\u200b.pdf', 'invoice_.pdf'],
    ['a／b', 'a_b'],
    ['a\uf03ab', 'a_b'],
    ['  . name . ', '. name'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Com¹ .log', '_Com¹ .log'],
    ['e\u0301', 'é'],
    [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(250)}.jpeg`],
    ['é'.repeat(200), 'é'.repeat(127)],
    [`CON${' '.repeat(300)}x`, '_CON'],
  ] as const) {
    it(`of ${JSON.stringify(name.slice(0, 20))} is ${JSON.stringify(safe.slice(0, 20))}`, () => {
      assert.equal(safeName(name), safe)
    })
  }
})

describe('harmless names of one folder', () => {
  it('are told apart by every system, whatever case and forms of Unicode it knows', () => {
    const alike = fc.constantFrom(
      'a',
      'A',
      'ａ',
      'a.',
      'é',
      'e\u0301',
      'É',
      'ß',
      'ẞ',
      'SS',
      'ſs',
      'K',
      'K',
      'a (2)',
      'A (3)',
      'i',
      'İ',
      'ı',
      'ﬁ',
      'FI',
      'a\u200d',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(alike, nasty), { maxLength: 40 }), (names) => {
        const folder = new SafeNames()
        const safe = names.map((name) => folder.take(name))
        for (const name of safe) {
          assertLegalEverywhere(name)
          assert.equal(safeName(name), name)
        }
        for (const fold of FOLDS) assert.equal(new Set(safe.map(fold)).size, names.length)
      }),
    )
  })

  it('get a number before what tells their kind', () => {
    const folder = new SafeNames()
    const names = ['a.txt', 'A.TXT', 'a (2).txt', 'a.txt', '.profile', '.Profile', 'CON', '_con']
    assert.deepEqual(
      names.map((name) => folder.take(name)),
      ['a.txt', 'A (2).TXT', 'a (2) (2).txt', 'a (3).txt', '.profile', '.Profile (2)', '_CON', '_con (2)'],
    )
  })

  it('do not take longer the more there are alike', () => {
    const folder = new SafeNames()
    const long = 'x'.repeat(200)
    const names = Array.from({ length: 4_000 }, (_, n) => {
      const bits = Array.from(n.toString(2).padStart(12, '0'), (bit) => (bit === '1' ? 'A' : 'a'))
      return bits.join('') + long + String(n % 7)
    })
    const started = performance.now()
    assert.equal(new Set(names.map((name) => folder.take(name).toLowerCase())).size, names.length)
    assert.ok(performance.now() - started < 5_000)
  })
})

/** How some systems compare names. */
const FOLDS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
  (name) => name.normalize('NFD'),
  (name) => name.normalize('NFD').toUpperCase(),
  (name) => name.normalize('NFKC').toLowerCase(),
  (name) =>
    name
      .normalize('NFD')
      .replace(/[\u200c\u200d]/g, '')
      .toLowerCase(),
]
