/** Which way a language is written. */
import type { Locale } from './locales.ts'

export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr'
}
