/** Moves a conversation's read mark. Reading everything costs the same whatever was unread (spec §11.5). */
import { compareBytes } from '../bytes.ts'
import type { FeedId, MessageId } from '../id.ts'
import { justAfter, type Position } from './order.ts'
import type { Records } from './records.ts'
import { NEVER_UNREAD } from './row.ts'
import { WALK_ROWS } from './tuning.ts'

export interface ReadResult {
  /** Still unread. */
  readonly unread: number
  /** What is read now, by feed: the highest sequence number. For receipts. */
  readonly readUpTo: ReadonlyMap<FeedId, number>
}

export function unreadCount(records: Records): number {
  const { unreadAfter, unreadLate } = records.counters.state
  return unreadAfter + unreadLate
}

/** @throws CallerFault 'not-found' | 'message-id-malformed' */
export function markRead(records: Records, upTo: MessageId | undefined): ReadResult {
  const { mark } = records.counters.state
  const end = upTo === undefined ? undefined : records.positionOf(upTo)
  const all = end === undefined || isLast(records, end)
  const back = !all && mark !== undefined && compareBytes(end, mark) < 0
  if (back || unreadCount(records) === 0) return { unread: unreadCount(records), readUpTo: new Map() }
  return records.change(() => {
    const readUpTo = all ? readAll(records, mark) : readSome(records, mark, end)
    return { unread: unreadCount(records), readUpTo }
  })
}

/**
 * Entries of `feed` up to `upTo` were read on another device of this member. What is read becomes so for good.
 * @returns how many were unread here
 */
export function markFeedRead(records: Records, feed: FeedId, upTo: number): number {
  const newest = Math.min(upTo, records.counters.state.unreadFeeds.get(feed) ?? 0)
  let count = 0
  for (let seq = records.readUpTo(feed) + 1; seq <= newest; seq++) {
    const lamport = records.places.lamport(feed, seq)
    const placed = lamport === 0 ? undefined : records.at(records.order.position(feed, seq, lamport))
    if (placed === undefined || !records.isUnread(placed)) continue
    records.counters.uncountUnread(placed.row.late)
    records.set(placed.position, { ...placed.row, late: NEVER_UNREAD })
    count++
  }
  records.counters.readFeed(feed, upTo)
  return count
}

function isLast(records: Records, position: Position): boolean {
  return records.range({ from: justAfter(position), limit: 1 }).length === 0
}

/** Also what came late. The mark may stand behind the newest message, if that one is gone: it stays there. */
function readAll(records: Records, mark: Position | undefined): ReadonlyMap<FeedId, number> {
  const newest = records.range({ reverse: true, limit: 1 })[0]?.position
  const behind = newest === undefined || (mark !== undefined && compareBytes(newest, mark) < 0)
  setMark(records, behind ? mark : newest)
  const state = records.counters.change()
  const feeds = state.unreadFeeds
  state.unreadFeeds = new Map()
  state.unreadAfter = 0
  return feeds
}

/** Of what came late the receipts wait until everything is read: its feeds may have later messages that are unread. */
function readSome(records: Records, mark: Position | undefined, end: Position): ReadonlyMap<FeedId, number> {
  const passed = unreadBetween(records, mark, end)
  setMark(records, end)
  const state = records.counters.change()
  state.unreadAfter -= passed.count
  return state.unreadAfter === 0 ? readAll(records, end) : passed.feeds
}

function setMark(records: Records, mark: Position | undefined): void {
  const state = records.counters.change()
  state.mark = mark
  state.unreadLate = 0
  state.generation++
}

interface Stretch {
  readonly count: number
  readonly feeds: Map<FeedId, number>
}

/** The unread messages after `mark`, up to and including `end`. */
function unreadBetween(records: Records, mark: Position | undefined, end: Position): Stretch {
  const feeds = new Map<FeedId, number>()
  const to = justAfter(end)
  let from = mark && justAfter(mark)
  for (let count = 0; ;) {
    const rows = records.range({ ...(from !== undefined && { from }), to, limit: WALK_ROWS })
    for (const placed of rows) {
      from = justAfter(placed.position)
      if (!records.isUnread(placed)) continue
      count++
      feeds.set(placed.row.feed, Math.max(placed.row.seq, feeds.get(placed.row.feed) ?? 0))
    }
    if (rows.length < WALK_ROWS) return { count, feeds }
  }
}
