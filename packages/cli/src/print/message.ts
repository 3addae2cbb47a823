/** A message as people read it. */
import type { Message } from '@triode/api'
import { cleanLine, cleanText } from '@triode/api/local'
import { relativeTime } from './time.ts'

export interface MessageStyle {
  readonly now: number
  /** Show the id, which reply, react, edit and delete need. */
  readonly ids: boolean
}

export function messageText(message: Message, { now, ids }: MessageStyle): string {
  const who = cleanLine(message.fromName ?? shortId(message.from))
  const body = cleanText(message.deleted ? '(deleted)' : message.text).replaceAll('\n', '\n    ')
  const head = `${who}, ${relativeTime(message.at, now)}`
  const notes = notesOf(message, now).join(', ')
  const warning = message.unverified === true ? `    ${unverifiedText(message)}\n` : ''
  return `${head}${notes === '' ? '' : ` (${notes})`}${ids ? `  ${message.id}` : ''}\n${warning}    ${body}\n`
}

/** Before the text, so that nobody reads it for the word of somebody whom they verified. */
function unverifiedText({ fromName, from }: Message): string {
  const who = cleanLine(fromName ?? shortId(from))
  return `Warning: from a device of ${who} that you have not verified: triode verify ${from}`
}

/** Enough of an id to tell one from another by eye; never to be typed. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}

function notesOf(message: Message, now: number): string[] {
  const { state, delivered, read, editedAt, replyTo, expiresAt, handedOverBy, reactions } = message
  const notes: string[] = []
  if (state !== 'received') notes.push(of(state, state === 'read' ? read : delivered))
  if (replyTo !== undefined) notes.push(`reply to ${shortId(replyTo)}`)
  if (editedAt !== undefined) notes.push('edited')
  if (expiresAt !== undefined) notes.push(`gone ${relativeTime(expiresAt, now)}`)
  if (handedOverBy !== undefined) notes.push(`handed over by ${shortId(handedOverBy)}`)
  for (const { emoji, members } of reactions) notes.push(`${cleanLine(emoji)} ${members.length}`)
  return notes
}

/** `delivered`, or `queued 1 of 3` where there are several to reach. */
function of(state: string, { count, of }: { count: number; of: number }): string {
  return of > 1 ? `${state} ${count} of ${of}` : state
}
