/** History at rest and on its way (spec §10.7): what this device hands over to whom, and what it takes from whom. */
import { compareBytes } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import { feedIdOf } from '../feed/chain.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { Handed, HandableMessage } from '../message/handOver.ts'
import type { HistoryHost } from '../sync/host.ts'
import {
  MAX_HANDED_REACTIONS,
  MAX_HISTORY_ROWS,
  type HandedAuthor,
  type HandedMessage,
  type HistoryPage,
} from '../sync/historyFrame.ts'
import type { HistoryGiver } from './historyPolicy.ts'
import { HISTORY_STAGE, HistoryProgress } from './historyProgress.ts'
import type { OpenConversation } from './openConversation.ts'
import type { ParticipantOptions } from './options.ts'
import type { Transactions } from './transactions.ts'

/** A page ends after so many bytes: half a frame, which leaves room for the longest message with its reactions. */
const PAGE_BYTES = 524_288
/** A message's bytes beside its content: numbers, positions, ids. */
const MESSAGE_OVERHEAD_BYTES = 64
const REACTION_BYTES = 80
/** For so long after all has come others are asked for what they got meanwhile from authors who did not know of this device. */
const RECHECK_MS = 604_800_000

export interface HistoryCalls {
  readonly conversation: (id: ConversationId) => OpenConversation
  readonly touch: (id: ConversationId) => OpenConversation
}

type Unchecked = Omit<Handed, 'member'> & { readonly member: Handed['member'] | undefined }

export class History implements HistoryHost {
  private readonly options: ParticipantOptions
  private readonly transactions: Transactions
  private readonly calls: HistoryCalls
  private readonly progress: HistoryProgress

  constructor(options: ParticipantOptions, transactions: Transactions, calls: HistoryCalls) {
    this.options = options
    this.transactions = transactions
    this.calls = calls
    this.progress = new HistoryProgress(options.store)
  }

  wanted(
    device: DeviceId,
    conversation: ConversationId,
  ): { readonly before: Uint8Array | undefined } | undefined {
    const { membership, clock } = this.options
    if (conversation === membership.control || membership.historyFrom?.(device) === undefined)
      return undefined
    const { stage, before, at } = this.progress.of(conversation)
    if (stage === HISTORY_STAGE.going) return { before }
    return stage === HISTORY_STAGE.partial || clock.now() - at < RECHECK_MS
      ? { before: undefined }
      : undefined
  }

  /** The conversation is erased. */
  forget(conversation: ConversationId): void {
    this.progress.forget(conversation)
  }

  // ---- handing over

  page(
    device: DeviceId,
    conversation: ConversationId,
    before: Uint8Array | undefined,
  ): HistoryPage | undefined {
    const { membership, self } = this.options
    const shared = membership.mayRead(device, conversation) && membership.mayRead(self, conversation)
    const giver = membership.historyFor?.(device)
    if (!shared || giver === undefined || conversation === membership.control) return undefined
    const found = this.calls.conversation(conversation).timeline.messagesBefore(before, MAX_HISTORY_ROWS)
    return this.pageOf(device, conversation, found)
  }

  private pageOf(
    device: DeviceId,
    conversation: ConversationId,
    found: readonly HandableMessage[],
  ): HistoryPage {
    const authors = new Map<FeedId, number>()
    const listed: HandedAuthor[] = []
    const messages: HandedMessage[] = []
    let [bytes, at] = [0, 0]
    for (; at < found.length && bytes < PAGE_BYTES; at++) {
      const message = found[at]
      if (message === undefined || !this.isOwed(device, conversation, message)) continue
      const { feed } = message.row
      const incarnation = this.incarnationOf(conversation, message)
      if (incarnation === undefined) continue
      const author = authors.get(feed) ?? listed.push({ device: message.device, incarnation }) - 1
      authors.set(feed, author)
      const handed = this.handed(author, message)
      messages.push(handed)
      bytes += handed.content.length + MESSAGE_OVERHEAD_BYTES + handed.reactions.length * REACTION_BYTES
    }
    const atEnd = at === found.length && found.length < MAX_HISTORY_ROWS
    return {
      authors: listed,
      messages,
      next: atEnd ? undefined : found[at - 1]?.position,
      whole: atEnd && this.isWhole(conversation),
    }
  }

  /** Whether it was not sealed to `device`, and has not expired. */
  private isOwed(device: DeviceId, conversation: ConversationId, { row }: HandableMessage): boolean {
    if (row.expiresAt !== undefined && row.expiresAt <= this.options.clock.now()) return false
    const { feeds, sealedSince } = this.calls.conversation(conversation)
    return feeds.get(row.feed) === undefined || !sealedSince.includes(row.feed, row.seq, device)
  }

