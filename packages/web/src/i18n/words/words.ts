/** Says what the device told, in the language of the reader where it is known there, and else as the device worded it. */
import { IntlMessageFormat } from 'intl-messageformat'
import { directionOf } from '../direction.ts'
import { intlLocale } from '../format.ts'
import type { Locale } from '../locales.ts'
import type { FaultWords, WordCatalog } from './catalog.ts'

type Details = Readonly<Record<string, string | number>>

/** A fault, a warning, or why a channel is not as asked: each in the device's own words. */
export interface Told {
  readonly code?: string | undefined
  readonly message: string
  readonly remedy?: string | undefined
  readonly details?: Details | undefined
  /** Of an answer of the API. */
  readonly status?: number
}

export interface Said {
  readonly message: string
  readonly remedy: string | undefined
  /** In the language of the page; else in the English of the device. */
  readonly isOurs: boolean
}

export interface DeviceWords {
  readonly said: (told: Told) => Said
  /** What a record of the audit log means. @param means in the device's own words */
  readonly event: (event: string, means: string) => Said
  /** The name of a field of a record; undefined where it is not known. */
  readonly field: (name: string) => string | undefined
  /** Why a vault was locked. */
  readonly reason: (reason: string) => string | undefined
  /** Why a caller or a device was refused: what the fault of that code says. */
  readonly refusal: (code: string) => string | undefined
  readonly kind: (kind: string) => string | undefined
}

/** The status under which the API answers that another device broke the protocol (spec §13.4). */
const BAD_GATEWAY = 502

/** Details that choose among sentences; all other texts are shown. */
const CHOOSING = new Set(['of', 'role', 'damage', 'erased'])

/** @param catalog undefined until it has come: all is said as the device says it */
export function deviceWords(locale: Locale, catalog: WordCatalog | undefined): DeviceWords {
  const format = formatter(locale)
  const pick = <T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
    table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
  const wordsOf = ({ code = '', status }: Told): FaultWords | undefined => {
    const isPeer = status === BAD_GATEWAY
    const theirs = pick<FaultWords>(catalog?.peers, code)
    const ours = pick<FaultWords>(catalog?.faults, code)
    if (!isPeer) return ours ?? theirs
    return theirs ?? ours ?? catalog?.peers.other
  }
  return {
    said: (told) => {
      const words = wordsOf(told)
      const [message, remedy] = words?.map((text) => format(text, told.details)) ?? []
      if (message === undefined || remedy === undefined) return asTold(told)
      return { message, remedy, isOurs: true }
    },
    event: (event, means) => {
      const message = pick<string>(catalog?.events, event)
      return message === undefined ? asTold({ message: means }) : { message, remedy: undefined, isOurs: true }
    },
    field: (name) => pick(catalog?.fields, name),
    reason: (reason) => pick(catalog?.reasons, reason) ?? catalog?.reasons.other,
    refusal: (code) => {
      const [message] = pick<FaultWords>(catalog?.peers, code) ?? catalog?.peers.other ?? []
      return message && format(message)
    },
    kind: (kind) => pick(catalog?.kinds, kind) ?? catalog?.kinds.other,
  }
}

function asTold({ message, remedy }: Told): Said {
  return { message: sentence(message), remedy: remedy && sentence(remedy), isOurs: false }
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`
}

/** @returns undefined where a detail is missing that the text takes, as of a device of another version */
function formatter(locale: Locale): (text: string, details?: Details) => string | undefined {
  const formats = new Map<string, IntlMessageFormat>()
  const isIsolating = directionOf(locale) === 'rtl'
  return (text, details = {}) => {
    const made = formats.get(text) ?? new IntlMessageFormat(text, intlLocale(locale))
    formats.set(text, made)
    try {
      return String(made.format({ of: 'other', ...prepared(details, isIsolating) }))
    } catch {
      return undefined
    }
  }
}

/**
 * What chooses becomes a selector of ICU, which has no hyphen. A path, a name or an address keeps its own direction amid text of the
 * other one (Unicode UAX #9, FSI and PDI).
 */
function prepared(details: Details, isIsolating: boolean): Details {
  const prepare = (name: string, value: string): string => {
    if (CHOOSING.has(name)) return value.replaceAll('-', '_')
    return isIsolating ? `\u2068${value}\u2069` : value
  }
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : prepare(name, value),
    ]),
  )
}
