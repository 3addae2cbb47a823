/** How far a message has got, as far as one device knows (spec §11.6). */
import type { DeviceId, FeedId, MemberId } from '../id.ts'
import { deliveryOf, type Delivery } from '../message/delivery.ts'
import type { Membership } from './membership.ts'
import type { OpenConversation } from './openConversation.ts'

interface Observer {
  readonly self: DeviceId
  readonly member: MemberId
  readonly membership: Membership
}

export function ownDelivery(
  { id, delivered, sealedSince, feeds }: OpenConversation,
  { self, member: me, membership }: Observer,
  { feed, seq, member }: { readonly feed: FeedId; readonly seq: number; readonly member: MemberId },
): Delivery {
  // Another device's; unless it is here, the message was handed over, and to whom it was sealed is not known.
  const known = feeds.get(feed)
  const isHere = known?.device !== self
  const isSealedTo = (device: DeviceId): boolean => sealedSince.includes(feed, seq, device)
  const recipients = membership.recipients(id).filter(({ devices }) => known && devices.some(isSealedTo))
  // Who was not sealed to may stand beyond a message that it never got (spec §9.6).
  const holders = delivered.devicesWith(feed).filter(isSealedTo)
  return deliveryOf({
    feed,
    seq,
    author: member,
    me,
    recipients,
    holders: [self, ...membership.ownOtherDevices(), ...holders],
    deliveredUpTo: (device) => (device === self && isHere ? seq : delivered.of(feed, device).seq),
    readUpTo: (device) => delivered.of(feed, device).read,
  })
}
