/** Which language the reader chose; else the browser's. Kept in this browser only. */
import { localeFor, type Locale } from './locales.ts'

const KEY = 'triode-locale'

export function chosenLocale(): Locale {
  const kept = localStorage.getItem(KEY)
  return localeFor(kept === null ? navigator.languages : [kept])
}

export function keepLocale(locale: Locale): void {
  localStorage.setItem(KEY, locale)
}
