/** Which way a language is written. */
import type { Locale } from './locales.ts'

export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr'
}

/** Of what the device worded, in whatever language the page is. */
export const DEVICE_WORDS = { lang: 'en', dir: 'ltr' } as const
