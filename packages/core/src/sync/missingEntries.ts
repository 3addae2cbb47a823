/**
 * Of which feeds a keeper has later entries than the next one here: what is between was handed to this device once, or to all but it, and went
 * from keepers. A device that was restored from an old backup lacks it so. It comes from its author, or from whoever else may read it.
 */
import { PeerFault } from '../fault.ts'
import { foldBlock, type Block } from '../feed/block.ts'
import type { Feed } from '../feed/feed.ts'
import { isSigned } from '../feed/receive.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { SyncHost } from './host.ts'

interface Gap {
  readonly conversation: ConversationId
  readonly device: DeviceId
  /** Its last entry that is known to be missing. */
  readonly upTo: number
}

export class MissingEntries {
  private readonly host: SyncHost
  private readonly gaps = new Map<FeedId, Gap>()

  constructor(host: SyncHost) {
    this.host = host
  }

  /** `block`, which this device can read some of, was not taken. @returns whether more is known to be missing than before */
  note(feed: Feed, block: Block): boolean {
    const { id, conversation, device, head } = feed
    const upTo = block.from - 1
    if (upTo <= head.seq || upTo <= (this.gaps.get(id)?.upTo ?? 0)) return false
    if (!this.isAuthors(feed, block)) return false
    this.gaps.set(id, { conversation, device, upTo })
    return true
  }

  /** Devices of which something is missing in a conversation. */
  in(conversation: ConversationId): readonly DeviceId[] {
    const devices = new Set<DeviceId>()
    for (const [id, gap] of this.gaps) {
      if (gap.conversation !== conversation) continue
      const known = this.host.feeds(conversation).get(id)
      if (known?.forked === true || (known?.head.seq ?? 0) >= gap.upTo) this.gaps.delete(id)
      else if (this.host.accepts(gap.device, conversation)) devices.add(gap.device)
    }
    return [...devices]
  }

  forget(): void {
    this.gaps.clear()
  }

  /** A keeper, or another reader in league with it, could make one up. */
  private isAuthors({ id, device }: Feed, block: Block): boolean {
    const key = this.host.publicKey(device)
    try {
      const { suite } = this.host
      return key !== undefined && isSigned(suite, key, id, block, foldBlock(suite, id, block))
    } catch (cause) {
      if (cause instanceof PeerFault) return false
      throw cause
    }
  }
}
