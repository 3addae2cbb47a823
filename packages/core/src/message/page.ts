/** A page of a conversation, wherever it begins. Its cost is that of what it shows, however long the conversation is. */
import { u64 } from '../bytes.ts'
import { CallerFault } from '../fault.ts'
import type { MessageId } from '../id.ts'
import type { SeriesRange } from '../ports/store.ts'
import { justAfter, lamportOf, type Position } from './order.ts'
import { contentOf, type Placed, type Records } from './records.ts'
import { MAX_PAGE, PAGE_STEP_BACK_ROWS } from './tuning.ts'
import { isSuspect } from './view.ts'

/** At most one of the places; without any, the newest page. A message that is gone since still has its place. */
export interface PageRequest {
  /** The page that ends before this message. */
  readonly before?: MessageId
  /** The page that begins after this message. */
  readonly after?: MessageId
  /** The page with this message in its middle. */
  readonly around?: MessageId
  /** The page that begins with the first message at or after this time, as messages show theirs. */
  readonly at?: number
  /** 1..1,000 */
  readonly limit: number
}

export interface Page {
  /** From old to new. */
  readonly rows: Placed[]
  readonly older: boolean
  readonly newer: boolean
}

/** @throws CallerFault 'bad-input' | 'not-found' | 'message-id-malformed' | 'limit-out-of-range' */
export function pageOf(records: Records, request: PageRequest): Page {
  const { before, after, around, at, limit } = checked(request)
  if (after !== undefined) return pageFrom(records, justAfter(records.positionOf(after)), limit)
  if (around !== undefined) return pageAround(records, records.positionOf(around), limit)
  if (at !== undefined) return pageFrom(records, firstAt(records, at), limit)
  return pageTo(records, before === undefined ? undefined : records.positionOf(before), limit)
}

function checked(request: PageRequest): PageRequest {
  const { before, after, around, at, limit } = request
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new CallerFault('limit-out-of-range', {
      details: { most: MAX_PAGE },
      message: `A page has 1 to ${MAX_PAGE} messages.`,
    })
  }
  if ([before, after, around, at].filter((place) => place !== undefined).length > 1) {
    throw new CallerFault('bad-input', {
      message: 'A page begins in one place.',
      remedy: 'Give one of before, after, around and at.',
    })
  }
  return request
}

function pageTo(records: Records, to: Position | undefined, limit: number): Page {
  const rows = records.range({ ...(to !== undefined && { to }), reverse: true, limit: limit + 1 })
  return {
    rows: rows.slice(0, limit).reverse(),
    older: rows.length > limit,
    newer: to !== undefined && hasAny(records, { from: to }),
  }
}

function pageFrom(records: Records, from: Position | undefined, limit: number): Page {
  if (from === undefined) return { rows: [], older: hasAny(records, {}), newer: false }
  const rows = records.range({ from, limit: limit + 1 })
  return { rows: rows.slice(0, limit), older: hasAny(records, { to: from }), newer: rows.length > limit }
}

/** Near an end it is shorter. */
function pageAround(records: Records, middle: Position, limit: number): Page {
  const half = Math.floor(limit / 2)
  const older = records.range({ to: middle, reverse: true, limit: half + 1 })
  const newer = records.range({ from: middle, limit: limit - half + 1 })
  return {
    rows: [...older.slice(0, half).reverse(), ...newer.slice(0, limit - half)],
    older: older.length > half,
    newer: newer.length > limit - half,
  }
}

function hasAny(records: Records, range: SeriesRange): boolean {
  return records.range({ ...range, limit: 1 }).length > 0
}

/**
 * Halves the counters between the oldest and the newest message: one row a step, 52 steps at most. The order is not that
 * of clocks, so from there it goes back over messages that are not before `at`; where clocks differ by more, it finds one
 * of the places where messages pass that time. @returns undefined when all are before it
 */
function firstAt(records: Records, at: number): Position | undefined {
  const [oldest] = records.range({ limit: 1 })
  const [newest] = records.range({ reverse: true, limit: 1 })
  if (oldest === undefined || newest === undefined) return undefined
  let low = lamportOf(oldest.position)
  let high = lamportOf(newest.position) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = records.range({ from: u64(middle), limit: 1 })
    if (row !== undefined && shownAt(row) < at) low = lamportOf(row.position) + 1
    else high = middle
  }
  return stepBack(records, u64(low), at)
}

function stepBack(records: Records, from: Uint8Array, at: number): Position | undefined {
  let [first] = records.range({ from, limit: 1 }).map(({ position }) => position)
  for (const row of records.range({ to: from, reverse: true, limit: PAGE_STEP_BACK_ROWS })) {
    if (shownAt(row) < at) break
    first = row.position
  }
  return first
}

/** An implausible time of its sender's gives way to when it came. */
function shownAt({ row }: Placed): number {
  const { at } = contentOf(row)
  return isSuspect(at, row.receivedAt) ? row.receivedAt : at
}
