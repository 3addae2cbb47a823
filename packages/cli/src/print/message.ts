/** A message as people read it. */
import type { File, Message } from '@triode/api'
import { cleanLine, cleanText } from '@triode/api/local'
import { attachmentText } from './file.ts'
import { shortId } from './shortId.ts'
import { relativeTime } from './time.ts'

export interface MessageStyle {
  readonly now: number
  /** Show the id, which reply, react, edit and delete need. */
  readonly ids: boolean
  /** How the CLI was called: for hints. */
  readonly triode: string
  /** What is here of the files that messages name, by their ids. */
  readonly files?: ReadonlyMap<string, File>
}

export function messageText(message: Message, style: MessageStyle): string {
  const { now, ids } = style
  const who = cleanLine(message.fromName ?? shortId(message.from))
  const body = bodyOf(message, style)
    .map((line) => `    ${line}\n`)
    .join('')
  const head = `${who}, ${relativeTime(message.at, now)}`
  const notes = notesOf(message, now).join(', ')
  const warning = message.unverified === true ? `    ${unverifiedText(message, style.triode)}\n` : ''
  return `${head}${notes === '' ? '' : ` (${notes})`}${ids ? `  ${message.id}` : ''}\n${warning}${body}`
}

/** Before the text, so that nobody reads it for the word of somebody whom they verified. */
function unverifiedText({ fromName, from }: Message, triode: string): string {
  const who = cleanLine(fromName ?? shortId(from))
  return `Warning: from a device of ${who} that you have not verified: ${triode} verify ${from}`
}

/** The lines of the text, then one for each file. */
function bodyOf({ deleted, text, files }: Message, style: MessageStyle): string[] {
  const named = files.map((file) => attachmentText(file, style.files?.get(file.id)))
  const words = cleanText(deleted ? '(deleted)' : text)
  return words === '' && named.length > 0 ? named : [...words.split('\n'), ...named]
}

function notesOf(message: Message, now: number): string[] {
  const { state, delivered, read, editedAt, replyTo, expiresAt, handedOverBy, reactions } = message
  const { atSuspect, receivedAt } = message
  const notes: string[] = []
  if (atSuspect === true) notes.push(`that clock is wrong; it came ${relativeTime(receivedAt, now)}`)
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
