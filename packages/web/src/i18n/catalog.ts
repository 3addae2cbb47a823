/** The messages: ICU, by key. English says which keys there are; the others have each of them (types see to it). */
import type { EN } from './en/index.ts'

export type Catalog = Readonly<Record<keyof typeof EN, string>>
export type MessageKey = keyof Catalog
