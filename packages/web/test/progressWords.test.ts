import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressWords } from '../src/files/progressWords.ts'
import { AR } from '../src/i18n/ar/index.ts'
import type { Catalog } from '../src/i18n/catalog.ts'
import { textsOf } from '../src/i18n/context.ts'
import { DE } from '../src/i18n/de/index.ts'
import { EN } from '../src/i18n/en/index.ts'

const source = (device: string, name: string, isSilent: boolean) => ({
  device,
  member: name.toLowerCase(),
  name,
  channel: 'lan',
  rate: isSilent ? 0 : 1_200_000,
  have: 20_000_000,
  isSilent,
})

function words(locale: 'en' | 'de' | 'ar', catalog: Catalog, silent: readonly string[]): string {
  const sources = [
    source('a', 'Alice', false),
    ...silent.map((name, number) => source(`s${number}`, name, true)),
  ]
  const progress = { have: 3_100_000, size: 20_000_000, rate: 1_200_000, secondsLeft: 14, sources }
  return progressWords(progress, textsOf(locale, catalog), ({ name = '' }) => name)
}

test('says who was asked for a file and sends nothing, once for all devices of a member', () => {
  assert.equal(words('en', EN, []), '3.1 MB of 20 MB · 1.2 MB/s · 14 sec left')
  assert.match(words('en', EN, ['Bob']), / · from 2 devices · Bob sends nothing$/)
  assert.match(words('en', EN, ['Bob', 'Bob']), / · from 3 devices · Bob sends nothing$/)
  assert.match(words('en', EN, ['Bob', 'Carol']), / · Bob(,| and) Carol send nothing$/)
  assert.match(words('de', DE, ['Bob']), / · Bob sendet nichts$/)
  assert.match(words('de', DE, ['Bob', 'Carol']), / senden nichts$/)
  for (const silent of [['Bob'], ['Bob', 'Carol'], ['Bob', 'Carol', 'Dan']])
    assert.match(words('ar', AR, silent), /Bob/)
})
