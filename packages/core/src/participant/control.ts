/**
 * The hidden control conversation (spec §2.5): every active device reads it, guests and keepers too, and no person. What is
 * opened goes to a handler instead of a timeline; nothing of it expires, is erased or can be searched.
 */
import type { DeviceId, FeedId, MemberId } from '../id.ts'

export interface ControlEntry {
  readonly feed: FeedId
  readonly seq: number
  /** Who wrote it. */
  readonly device: DeviceId
  readonly member: MemberId
  /** Whatever its author wrote: not checked in any way. */
  readonly plaintext: Uint8Array
  /** Milliseconds since 1970, by this device's clock. */
  readonly receivedAt: number
}

export interface ControlHandler {
  /**
   * Called in the store transaction that stores the entries, each once and in the order of its feed, this device's own
   * included. What it can't read it must ignore: an error undoes the transaction, and the entries come again.
   * It throws no PeerFault: one is taken for a mistake of this program, like any other error.
   */
  apply(entries: readonly ControlEntry[]): void
}
