import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import {
  isDateElement,
  isLiteralElement,
  isNumberElement,
  isPluralElement,
  isPoundElement,
  isSelectElement,
  isTagElement,
  isTimeElement,
  parse,
  type MessageFormatElement,
} from '@formatjs/icu-messageformat-parser'
import { AR } from '../src/i18n/ar/index.ts'
import type { MessageKey } from '../src/i18n/catalog.ts'
import { DE } from '../src/i18n/de/index.ts'
import { EN } from '../src/i18n/en/index.ts'
import { pseudo, pseudoWords } from '../src/i18n/pseudo.ts'
import { WORDS_AR } from '../src/i18n/words/ar/index.ts'
import type { WordCatalog } from '../src/i18n/words/catalog.ts'
import { WORDS_DE } from '../src/i18n/words/de/index.ts'
import { WORDS_EN } from '../src/i18n/words/en/index.ts'

/** What the device says, under keys as if it were a part of the page. */
function flat({ faults, peers, ...others }: WordCatalog): Readonly<Record<string, string>> {
  const pairs = Object.entries({ faults, peers }).flatMap(([table, words]) =>
    Object.entries(words).flatMap(([code, [message, remedy]]) => [
      [`${table}.${code}`, message],
      [`${table}.${code}.remedy`, remedy],
    ]),
  )
  const single = Object.entries(others).flatMap(([table, texts]) =>
    Object.entries(texts).map(([key, text]) => [`${table}.${key}`, text]),
  )
  return Object.fromEntries([...pairs, ...single]) as Record<string, string>
}

const DEVICE = { en: flat(WORDS_EN), de: flat(WORDS_DE), ar: flat(WORDS_AR) } as const
const CATALOGS = {
  en: { ...EN, ...DEVICE.en },
  de: { ...DE, ...DEVICE.de },
  ar: { ...AR, ...DEVICE.ar },
} as const
const ENGLISH: Readonly<Record<string, string>> = CATALOGS.en
const KEYS = Object.keys(ENGLISH)
const SOURCES = join(import.meta.dirname, '..', 'src')
const I18N = join(SOURCES, 'i18n')

/** Parts whose words are all there in each language. */
const TRANSLATED = ['common', 'start', 'circle', 'list', 'outcomes', 'palette', 'settings', 'doctor']

/** Names and signs that are the same in every language, by key. */
const SAME_EVERYWHERE =
  /^(network\.ms|app\.name|list\.by|about\.version|look\.text\.normal|device\.passphrase|title\.screen)$/u

