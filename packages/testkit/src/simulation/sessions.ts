/** What sync holds in memory for each far device. It has no public face, as nothing but this needs one. */
import type { Participant } from '@triode/core'

export interface SessionSize {
  /** Of frames that wait to be handled or to be sent, and of envelopes that wait for their block. */
  readonly bytes: number
}

interface HeldSession {
  readonly inboxBytes: number
  readonly outbox?: readonly Uint8Array[]
  readonly bundle?: { readonly envelopes: readonly { enc: Uint8Array; ciphertext: Uint8Array }[] }
}

export function sessionsOf(participant: Participant): SessionSize[] {
  const { sessions } = participant.sync as unknown as { sessions: ReadonlyMap<string, HeldSession> }
  return [...sessions.values()].map((session) => ({ bytes: bytesOf(session) }))
}

function bytesOf({ inboxBytes, outbox = [], bundle }: HeldSession): number {
  if (typeof inboxBytes !== 'number') throw new Error('sessions have changed: look at what they hold')
  const sending = outbox.reduce((sum, frame) => sum + frame.length, 0)
  const waiting = bundle?.envelopes.reduce(
    (sum, { enc, ciphertext }) => sum + enc.length + ciphertext.length,
    0,
  )
  return inboxBytes + sending + (waiting ?? 0)
}
