/** What stands around each message: the day it begins, whether it begins a group of one author, whether it is the first new one. */
import type { Message } from '@triode/api'
import { onCalendar } from '../i18n/moment.ts'

export interface Row {
  readonly message: Message
  /** Midnight of its day, in the reader's time, where it is the first of that day. */
  readonly day: number | undefined
  /** Author and time are shown. */
  readonly startsGroup: boolean
  readonly isFirstNew: boolean
}

/** After this long a message shows its author anew. */
const GROUP_MS = 5 * 60_000

/** @param hasOlder what the first one begins is not known then, and not shown: nothing changes its height when older ones come */
export function rowsOf(messages: readonly Message[], firstNew: string | undefined, hasOlder = false): Row[] {
  return messages.map((message, index) => {
    const isFirstNew = message.id === firstNew
    if (index === 0 && hasOlder) return { message, day: undefined, startsGroup: true, isFirstNew }
    return rowOf(message, messages[index - 1], isFirstNew)
  })
}

function rowOf(message: Message, previous: Message | undefined, isFirstNew: boolean): Row {
  const day = midnight(message.at)
  const startsDay = previous === undefined || midnight(previous.at) !== day
  return {
    message,
    day: startsDay ? day : undefined,
    startsGroup: startsDay || isFirstNew || !goesOn(message, previous),
    isFirstNew,
  }
}

function goesOn(message: Message, previous: Message): boolean {
  return (
    message.from === previous.from &&
    message.kind === previous.kind &&
    Math.abs(message.at - previous.at) < GROUP_MS
  )
}

/** Messages are immutable, and the same ones are laid out again and again. */
export function midnight(at: number): number {
  const known = MIDNIGHTS.get(Math.floor(at / SLICE_MS))
  if (known !== undefined) return known
  const found = new Date(onCalendar(at)).setHours(0, 0, 0, 0)
  if (MIDNIGHTS.size > MAX_KNOWN) MIDNIGHTS.clear()
  MIDNIGHTS.set(Math.floor(at / SLICE_MS), found)
  return found
}

/** Every offset of a time zone is a multiple of a quarter of an hour: no slice has a midnight inside. */
const SLICE_MS = 15 * 60_000
const MAX_KNOWN = 4_096
const MIDNIGHTS = new Map<number, number>()

/**
 * The first of the messages that are not read yet: unread are texts of others, and those are the last ones (spec §11.5) save
 * what came late.
 * @param unread how many
 */
export function firstUnread(messages: readonly Message[], unread: number): string | undefined {
  let left = unread
  for (const message of messages.toReversed()) {
    if (left > 0 && countsAsUnread(message)) left -= 1
    if (unread > 0 && left === 0) return message.id
  }
  return undefined
}

export function countsAsUnread({ kind, state, deleted }: Message): boolean {
  return kind === 'text' && state === 'received' && !deleted
}