  private incarnationOf(conversation: ConversationId, message: HandableMessage): Uint8Array | undefined {
    if (message.incarnation.length > 0) return message.incarnation
    return this.calls.conversation(conversation).feeds.get(message.row.feed)?.incarnation
  }

  private handed(author: number, { row, unread }: HandableMessage): HandedMessage {
    const { membership, member } = this.options
    const by = row.handedOverBy
    return {
      author,
      seq: row.seq,
      receivedAt: row.receivedAt,
      expiresAt: row.expiresAt,
      unread,
      deleted: row.deleted,
      by: by === undefined || membership.memberOf(by) === member ? undefined : by,
      content: row.content,
      edit: row.edit,
      reactions: row.reactions.slice(-MAX_HANDED_REACTIONS),
    }
  }

  /** Whether nobody of this device's member has what this one still lacks. */
  private isWhole(conversation: ConversationId): boolean {
    const { membership } = this.options
    if (this.progress.of(conversation).stage === HISTORY_STAGE.done) return true
    return membership.ownOtherDevices().every((device) => membership.historyFrom?.(device) === undefined)
  }

  // ---- taking

  take(
    device: DeviceId,
    conversation: ConversationId,
    before: Uint8Array | undefined,
    page: HistoryPage,
  ): Uint8Array | undefined {
    const { membership, clock } = this.options
    const giver = membership.historyFrom?.(device)
    if (giver === undefined) return undefined
    const taken = this.takeMessages(device, giver, conversation, before, page)
    if (taken > 0) this.transactions.tell({ type: 'history', conversation, count: taken })
    const { stage } = this.progress.of(conversation)
    // All is here but what others got late: that is among the last.
    if (stage === HISTORY_STAGE.done) return taken > 0 ? page.next : undefined
    this.progress.set(conversation, {
      stage:
        page.next !== undefined
          ? HISTORY_STAGE.going
          : page.whole
            ? HISTORY_STAGE.done
            : HISTORY_STAGE.partial,
      before: page.next,
      at: clock.now(),
    })
    return page.next
  }

  private takeMessages(
    device: DeviceId,
    giver: HistoryGiver,
    conversation: ConversationId,
    before: Uint8Array | undefined,
    page: HistoryPage,
  ): number {
    const { timeline } = this.calls.touch(conversation)
    const now = this.options.clock.now()
    const all = this.openPage(device, giver, conversation, page)
    // Before any of it is stored: a breach of the protocol undoes nothing.
    let last = before
    for (const { handed } of all) {
      const position = timeline.positionOfHanded(handed)
      if (!isBefore(position, last)) throw wrong()
      last = position
    }
    if (page.next !== undefined && last !== undefined && isBefore(last, page.next)) throw wrong()
    if (page.next !== undefined && !isBefore(page.next, before)) throw wrong()
    return all.filter(({ handed, readableFrom }) => {
      return this.isTakable(handed, giver, readableFrom) && timeline.takeHanded(handed, now)
    }).length
  }

  private openPage(
    device: DeviceId,
    giver: HistoryGiver,
    conversation: ConversationId,
    page: HistoryPage,
  ): { readonly handed: Unchecked; readonly readableFrom: number }[] {
    const feeds = this.feedsOf(conversation, page)
    return page.messages.map((message) => {
      const author = page.authors[message.author]
      const feed = feeds[message.author]
      if (author === undefined || feed === undefined) throw wrong()
      const member = this.options.membership.memberOf(author.device)
      const handedOverBy = giver === 'own' ? (message.by ?? device) : device
      const unread = giver === 'own' && message.unread
      const handed = { ...message, ...author, feed: feed.id, member, handedOverBy, unread }
      return { handed, readableFrom: feed.readableFrom }
    })
  }

  /** Of a known author, and from before what this device can read itself: there nobody's word is needed. */
  private isTakable(
    handed: Unchecked,
    giver: HistoryGiver,
    readableFrom: number,
  ): handed is Unchecked & Handed {
    const { self, member: me } = this.options
    if (handed.member === undefined || handed.device === self || handed.seq >= readableFrom) return false
    // Of a new member there is nothing from before it came.
    return giver === 'own' || handed.member !== me
  }

  private feedsOf(
    conversation: ConversationId,
    page: HistoryPage,
  ): { readonly id: FeedId; readonly readableFrom: number }[] {
    const { suite, self } = this.options
    const { feeds } = this.calls.conversation(conversation)
    return page.authors.map(({ device, incarnation }) => {
      const id = feedIdOf(suite, conversation, device, incarnation)
      return { id, readableFrom: feeds.epochs(id).firstFor(self, 0)?.seq ?? Infinity }
    })
  }
}

function isBefore(position: Uint8Array, end: Uint8Array | undefined): boolean {
  return end === undefined || compareBytes(position, end) < 0
}

function wrong(): PeerFault {
  return new PeerFault('history-wrong', { message: 'The far device handed messages over in a wrong order.' })
}
