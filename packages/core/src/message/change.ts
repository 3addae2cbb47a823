/** What applying an entry, reading or expiring did to a conversation. */
import type { ErasureProof } from '../feed/item.ts'
import type { BlobId, DeviceId, FeedId, MemberId, MessageId } from '../id.ts'
import type { Position } from './order.ts'
import type { OwnStateBody } from './ownStateBody.ts'

export type Change =
  /** A message came. */
  | { readonly kind: 'added'; readonly id: MessageId }
  /** Its text, its reactions or its deletion: ask for it again. */
  | { readonly kind: 'changed'; readonly id: MessageId }
  /** It is gone without a trace: expired or hidden. */
  | { readonly kind: 'removed'; readonly id: MessageId }
  /** No message here names it any more, unless one came since that does: ask before its chunks go. */
  | { readonly kind: 'blob-gone'; readonly blob: BlobId }
  /**
   * The content of this entry must go from the feed as well; the hash chain stays. Because its time has come, or by the
   * word of its author's member, which is still to be checked.
   */
  | { readonly kind: 'erase'; readonly feed: FeedId; readonly seq: number; readonly proof?: ErasureProof }
  | { readonly kind: 'timer'; readonly afterMs: number | null }
  | { readonly kind: 'room-name'; readonly name: string }
  /** What a device of the same member tells its others: counts in the `self` conversation only. */
  | {
      readonly kind: 'own-state'
      readonly id: MessageId
      readonly device: DeviceId
      /** The last one counts, of two that say different things. */
      readonly position: Position
      readonly body: OwnStateBody
    }
  /** Entry `id` was not followed, for a reason that its author is answerable for. */
  | {
      readonly kind: 'refused'
      readonly id: MessageId
      readonly device: DeviceId
      readonly member: MemberId
      readonly reason: RefusalReason
    }

export const REFUSAL = {
  /** The plaintext is not what spec §11.1 describes. */
  malformed: 'malformed',
  /** An edit or a deletion of someone else's message. */
  notAuthor: 'not-author',
  /** A reaction, edit or deletion of something that is not a text. */
  notAMessage: 'not-a-message',
  /** A setting whose counter is too far ahead to be honest. */
  lamportJump: 'lamport-jump',
  /** An edit whose text and the attachments of its message are together more than a plaintext has. */
  tooLong: 'too-long',
  /** Too much of this member's waits for targets that don't come. */
  pendingFull: 'pending-full',
} as const
export type RefusalReason = (typeof REFUSAL)[keyof typeof REFUSAL]
