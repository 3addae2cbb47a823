/** Why a channel, or a port at the router, does not work (spec §8.9), in the language of the page. */
import type { MessageKey } from '../i18n/catalog.ts'
import type { Texts, Values } from '../i18n/context.ts'
import { EN } from '../i18n/en/index.ts'

/** What the device says of it. */
export interface Why {
  readonly code?: string
  readonly values?: Values
  readonly reason?: string
  readonly remedy?: string
}

export interface WhyWords {
  readonly reason: string
  readonly remedy?: string
  /** A code that these catalogs do not know: the device's own words, in English. */
  readonly fromDevice: boolean
}

/** @returns undefined where there is nothing to say */
export function whyWords(t: Texts['t'], { code, values, reason, remedy }: Why): WhyWords | undefined {
  const known = code === undefined ? undefined : codeWords(t, code, values)
  if (known !== undefined) return { ...known, fromDevice: false }
  if (reason === undefined) return undefined
  return { reason, ...(remedy !== undefined && { remedy }), fromDevice: true }
}

/** @returns undefined of a code that these catalogs do not know */
export function codeWords(
  t: Texts['t'],
  code: string,
  values: Values = {},
): Pick<WhyWords, 'reason' | 'remedy'> | undefined {
  const key = `why.${code}`
  if (!isMessage(key)) return undefined
  const todo = `${key}.do`
  return { reason: t(key, values), ...(isMessage(todo) && { remedy: t(todo, values) }) }
}

export function isMessage(key: string): key is MessageKey {
  return Object.hasOwn(EN, key)
}
