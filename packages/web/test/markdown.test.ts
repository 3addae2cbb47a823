import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { parseBlocks, plainText, type Block } from '../src/markdown/blocks.ts'
import { parseInline, type Inline } from '../src/markdown/inline.ts'

const text = (words: string): Inline => ({ kind: 'text', text: words })

suite('inside a line', () => {
  test('styles nest, and marks that belong to nothing are text', () => {
    assert.deepEqual(parseInline('a **b *c* d** ~~e~~'), [
      text('a '),
      { kind: 'bold', children: [text('b '), { kind: 'italic', children: [text('c')] }, text(' d')] },
      text(' '),
      { kind: 'struck', children: [text('e')] },
    ])
    for (const plain of ['2 * 3 * 4', 'snake_case_name', '**', '*a', 'a* b*', '***', '~~~~', '__init'])
      assert.deepEqual(parseInline(plain), [text(plain)], plain)
  })

  test('marks that cross: the outer pair holds', () => {
    assert.deepEqual(parseInline('**a *b** c*'), [{ kind: 'bold', children: [text('a *b')] }, text(' c*')])
  })

  test('code is as it was written', () => {
    assert.deepEqual(parseInline('run `a *b*` and ``c ` d``'), [
      text('run '),
      { kind: 'code', text: 'a *b*' },
      text(' and '),
      { kind: 'code', text: 'c ` d' },
    ])
    assert.deepEqual(parseInline('one ` alone'), [text('one ` alone')])
  })

  test('links end where the sentence goes on, and tell the host that they lead to', () => {
    const [, link, rest] = parseInline('(see https://example.org/a_(b)?c=d_e).')
    assert.deepEqual(link, {
      kind: 'link',
      text: 'https://example.org/a_(b)?c=d_e',
      href: 'https://example.org/a_(b)?c=d_e',
      host: 'example.org',
      isPlain: true,
    })
    assert.deepEqual(rest, text(').'))
    const [labeled] = parseInline('[my bank](https://evil.example/login)')
    assert.deepEqual(labeled, {
      kind: 'link',
      text: 'my bank',
      href: 'https://evil.example/login',
      host: 'evil.example',
      isPlain: false,
    })
    const [cyrillic] = parseInline('https://\u0430pple.com')
    assert.equal(cyrillic?.kind === 'link' && cyrillic.host, 'xn--pple-43d.com')
    const [user] = parseInline('https://bank.example@evil.example/')
    assert.equal(user?.kind === 'link' && user.host, 'evil.example')
  })

  test('a link is plain only where its text says where it leads', () => {
    const isPlain = (words: string) => parseInline(words).find((one) => one.kind === 'link')?.isPlain
    for (const plain of [
      'https://t.co',
      'HTTPS://T.co/a',
      '[https://t.co/x](https://t.co/y)',
      'http://t.co:81/',
    ])
      assert.equal(isPlain(plain), true, plain)
    for (const other of [
      '[t.co](https://t.co/)',
      '[https://t.co.bank.example/](https://t.co/)',
      '[https://t.co@bank.example/](https://t.co/)',
      'https://t.co\\@bank.example/',
      'https://bank.example@t.co/',
      'https://t.co:443/',
      'https://t\u200b.co/',
      'https://t.co/\u202eelpmaxe.knab//:sptth',
      'https://t\u3002co/',
    ])
      assert.equal(isPlain(other), false, other)
  })

  test('nothing but http and https becomes a link', () => {
    for (const plain of [
      'javascript:alert(1)',
      '[a](javascript:alert)',
      'data:text/html,x',
      'file:///etc',
      'https://',
    ])
      assert.deepEqual(parseInline(plain), [text(plain)], plain)
  })

  test('mentions are names that the message names', () => {
    assert.deepEqual(parseInline('hi @Bob Q, not @Bobby or me@Bob', ['Bob Q', 'Bob']), [
      text('hi '),
      { kind: 'mention', text: '@Bob Q' },
      text(', not @Bobby or me@Bob'),
    ])
  })
})

suite('blocks', () => {
  test('code, quotes, lists and paragraphs', () => {
    const blocks = parseBlocks('a\nb\n\n```ts\nlet *x*\n```\n> q\n> - i\n\n- one\n- two\n3. three\n4. four')
    assert.deepEqual(blocks, [
      { kind: 'paragraph', children: [text('a\nb')] },
      { kind: 'code', text: 'let *x*', language: 'ts' },
      {
        kind: 'quote',
        children: [
          { kind: 'paragraph', children: [text('q')] },
          { kind: 'list', start: undefined, items: [[text('i')]] },
        ],
      },
      { kind: 'list', start: undefined, items: [[text('one')], [text('two')]] },
      { kind: 'list', start: 3, items: [[text('three')], [text('four')]] },
    ] satisfies Block[])
  })

  test('a fence without an end goes on to the end', () => {
    assert.deepEqual(parseBlocks('```\na\nb'), [{ kind: 'code', text: 'a\nb', language: '' }])
  })

  test('a summary has the words alone', () => {
    assert.equal(plainText('> **a**\n\n- [b](https://c.example)', 80), 'a b')
    assert.equal(plainText('abcdef', 3), 'abc…')
  })
})

/** Everything a reader sees of it, in order. */
function shown(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'code') return block.text
      if (block.kind === 'quote') return shown(block.children)
      return block.kind === 'list' ? block.items.map(words).join('') : words(block.children)
    })
    .join('')
}

function words(inlines: readonly Inline[]): string {
  return inlines.map((inline) => ('children' in inline ? words(inline.children) : inline.text)).join('')
}

suite('whatever one writes', () => {
  // Without fences, whose language is not shown, and without labels, whose address is not.
  const piece = fc.constantFrom(
    ...'*_`>[()].é\n '.split(''),
    '**',
    '__',
    '~~',
    '- ',
    '1. ',
    'a',
    '@Bob',
    'https://a.example',
  )
  const written = fc
    .array(piece, { maxLength: 60 })
    .map((pieces) => pieces.join('').replaceAll('](', '] (').replaceAll(/`{3,}/g, '``'))

  test('no letter is lost, and none appears', () => {
    fc.assert(
      fc.property(written, (given) => {
        const letters = (of: string) => of.replaceAll(/[^aéBobexmplhts]/g, '')
        assert.equal(letters(shown(parseBlocks(given, ['Bob']))), letters(given))
      }),
      { numRuns: 1_000 },
    )
  })

  test('inside a line, text without marks is what was written', () => {
    fc.assert(
      fc.property(fc.string(), (given) => {
        const plain = given.replaceAll(/[*_~`[@:]/g, '')
        assert.deepEqual(parseInline(plain), plain === '' ? [] : [text(plain)])
      }),
    )
  })

  test('hostile texts take no longer than honest ones', () => {
    const hostile = [
      '*',
      '_a ',
      '**a',
      '`',
      '`a``',
      '[a](',
      '[',
      'https://',
      'https://a.b(',
      '@',
      '> ',
      '~~a*b_',
      '(https://a)',
      '- ',
      '```\n',
    ]
    for (const unit of hostile) {
      const [small, large] = [4_000, 64_000].map((size) => elapsed(unit.repeat(size / unit.length)))
      // 16 times as much; a square would take 256 times as long.
      assert.ok((large ?? 0) < 100 * Math.max(small ?? 0, MIN_MS), `${unit}: ${small} ms, ${large} ms`)
    }
  })
})

/** Shorter times are those of the machine. */
const MIN_MS = 5

/** The best of three. */
function elapsed(given: string): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now()
    parseBlocks(given, ['Bob'])
    return performance.now() - start
  })
  return Math.min(...times)
}
