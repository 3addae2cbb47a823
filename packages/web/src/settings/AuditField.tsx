import type { ReactNode } from 'react'
import type { AuditRecord } from '@triode/api'
import { selector } from '../circle/Policies.tsx'
import { useTexts } from '../i18n/context.ts'
import { useDeviceWords } from '../i18n/words/context.ts'
import { channelName } from './channelName.ts'

export interface FieldValueProps {
  readonly name: string
  readonly value: string | number
  readonly record: AuditRecord
}

/** Milliseconds since 1970; all other numbers count something. */
const MOMENTS = new Set(['firstAt', 'lastAt', 'actedAt', 'expires'])

/** What a field of a record holds (spec §14.2): a moment, a number and a word as people read them, an id as it is. */
export function FieldValue({ name, value, record }: FieldValueProps): ReactNode {
  const { formatMoment, formatNumber } = useTexts()
  const word = useWord(record)
  if (typeof value === 'number') return MOMENTS.has(name) ? formatMoment(value) : formatNumber(value)
  const text = word(name, value)
  if (text === undefined) return <bdi className="code">{value}</bdi>
  if (!isRefusal(name, record)) return text
  // Its code tells apart what a sentence for many can't.
  return (
    <>
      {text} <bdi className="code">{value}</bdi>
    </>
  )
}

/** Why somebody was refused is told by the code of a fault, why a vault was locked by a word of its own. */
function isRefusal(name: string, { event }: AuditRecord): boolean {
  return name === 'reason' && event !== 'vault-locked'
}

/** @returns what a kebab-case word means; undefined of what is none */
function useWord(record: AuditRecord): (name: string, value: string) => string | undefined {
  const { t } = useTexts()
  const words = useDeviceWords()
  return (name, value) => {
    switch (name) {
      case 'role':
        return t('role.name', { role: value })
      case 'channel':
        return channelName(t, value)
      case 'setting':
        return t('policy.name', { policy: selector(value) })
      case 'value':
        return t('policy.value', {
          policy: selector(String(record.fields['setting'])),
          value: selector(value),
        })
      case 'kind':
        return words.kind(value)
      case 'reason':
        return isRefusal(name, record) ? words.refusal(value) : words.reason(value)
      default:
        return undefined
    }
  }
}
