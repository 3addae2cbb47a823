import { createContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components'
import type { Catalog } from './catalog.ts'
import { TextsContext, textsOf } from './context.ts'
import { directionOf } from './direction.ts'
import { keepLocale } from './locale.ts'
import { loadCatalog, type Locale } from './locales.ts'

/** Changes the language of the page, now and for the next time. */
export const ChooseLocaleContext = createContext<(locale: Locale) => void>(() => undefined)

export interface LocaleProviderProps {
  readonly first: { readonly locale: Locale; readonly catalog: Catalog }
  readonly children: ReactNode
}

export function LocaleProvider({ first, children }: LocaleProviderProps) {
  const [{ locale, catalog }, setChosen] = useState(first)
  const texts = useMemo(() => textsOf(locale, catalog), [locale, catalog])
  useEffect(() => {
    document.documentElement.lang = locale
    document.documentElement.dir = directionOf(locale)
  }, [locale])
  const choose = (next: Locale) => {
    keepLocale(next)
    void loadCatalog(next).then((loaded) => setChosen({ locale: next, catalog: loaded }))
  }
  return (
    <I18nProvider locale={locale === 'en-XA' ? 'en' : locale}>
      <ChooseLocaleContext value={choose}>
        <TextsContext value={texts}>{children}</TextsContext>
      </ChooseLocaleContext>
    </I18nProvider>
  )
}
