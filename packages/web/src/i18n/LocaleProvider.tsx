import { createContext, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components'
import type { Catalog } from './catalog.ts'
import { TextsContext, textsOf } from './context.ts'
import { directionOf } from './direction.ts'
import { keepLocale } from './locale.ts'
import { loadCatalog, type Locale } from './locales.ts'
import type { WordCatalog } from './words/catalog.ts'
import { DeviceWordsContext, type KnownWords } from './words/context.ts'
import { loadWords } from './words/load.ts'
import { deviceWords } from './words/words.ts'

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
  const words = useWords(locale)
  const choose = (next: Locale) => {
    keepLocale(next)
    void loadCatalog(next).then((loaded) => setChosen({ locale: next, catalog: loaded }))
  }
  return (
    <I18nProvider locale={locale === 'en-XA' ? 'en' : locale}>
      <ChooseLocaleContext value={choose}>
        <TextsContext value={texts}>
          <DeviceWordsContext value={words}>{children}</DeviceWordsContext>
        </TextsContext>
      </ChooseLocaleContext>
    </I18nProvider>
  )
}

/** Long enough for the first screen to be there. */
const WORDS_AFTER_MS = 5_000

interface Loaded {
  readonly locale: Locale
  /** undefined: they could not be loaded, as from a device that was stopped. */
  readonly catalog: WordCatalog | undefined
}

/** The words for what the device says: loaded when something has to be said, or else a while after the page. */
function useWords(locale: Locale): KnownWords {
  const [loaded, setLoaded] = useState<Loaded>()
  const asked = useRef<Locale>(undefined)
  const want = useCallback(() => {
    if (asked.current === locale) return
    asked.current = locale
    void loadWords(locale).then(
      (catalog) => setLoaded({ locale, catalog }),
      () => {
        asked.current = undefined
        setLoaded({ locale, catalog: undefined })
      },
    )
  }, [locale])
  useEffect(() => {
    const timer = setTimeout(want, WORDS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [want])
  const isSettled = loaded?.locale === locale
  const catalog = isSettled ? loaded.catalog : undefined
  return useMemo(
    () => ({ words: deviceWords(locale, catalog), isSettled, want }),
    [locale, catalog, isSettled, want],
  )
}
