/** Texts in the language of the reader, and numbers, dates and sizes as they are written there. */
import { createContext, use } from 'react'
import { IntlMessageFormat } from 'intl-messageformat'
import { EN } from './en/index.ts'
import type { Catalog, MessageKey } from './catalog.ts'
import { formatsOf, intlLocale, type Formats } from './format.ts'
import type { Locale } from './locales.ts'

export type Values = Readonly<Record<string, string | number | Date>>

export interface Texts extends Formats {
  readonly locale: Locale
  /** The message, its arguments filled in. */
  readonly t: (key: MessageKey, values?: Values) => string
}

/** Parsing is most of the work, and lists say the same again and again. */
export function textsOf(locale: Locale, catalog: Catalog): Texts {
  const formats = new Map<MessageKey, IntlMessageFormat>()
  const formatOf = (key: MessageKey) => {
    const known = formats.get(key)
    if (known !== undefined) return known
    const made = new IntlMessageFormat(catalog[key], intlLocale(locale))
    formats.set(key, made)
    return made
  }
  return { locale, ...formatsOf(locale), t: (key, values) => String(formatOf(key).format(values)) }
}

export const TextsContext = createContext<Texts>(textsOf('en', EN))

/** @returns the texts; `const { t, formatBytes } = useTexts()` */
export function useTexts(): Texts {
  return use(TextsContext)
}
