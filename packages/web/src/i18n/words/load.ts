/** The words for what the device says, which come after the page: few pages ever show a fault. */
import type { Locale } from '../locales.ts'
import type { WordCatalog } from './catalog.ts'

export async function loadWords(locale: Locale): Promise<WordCatalog> {
  if (locale === 'de') return (await import('./de/index.ts')).WORDS_DE
  if (locale === 'ar') return (await import('./ar/index.ts')).WORDS_AR
  const { WORDS_EN } = await import('./en/index.ts')
  return locale === 'en-XA' ? (await import('../pseudo.ts')).pseudoWords(WORDS_EN) : WORDS_EN
}
