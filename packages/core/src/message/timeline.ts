/**
 * One conversation's messages, in their order, folded from the entries of its feeds (spec §11.4). Opening costs nothing:
 * records are read when they are first needed.
 *
 * The feed layer calls `apply` once per opened entry and `flush` before its transaction ends; after a transaction that
 * failed it calls `discard`. Every other method that changes something runs its own transaction (or joins the open one).
 */
import { compareBytes } from '../bytes.ts'
import { CallerFault } from '../fault.ts'
import type { FileNames } from '../file/fileRefs.ts'
import type { ConversationId, FeedId, MessageId } from '../id.ts'
import type { SearchIndex } from '../ports/search.ts'
import { editedContent } from './amend.ts'
import type { Change } from './change.ts'
import type { Body, EditBody } from './content.ts'
import { readDraft, writeDraft, type MessageDraft } from './draft.ts'
import { applyEntry, removeRow, type OpenedEntry } from './fold.ts'
import {
  messagesBefore,
  positionOfHanded,
  takeHanded,
  type HandableMessage,
  type Handed,
} from './handOver.ts'
import { messageId, messageIdBytes, messageIdOf, parseMessageId } from './messageId.ts'
import { POSITION_BYTES, type Position } from './order.ts'
import { pageOf, type PageRequest } from './page.ts'
import {
  hasPreferences,
  isMuted,
  readPreferences,
  toldPreferences,
  writePreferences,
  type PreferenceChanges,
  type Preferences,
  type StoredPreferences,
} from './preferences.ts'
import { markFeedRead, markRead, unreadCount, type ReadResult } from './readMark.ts'
import { Records, contentOf, type Placed, type TimelineOptions } from './records.ts'
import { MAX_CONTENT_BYTES } from './spec.ts'
import { WALK_ROWS } from './tuning.ts'
import { dropUnsentEdit, readUnsentEdit, writeUnsentEdit, type UnsentEdit } from './unsentEdit.ts'
import { searchText, viewOf, type TimelineMessage } from './view.ts'

export interface TimelinePage {
  /** From old to new. */
  readonly messages: TimelineMessage[]
  /** There are older ones. */
  readonly more: boolean
  /** There are newer ones. */
  readonly moreAfter: boolean
}

export class Timeline {
  readonly conversation: ConversationId
  /** Which messages name which files. */
  readonly files: FileNames
  /** Of those: which name it as a file or folder itself. */
  readonly contents: FileNames
  private readonly records: Records
  private readonly search: SearchIndex | undefined

  constructor(options: TimelineOptions) {
    this.conversation = options.conversation
    this.search = options.search
    this.records = new Records(options)
    this.files = this.records.files
    this.contents = this.records.contents
  }

  // ---- entries

  /** Takes an entry in; a second time, nothing happens. Bad content is refused in the result, never thrown. */
  apply(entry: OpenedEntry): Change[] {
    return applyEntry(this.records, entry)
  }

  /** The Lamport counter for the next entry of this device; apply that entry in the same transaction. */
  nextLamport(): number {
    return this.records.counters.next()
  }

  /** Writes what `apply` has kept in memory. */
  flush(): void {
    this.records.flush()
  }

  /** Forgets everything that is in memory: the transaction failed, so the store has the truth. */
  discard(): void {
    this.records.discard()
  }

  // ---- reading

  /** @throws CallerFault 'bad-input' | 'not-found' | 'message-id-malformed' | 'limit-out-of-range' */
  page(request: PageRequest): TimelinePage {
    const { rows, older, newer } = pageOf(this.records, request)
    return { messages: rows.map((placed) => this.view(placed)), more: older, moreAfter: newer }
  }

  /** A message that is here and not gone. @throws CallerFault 'message-id-malformed' */
  get(id: MessageId): TimelineMessage | undefined {
    const placed = this.records.find(id)
    return placed && this.view(placed)
  }

  /** The newest message. */
  lastMessage(): TimelineMessage | undefined {
    return this.page({ limit: 1 }).messages[0]
  }

  /** How many texts of others were not read. */
  unread(): number {
    return unreadCount(this.records)
  }

