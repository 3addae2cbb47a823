/** Takes one entry after another into a conversation's records; the result does not depend on how feeds interleave. */
import { compareBytes } from '../bytes.ts'
import type { DeviceId, FeedId, MemberId, MessageId } from '../id.ts'
import { amend, type Amendment } from './amend.ts'
import { REFUSAL, type Change, type RefusalReason } from './change.ts'
import {
  tryDecodeContent,
  type Body,
  type Content,
  type RoomNameBody,
  type TextBody,
  type TimerBody,
} from './content.ts'
import { messageId, parseMessageId } from './messageId.ts'
import type { Position } from './order.ts'
import { contentOf, type Placed, type Records } from './records.ts'
import { nameFiles, unnameFiles, type BlobGone } from './references.ts'
import { NEVER_UNREAD, type Row } from './row.ts'
import { dropUnsentEdit } from './unsentEdit.ts'
import { searchTextOf } from './view.ts'

/** An entry as the feed layer opened it. */
export interface OpenedEntry {
  readonly feed: FeedId
  readonly seq: number
  readonly device: DeviceId
  readonly member: MemberId
  readonly plaintext: Uint8Array
  /** Our own clock: when this device stores it. */
  readonly receivedAt: number
}

/** An entry in its place, with its body told apart. */
interface Arrival<Body> {
  readonly entry: OpenedEntry
  readonly content: Content
  readonly body: Body
  readonly position: Position
}

export function applyEntry(records: Records, entry: OpenedEntry): Change[] {
  const gone = giveWay(records, entry)
  if (gone === undefined) return []
  const changes = takeIn(records, entry)
  // What was handed over and what comes in the feed mostly name the same.
  return gone.length === 0 ? changes : [...changes, ...gone.filter(({ blob }) => !records.files.has(blob))]
}

function takeIn(records: Records, entry: OpenedEntry): Change[] {
  const content = tryDecodeContent(entry.plaintext)
  if (content === undefined || !records.isSound(content.body)) return [refusal(entry, REFUSAL.malformed)]
  records.authors.note(entry.feed, entry.device, entry.member)
  records.places.set(entry.feed, entry.seq, content.lamport)
  const jumped = !records.counters.witness(content.lamport)
  const position = records.order.position(entry.feed, entry.seq, content.lamport)
  const { body } = content
  switch (body.kind) {
    case 'text':
      return addText(records, { entry, content, body, position })
    case 'timer':
    case 'room-name':
      if (jumped) {
        records.pending.take(idOf(entry))
        return [refusal(entry, REFUSAL.lamportJump)]
      }
      return addSetting(records, { entry, content, body, position })
    case 'reaction':
    case 'edit':
    case 'delete':
      records.pending.take(idOf(entry))
      return [...follow(records, { entry, content, body, position }), ...erasuresOf(entry, body)]
    case 'read-marks':
    case 'draft':
    case 'device-name':
    case 'preferences':
      records.pending.take(idOf(entry))
      return [{ kind: 'own-state', id: idOf(entry), device: entry.device, position, body }]
    case 'unknown':
      // Its key is gone once it was opened, so a later release finds it here only.
      records.map.set(`unknown/${idOf(entry)}`, entry.plaintext)
      records.pending.take(idOf(entry))
      return []
  }
}

/**
 * What another device has only said of an entry gives way to it (spec §10.7).
 * @returns the blobs that nothing names for the time being; undefined if the entry came before
 */
function giveWay(records: Records, { feed, seq }: OpenedEntry): BlobGone[] | undefined {
  const lamport = records.places.lamport(feed, seq)
  if (lamport === 0) return []
  const placed = records.at(records.order.position(feed, seq, lamport))
  if (placed?.row.handedOverBy === undefined) return undefined
  return removeRow(records, placed).filter((change) => change.kind === 'blob-gone')
}

function addText(records: Records, { entry, body, position }: Arrival<TextBody>): Change[] {
  const late = countArrival(records, entry, position)
  const expiresAt = body.expiresAfterMs && entry.receivedAt + body.expiresAfterMs
  if (expiresAt !== undefined) records.expiries.add({ at: expiresAt, position })
  const id = idOf(entry)
  records.index(id, searchTextOf(body))
  return [
    { kind: 'added', id },
    ...addRow(records, id, { position, row: newRow(records, entry, late, expiresAt) }, body),
  ]
}

/** @returns the `late` to store with it */
function countArrival(records: Records, entry: OpenedEntry, position: Position): number {
  if (records.isOwn(entry.member)) return 0
  const { feed, seq } = entry
  return seq <= records.readUpTo(feed) ? NEVER_UNREAD : records.counters.countUnread(position, feed, seq)
}

function addSetting(
  records: Records,
  { entry, body, position }: Arrival<TimerBody | RoomNameBody>,
): Change[] {
  const id = idOf(entry)
  const changes: Change[] = [{ kind: 'added', id }]
  changes.push(...addRow(records, id, { position, row: newRow(records, entry, 0, undefined) }, body))
  changes.push(...followSetting(records, body, position, isInForce))
  return changes
}

/** Another device's word is taken only while no setting came in a feed. */
function isInForce(records: Records, position: Position, other: Position | undefined): boolean {
  if (other === undefined) return true
  return !isLater(other, position) || isHanded(records, other)
}

function isHanded(records: Records, position: Position): boolean {
  return records.at(position)?.row.handedOverBy !== undefined
}

