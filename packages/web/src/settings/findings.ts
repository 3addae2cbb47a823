/** What the doctor finds (spec §13.14), in the language of the page. */
import type { Finding } from '@triode/api'
import type { MessageKey } from '../i18n/catalog.ts'
import type { Texts } from '../i18n/context.ts'
import type { DeviceWords } from '../i18n/words/words.ts'
import { channelName } from './channelName.ts'
import { codeWords, isMessage } from './whyWords.ts'

/** Of what a finding speaks: the order in which they stand. */
export const SUBJECTS = ['device', 'channels', 'circles'] as const
export type Subject = (typeof SUBJECTS)[number]

export function subjectOf({ values }: Finding): Subject {
  if ('channel' in values) return 'channels'
  // A warning may name a circle, too; it is of the device.
  return 'circle' in values && 'name' in values ? 'circles' : 'device'
}

export interface Told {
  /** A channel or a circle; empty where it is the device itself. */
  readonly name: string
  readonly what: readonly string[]
  readonly todo: readonly string[]
  /** Of a finding that these catalogs do not know: the device's own words, in English. */
  readonly fromDevice: boolean
}

/** @param said of the warnings that stand among the findings */
export function toldOf(
  t: Texts['t'],
  said: DeviceWords['said'],
  { code, values, what, remedy }: Finding,
): Told {
  const name = nameOf(t, values)
  const key = `doctor.${code}`
  if (!isMessage(key)) {
    const told = said({ code, message: what, remedy, details: values })
    return {
      name,
      what: [told.message],
      todo: told.remedy === undefined ? [] : [told.remedy],
      fromDevice: !told.isOurs,
    }
  }
  const why = values['why'] === undefined ? undefined : codeWords(t, String(values['why']), values)
  const todo = isMessage(`${key}.do`) ? t(`${key}.do` as MessageKey, values) : undefined
  return {
    name,
    what: [t(key, values), why?.reason].filter((one) => one !== undefined),
    todo: [why?.remedy, todo].filter((one) => one !== undefined),
    fromDevice: false,
  }
}

function nameOf(t: Texts['t'], { channel, name }: Finding['values']): string {
  return channel === undefined ? String(name ?? '') : channelName(t, String(channel))
}