  /** The disappearing time that a new message is to carry; undefined is never. */
  timer(): number | undefined {
    return this.records.counters.state.timer?.value ?? undefined
  }

  /** The name that a member gave this room last. */
  roomName(): string | undefined {
    return this.records.counters.state.roomName?.value
  }

  // ---- what this device alone does

  /**
   * Marks as read up to and including `upTo`, or everything. The mark never moves back; moving it also marks as read
   * what came too late to be placed after it.
   * @throws CallerFault 'not-found' | 'message-id-malformed'
   */
  markRead(upTo?: MessageId): ReadResult {
    return markRead(this.records, upTo)
  }

  /** Entries of `feed` up to `upTo` were read on another device of this member; call `flush` before the transaction ends. */
  readFeed(feed: FeedId, upTo: number): number {
    return markFeedRead(this.records, feed, upTo)
  }

  draft(): MessageDraft | undefined {
    return readDraft(this.records.map)
  }

  /** undefined removes it. @throws CallerFault 'text-too-long' */
  setDraft(draft: MessageDraft | undefined): void {
    writeDraft(this.records.map, draft)
  }

  unsentEdit(): UnsentEdit | undefined {
    return readUnsentEdit(this.records.map)
  }

  /** In the place of any other; no text removes that of this message. @throws CallerFault 'text-too-long' | 'message-id-malformed' */
  setUnsentEdit(message: MessageId, text: string | undefined): void {
    if (text === undefined) dropUnsentEdit(this.records.map, message)
    else writeUnsentEdit(this.records.map, { message, text })
  }

  preferences(): StoredPreferences {
    return readPreferences(this.records.map)
  }

  /** Whether any were ever set. */
  hasPreferences(): boolean {
    return hasPreferences(this.records.map)
  }

  /** As another device of this member says. */
  takePreferences(told: Preferences): void {
    const { map } = this.records
    writePreferences(map, toldPreferences(told, readPreferences(map)))
  }

  changePreferences({ archived, ...changes }: PreferenceChanges): void {
    const { map } = this.records
    const put = { archivedAt: archived === true ? this.end() : null, archivedHere: archived === true }
    const before = readPreferences(map)
    writePreferences(map, { ...before, ...changes, ...(archived !== undefined && put) })
  }

  /**
   * Messages came after this device put the conversation away, but stand before: their authors had not seen what was here.
   * They bring it back all the same. @returns whether its preferences changed
   */
  bringBack(ids: readonly MessageId[]): boolean {
    const { map } = this.records
    const before = readPreferences(map)
    const { archivedAt, archivedHere } = before
    if (archivedAt === null || !archivedHere) return false
    const late = ids.some((id) => compareBytes(this.records.positionOf(id), archivedAt) < 0)
    if (late) writePreferences(map, { ...before, archivedAt: new Uint8Array(POSITION_BYTES) })
    return late
  }

  /** Put away, and nothing came since; of a muted one, whatever came. */
  isArchived(now: number): boolean {
    const preferences = this.preferences()
    const { archivedAt } = preferences
    if (archivedAt === null) return false
    return isMuted(preferences, now) || compareBytes(this.end(), archivedAt) <= 0
  }

  /** Removes a message from this device only; gone already: nothing. @throws CallerFault 'message-id-malformed' */
  hide(id: MessageId): Change[] {
    const placed = this.records.find(id)
    return placed === undefined ? [] : this.records.change(() => removeRow(this.records, placed))
  }

  /** When the next message disappears, or would if it were not hidden, or goes from a feed; undefined if none does. */
  nextExpiry(): number | undefined {
    const { expiries, erasures } = this.records
    const next = Math.min(expiries.earliest() ?? Infinity, erasures.earliest() ?? Infinity)
    return next === Infinity ? undefined : next
  }

  /** What is sealed in entry `seq` of `feed` is to go at `at`; call `flush` before the transaction ends. */
  eraseAt(feed: FeedId, seq: number, at: number): void {
    this.records.erasures.add({ at, position: messageIdBytes(messageId(feed, seq)) })
  }

  /** Whether a message of `feed` is or was here. */
  knows(feed: FeedId): boolean {
    return this.records.authors.has(feed)
  }