function followSetting(
  records: Records,
  body: TimerBody | RoomNameBody,
  position: Position,
  wins: typeof isInForce,
): Change[] {
  const changes: Change[] = []
  const { timer, roomName } = records.counters.state
  if (body.kind === 'timer' && wins(records, position, timer?.position)) {
    records.counters.change().timer = { value: body.afterMs, position }
    changes.push({ kind: 'timer', afterMs: body.afterMs })
  }
  if (body.kind === 'room-name' && wins(records, position, roomName?.position)) {
    records.counters.change().roomName = { value: body.name, position }
    changes.push({ kind: 'room-name', name: body.name })
  }
  return changes
}

/** Stores a message that was handed over; of settings the last one counts, and none that came in a feed is undone. */
export function addHanded(
  records: Records,
  id: MessageId,
  placed: Placed,
  { body }: Content,
  jumped: boolean,
): void {
  if (body.kind === 'text' && !placed.row.deleted) records.index(id, searchTextOf(body))
  addRow(records, id, placed, body)
  if (jumped || (body.kind !== 'timer' && body.kind !== 'room-name')) return
  followSetting(records, body, placed.position, (_, position, other) => {
    return other === undefined || (isHanded(records, other) && isLater(position, other))
  })
}

function newRow(records: Records, entry: OpenedEntry, late: number, expiresAt: number | undefined): Row {
  return {
    feed: entry.feed,
    feedBytes: records.authors.of(entry.feed).feedBytes,
    seq: entry.seq,
    receivedAt: entry.receivedAt,
    late,
    expiresAt,
    deleted: false,
    content: entry.plaintext,
    edit: undefined,
    reactions: [],
  }
}

/** Stores a new row as what has waited for it makes it. */
function addRow(records: Records, id: MessageId, { position, row }: Placed, body: Body): Change[] {
  const changes: Change[] = []
  let result = row
  for (const waiting of records.pending.take(id)) {
    const content = tryDecodeContent(waiting.plaintext)
    const amending = content?.body
    if (
      content === undefined ||
      (amending?.kind !== 'reaction' && amending?.kind !== 'edit' && amending?.kind !== 'delete')
    ) {
      continue
    }
    const from = records.order.position(waiting.feed, waiting.seq, content.lamport)
    const amendment = { entry: waiting, content, body: amending, position: from }
    result = amended(records, { position, row: result }, amendment, changes)
    changes.push(...erasuresOf(waiting, amending))
  }
  records.set(position, result)
  if (!result.deleted) nameFiles(records, id, body)
  return changes
}

/** A reaction, edit or deletion: now if its target is here, else once it comes. */
function follow(records: Records, arrival: Amendment & { readonly entry: OpenedEntry }): Change[] {
  const { entry, body, content } = arrival
  const place = records.placeOf(body.target)
  if (place === undefined) {
    const gone = records.pending.add(body.target, { ...entry, lamport: content.lamport })
    return gone.map((other) => refusal(other, REFUSAL.pendingFull))
  }
  const target = records.at(place)
  // Gone already: expired, or hidden here.
  if (target === undefined) return []
  const changes: Change[] = []
  const row = amended(records, target, arrival, changes)
  if (row === target.row) return changes
  records.set(place, row)
  if (row.deleted && !target.row.deleted) changes.push(...unnameFiles(records, body.target, target.row))
  return [{ kind: 'changed', id: body.target }, ...changes]
}

/** The row after `amendment`, with its consequences for counters and search. */
function amended(records: Records, target: Placed, amendment: Amendment, changes: Change[]): Row {
  const { row } = target
  const result = amend(row, records.authors.of(row.feed).member, amendment)
  if (result.refused !== undefined) changes.push(refusal(amendment.entry, result.refused))
  const id = messageId(row.feed, row.seq)
  if (result.row.deleted && !row.deleted) {
    if (records.isUnread(target)) records.counters.uncountUnread(row.late)
    records.index(id, undefined)
    dropUnsentEdit(records.map, id)
  } else if (result.row.edit !== row.edit && amendment.body.kind === 'edit') {
    records.index(id, searchTextOf(contentOf(result.row).body))
  }
  return result.row
}

/** Takes a row away for good: its place stays known, so that it can't come back. */
export function removeRow(records: Records, target: Placed): Change[] {
  const { position, row } = target
  const id = messageId(row.feed, row.seq)
  if (records.isUnread(target)) records.counters.uncountUnread(row.late)
  records.delete(position)
  records.index(id, undefined)
  dropUnsentEdit(records.map, id)
  return [{ kind: 'removed', id }, ...unnameFiles(records, id, row)]
}

/** What a deletion or an edit says is to go from feeds. Whether it may, whoever has feeds and keys finds out. */
function erasuresOf(entry: Pick<OpenedEntry, 'device'>, body: Amendment['body']): Change[] {
  if (body.kind === 'reaction') return []
  return (body.erasures ?? []).map(({ entry: erased, signature }) => ({
    kind: 'erase',
    ...parseMessageId(erased),
    proof: { device: entry.device, signature },
  }))
}

function idOf(entry: Pick<OpenedEntry, 'feed' | 'seq'>): MessageId {
  return messageId(entry.feed, entry.seq)
}

function isLater(position: Position, other: Position | undefined): boolean {
  return other === undefined || compareBytes(position, other) > 0
}

type Refused = Pick<OpenedEntry, 'feed' | 'seq' | 'device' | 'member'>

function refusal(entry: Refused, reason: RefusalReason): Change {
  return { kind: 'refused', id: idOf(entry), device: entry.device, member: entry.member, reason }
}
