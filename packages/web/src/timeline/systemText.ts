/** Lines about the conversation itself: the device says them in English; those that are known are said in the reader's language. */
import type { MessageKey } from '../i18n/catalog.ts'
import type { Values } from '../i18n/context.ts'

export interface SystemText {
  readonly key: MessageKey
  readonly values: Values
}

const UNIT_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
}

/** @param formatDuration milliseconds as they are written @returns undefined for a line that this version does not know */
export function systemText(text: string, formatDuration: (ms: number) => string): SystemText | undefined {
  const [, name] = /^named the room "([^]*)"$/u.exec(text) ?? []
  if (name !== undefined) return { key: 'system.named', values: { name } }
  if (text === 'turned disappearing messages off') return { key: 'system.timer.off', values: {} }
  const timer = /^set messages to disappear after (\d+) (second|minute|hour|day)s?$/u.exec(text)
  if (timer === null) return undefined
  const ms = Number(timer[1]) * (UNIT_MS[timer[2] ?? ''] ?? 0)
  return { key: 'system.timer.on', values: { duration: formatDuration(ms) } }
}
