/** The one exchange of joining (spec §6.6): the request and the end of one side, the answer and the end of the other. */
import { decodeRecord, encodeValue, PeerFault, JOIN_RESPONSE_MAX_BYTES } from '@triode/core'

export const JOIN_PATH = '/join'

/** A little for the array around a response. */
export const JOIN_ANSWER_MAX_BYTES = JOIN_RESPONSE_MAX_BYTES + 16

/** Refusals that an invitee is told by name: it has proven nothing yet, but it knows the invitation. */
const TOLD: readonly string[] = [
  'invitation-expired',
  'invitation-spent',
  'invitation-revoked',
  'invitation-blocked',
]

export function encodeAnswer(response: Uint8Array): Uint8Array {
  return encodeValue([true, response])
}

export function encodeRefusal(code: string): Uint8Array {
  return encodeValue([false, TOLD.includes(code) ? code : 'invitation-refused'])
}

/** @throws PeerFault 'invitation-refused', whose cause names why; 'malformed' */
export function decodeAnswer(bytes: Uint8Array): Uint8Array {
  return decodeRecord(bytes, JOIN_ANSWER_MAX_BYTES, (reader) => {
    if (reader.bool()) return reader.bytes(1, JOIN_RESPONSE_MAX_BYTES)
    throw refused(reader.text(64))
  })
}

const REASONS: Readonly<Record<string, string>> = {
  'invitation-expired': 'The invitation has expired.',
  'invitation-spent': 'The invitation has been used already.',
  'invitation-revoked': 'The invitation was revoked.',
  'invitation-blocked': 'The invitation is blocked after too many wrong attempts.',
}

export function refused(code: string): PeerFault {
  return new PeerFault('invitation-refused', {
    details: { of: Object.hasOwn(REASONS, code) ? code : 'refused' },
    message: REASONS[code] ?? 'The invitation was refused: it may have been used, revoked or have expired.',
    remedy: 'Ask for a new invitation.',
    cause: new PeerFault(code),
  })
}
