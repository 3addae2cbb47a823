/** Which languages there are, and how their catalogs are loaded. */
import type { Catalog } from './catalog.ts'
import { EN } from './en/index.ts'

/** Locale (BCP 47) -> its name in itself. */
export const LOCALES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const
/** `en-XA` shows every text stretched and accented: what is not a message stands out. */
export type Locale = keyof typeof LOCALES | 'en-XA'

/** English comes with the page; another one when it is asked for. */
export async function loadCatalog(locale: Locale): Promise<Catalog> {
  if (locale === 'de') return (await import('./de/index.ts')).DE
  if (locale === 'ar') return (await import('./ar/index.ts')).AR
  if (locale === 'en-XA') return (await import('./pseudo.ts')).pseudo(EN)
  return EN
}

/** The first of `wanted` that there is; else English. */
export function localeFor(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    if (tag === 'en-XA') return tag
    const language = tag.split('-')[0] ?? ''
    if (language in LOCALES) return language as keyof typeof LOCALES
  }
  return 'en'
}