suite('catalogs', () => {
  test('have a file a part in each language', () => {
    const english = readdirSync(join(I18N, 'en')).sort()
    assert.deepEqual(readdirSync(join(I18N, 'de')).sort(), english)
    assert.deepEqual(readdirSync(join(I18N, 'ar')).sort(), english)
  })

  for (const [locale, catalog] of Object.entries(CATALOGS)) {
    test(`${locale} has every message and no other`, () => {
      assert.deepEqual(Object.keys(catalog).sort(), [...KEYS].sort())
    })

    test(`each message of ${locale} can be read, and takes what the English one takes`, () => {
      const texts: Readonly<Record<string, string>> = catalog
      for (const key of KEYS) assert.deepEqual(takenBy(texts[key] ?? ''), takenBy(ENGLISH[key] ?? ''), key)
    })

    test(`each plural of ${locale} has the forms of its language`, () => {
      for (const [key, text] of Object.entries(catalog))
        for (const { type, forms } of pluralsOf(parse(text))) {
          const wanted = new Intl.PluralRules(locale, { type }).resolvedOptions().pluralCategories
          assert.deepEqual(forms.sort(), [...wanted].sort(), key)
        }
    })
  }

  for (const locale of ['de', 'ar'] as const)
    for (const part of TRANSLATED)
      test(`${part} is translated into ${locale}`, async () => {
        const english = await partOf('en', part)
        const same = Object.entries(await partOf(locale, part)).filter(([key, text]) => text === english[key])
        const left = same.filter(([key, text]) => isWords(text) && !SAME_EVERYWHERE.test(key))
        assert.deepEqual(left, [])
      })

  for (const locale of ['de', 'ar'] as const)
    test(`what the device says is translated into ${locale}`, () => {
      const left = Object.entries(DEVICE[locale]).filter(([key, text]) => text === DEVICE.en[key])
      const isSame = /^(fields\.hash|fields\.generation)$/u
      assert.deepEqual(
        left.filter(([key, text]) => isWords(text) && !isSame.test(key)),
        [],
      )
    })

  test('the pseudo-locale marks what the device says, too', () => {
    const marked = flat(pseudoWords(WORDS_EN))
    for (const [key, text] of Object.entries(marked)) {
      assert.match(text, /^\[.*·\]$/su, key)
      assert.deepEqual(takenBy(text), takenBy(DEVICE.en[key] ?? ''), key)
    }
  })

  test('the pseudo-locale marks every message and takes what the English one takes', () => {
    const marked = pseudo(EN)
    for (const key of Object.keys(EN) as MessageKey[]) {
      assert.match(marked[key], /^\[.*·\]$/su, key)
      assert.deepEqual(takenBy(marked[key]), takenBy(EN[key]), key)
    }
  })

  test('no message is there that nothing shows', async () => {
    let source = ''
    for await (const path of glob('**/*.{ts,tsx}', { cwd: SOURCES }))
      if (!/^i18n\/(?:en|de|ar|words)\//u.test(path)) source += readFileSync(join(SOURCES, path), 'utf8')
    const begun = [...source.matchAll(/`([a-z.-]+)\$\{/gu)].map(([, beginning = '']) => beginning)
    const isShown = (key: string) =>
      source.includes(`'${key}'`) || begun.some((beginning) => key.startsWith(beginning))
    assert.ok(!isShown('never.heard-of'))
    assert.deepEqual(
      Object.keys(EN).filter((key) => !isShown(key)),
      [],
    )
  })

  test('a form that is missing, and an argument, are seen', () => {
    const [plural] = pluralsOf(parse('{n, plural, =0 {none} one {#} other {#}}'))
    assert.deepEqual(plural?.forms, ['one', 'other'])
    assert.notDeepEqual(takenBy('to {name}'), takenBy('to {place}'))
  })
})

async function partOf(locale: string, part: string): Promise<Readonly<Record<string, string>>> {
  const module = (await import(join(I18N, locale, `${part}.ts`))) as Record<string, Record<string, string>>
  return module[part.toUpperCase()] ?? {}
}

/** Letters that a translator would change: not an argument alone. */
function isWords(text: string): boolean {
  return /\p{L}/u.test(text.replaceAll(/\{[^{}]*\}/gu, ''))
}

/** The arguments with their kinds, each once: a language may name one twice. */
function takenBy(text: string): readonly string[] {
  return [...new Set(everyElement(parse(text)).flatMap(argumentOf))].sort()
}

function argumentOf(element: MessageFormatElement): readonly string[] {
  if (isLiteralElement(element) || isPoundElement(element)) return []
  if (isPluralElement(element)) return [`${element.value}: plural`]
  if (isSelectElement(element))
    return [`${element.value}: select ${Object.keys(element.options).sort().join(' ')}`]
  if (isNumberElement(element)) return [`${element.value}: number`]
  if (isDateElement(element) || isTimeElement(element)) return [`${element.value}: time`]
  return isTagElement(element) ? [`<${element.value}>`] : [element.value]
}

interface Plural {
  readonly type: Intl.PluralRuleType
  readonly forms: string[]
}

/** `=0` and its kind are beside the forms of a language. */
function pluralsOf(elements: readonly MessageFormatElement[]): readonly Plural[] {
  return everyElement(elements)
    .filter(isPluralElement)
    .map(({ pluralType, options }) => ({
      type: pluralType ?? 'cardinal',
      forms: Object.keys(options).filter((form) => !form.startsWith('=')),
    }))
}

function everyElement(elements: readonly MessageFormatElement[]): readonly MessageFormatElement[] {
  return elements.flatMap((element) => {
    if (isPluralElement(element) || isSelectElement(element))
      return [element, ...Object.values(element.options).flatMap(({ value }) => everyElement(value))]
    return isTagElement(element) ? [element, ...everyElement(element.children)] : [element]
  })
}
