/** The pseudo-locale: English with accents, a third longer, in brackets. What shows without them is no message, or is cut off. */
import { parse } from '@formatjs/icu-messageformat-parser'
import { printAST } from '@formatjs/icu-messageformat-parser/printer.js'
import type { Catalog, MessageKey } from './catalog.ts'
import type { WordCatalog } from './words/catalog.ts'

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ACCENTED = 'áƀçđéƒĝĥíĵķĺɱñóƥɋŕšŧúṽŵẋýžÁƁÇĐÉƑĜĤÍĴĶĹṀÑÓƤɊŔŠŦÚṼŴẊÝŽ'

export function pseudo(catalog: Catalog): Catalog {
  const entries = Object.entries(catalog) as [MessageKey, string][]
  return Object.fromEntries(entries.map(([key, text]) => [key, pseudoMessage(text)])) as Catalog
}

/** The same of what the device says. */
export function pseudoWords(catalog: WordCatalog): WordCatalog {
  return deep(catalog)
}

function deep<T>(value: T): T {
  if (typeof value === 'string') return pseudoMessage(value) as T
  if (Array.isArray(value)) return value.map(deep) as T
  return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, deep(one)])) as T
}

function pseudoMessage(text: string): string {
  const elements: readonly Element[] = parse(text)
  changeLiterals(elements)
  const padding = '·'.repeat(Math.ceil(text.length / 3))
  // The printer declares the same tree anew.
  return `[${printAST(elements as never)}${padding}]`
}

/** What matters here of the parser's tree: of its kinds, literal text is number 0; plurals and choices have options. */
interface Element {
  readonly type: number
  value?: unknown
  readonly options?: Readonly<Record<string, { readonly value: readonly Element[] }>>
}

const LITERAL = 0

/** In place: the tree was parsed for this alone. */
function changeLiterals(elements: readonly Element[]): void {
  for (const element of elements) {
    if (element.type === LITERAL) element.value = accented(String(element.value))
    for (const { value } of Object.values(element.options ?? {})) changeLiterals(value)
  }
}

function accented(text: string): string {
  return text.replaceAll(/[a-zA-Z]/g, (letter) => ACCENTED[PLAIN.indexOf(letter)] ?? letter)
}