  /** Up to `limit` messages before position `before`, from new to old, to be handed over (spec §10.7). */
  messagesBefore(before: Uint8Array | undefined, limit: number): HandableMessage[] {
    return messagesBefore(this.records, before, limit)
  }

  /** @throws PeerFault 'malformed' */
  positionOfHanded(handed: Pick<Handed, 'feed' | 'seq' | 'content'>): Uint8Array {
    return positionOfHanded(this.records, handed)
  }

  /** Takes in what another device says that its author wrote; call `flush` before the transaction ends. @returns whether it was new */
  takeHanded(handed: Handed, now: number): boolean {
    return takeHanded(this.records, handed, now)
  }

  /**
   * What is to be written, as far as others will look at more than its form.
   * @throws CallerFault 'attachment-invalid'; 'text-too-long' for an edit that is too long beside the files of its message
   */
  check(body: Body): void {
    if (!this.records.isSound(body)) {
      throw new CallerFault('attachment-invalid', { message: 'A file’s id is not that of what it names.' })
    }
    if (body.kind === 'edit') checkFits(this.records, body)
  }

  /** Own entries whose content nobody needs any more once an entry with `body` is written. */
  replacedBy(body: Body): MessageId[] {
    const row =
      body.kind === 'edit' || body.kind === 'delete' ? this.records.find(body.target)?.row : undefined
    if (row === undefined || !this.records.isOwn(this.records.authors.of(row.feed).member)) return []
    const edit = row.edit === undefined ? [] : [messageId(row.edit.feed, row.edit.seq)]
    return body.kind === 'delete' ? [messageId(row.feed, row.seq), ...edit] : edit
  }

  /** Removes what is due at `now`, some `limit` at a time: call again while `nextExpiry()` is due. */
  expire(now: number, limit = WALK_ROWS): Change[] {
    if ((this.nextExpiry() ?? Infinity) > now) return []
    return this.records.change(() => {
      const changes: Change[] = []
      for (const { position } of this.records.expiries.takeDue(now, limit)) {
        const placed = this.records.at(position)
        // What was handed over may have given way to an entry with another time.
        if ((placed?.row.expiresAt ?? Infinity) <= now && placed !== undefined)
          changes.push(...removeRow(this.records, placed))
      }
      for (const { position } of this.records.erasures.takeDue(now, limit))
        changes.push({ kind: 'erase', ...parseMessageId(messageIdOf(position)) })
      return changes
    })
  }

  /** Erases the conversation from this device, and the keys that sealed it. */
  erase(): void {
    if (this.search !== undefined) {
      for (const { row } of this.records.walk(WALK_ROWS)) this.search.remove(messageId(row.feed, row.seq))
    }
    this.records.erase()
  }

  /** Puts what is stored into the search index, newest first; yields after each `batch` the number done so far. */
  *fillSearch(batch = WALK_ROWS): Generator<number, void> {
    let done = 0
    for (const placed of this.records.walk(batch)) {
      const message = this.view(placed)
      const text = searchText(message)
      if (text !== '') this.search?.put(message.id, this.conversation, text)
      if (++done % batch === 0) yield done
    }
    if (done % batch !== 0) yield done
  }

  /** Where the newest message stands. */
  private end(): Position {
    return this.records.range({ reverse: true, limit: 1 })[0]?.position ?? new Uint8Array(POSITION_BYTES)
  }

  private view(placed: Placed): TimelineMessage {
    const { row } = placed
    const { authors } = this.records
    const editor = row.edit && authors.find(row.edit.feed)?.device
    return viewOf(
      row,
      contentOf(row),
      { author: authors.of(row.feed), editor },
      this.records.isUnread(placed),
    )
  }
}

/** Beside the attachments that the message has already. */
function checkFits(records: Records, edit: EditBody): void {
  const row = records.find(edit.target)?.row
  const content = row && contentOf(row)
  if (content?.body.kind !== 'text') return
  if (editedContent(content, content.body, edit).length <= MAX_CONTENT_BYTES) return
  throw new CallerFault('text-too-long', {
    details: { of: 'beside-files' },
    message: 'The text is too long beside the files of its message.',
    remedy: 'Make it shorter, or send the rest as another message.',
  })
}
