/** Everything a device has of one conversation, opened when first needed. */
import type { EnvelopeTarget } from '../feed/epoch.ts'
import { FeedSet, type FeedSetContext } from '../feed/feedSet.ts'
import { SealedSince } from '../feed/sealedSince.ts'
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import { Timeline } from '../message/timeline.ts'
import type { SearchIndex } from '../ports/search.ts'
import { Delivered } from './delivered.ts'
import { ReadMarks } from './readMarks.ts'

export interface ConversationContext extends FeedSetContext {
  readonly member: MemberId
  readonly orderKey: Uint8Array
  readonly search: SearchIndex | undefined
}

export interface OpenConversation {
  readonly id: ConversationId
  readonly feeds: FeedSet
  readonly sealedSince: SealedSince
  readonly timeline: Timeline
  /** What others have as readers. */
  readonly delivered: Delivered
  /** What keepers hold. */
  readonly held: Delivered
  readonly readMarks: ReadMarks
  /** Whom entries are sealed to, while readers and cards are the same. */
  sealing:
    | {
        readonly readers: readonly DeviceId[]
        readonly cards: unknown
        readonly targets: readonly EnvelopeTarget[]
      }
    | undefined
}

export function openConversation(context: ConversationContext, id: ConversationId): OpenConversation {
  const { store, suite, member, orderKey, search } = context
  const feeds = new FeedSet(context, id)
  const readMarks = new ReadMarks(store, id)
  return {
    id,
    feeds,
    sealedSince: new SealedSince(feeds),
    timeline: new Timeline({
      store,
      conversation: id,
      me: member,
      suite,
      orderKey,
      readUpTo: (feed) => readMarks.of(feed),
      ...(search !== undefined && { search }),
    }),
    delivered: new Delivered(store, id),
    held: new Delivered(store, id, 'held'),
    readMarks,
    sealing: undefined,
  }
}
