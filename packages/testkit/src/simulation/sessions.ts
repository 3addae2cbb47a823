/** What sync holds in memory for each far device. It has no public face, as nothing but this asks. */
import type { Participant } from '@triode/core'

/** Of a number, a flag or the place of an entry in a map: near enough. */
const WORD_BYTES = 8

/** Bytes held for each connected device: of everything that its session refers to, except the link. */
export function sessionBytes(participant: Participant): number[] {
  const { sessions } = participant.sync as unknown as { sessions?: ReadonlyMap<string, object> }
  if (sessions === undefined) throw new Error('sync keeps its sessions elsewhere now: look there')
  return [...sessions.values()].map((session) => heldBy({ ...session, link: undefined }, new Set()))
}

function heldBy(value: unknown, seen: Set<unknown>): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return WORD_BYTES
  if (seen.has(value)) return WORD_BYTES
  seen.add(value)
  if (value instanceof Uint8Array) return value.length
  const parts: readonly unknown[] =
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value)
  return parts.reduce<number>((sum, part) => sum + heldBy(part, seen), WORD_BYTES)
}
