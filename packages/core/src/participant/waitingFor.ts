/** What of this device's own another does not have yet, as far as is known here. */
import type { ConversationId, DeviceId } from '../id.ts'
import type { Membership } from './membership.ts'
import type { OpenConversation } from './openConversation.ts'

/** @returns entries of this device's present feeds that were sealed to `device`, and that it has not said it has */
export function waitingFor(
  membership: Membership,
  conversation: (id: ConversationId) => OpenConversation,
  device: DeviceId,
): number {
  const shared = membership.conversations().filter((id) => membership.mayRead(device, id))
  return shared.reduce((sum, id) => {
    const { feeds, delivered, sealedSince } = conversation(id)
    const own = feeds.storedOwnFeed()
    if (own === undefined) return sum
    const { seq } = delivered.of(own.id, device)
    const from = seq + 1
    // Where a key epoch begins nobody said anything.
    const begun = [...feeds.epochs(own.id).startsFrom(from)].filter((start) =>
      sealedSince.includes(own.id, start.seq, device),
    )
    return sum + sealedSince.count(own.id, { from, to: own.head.seq }, device) - begun.length
  }, 0)
}
