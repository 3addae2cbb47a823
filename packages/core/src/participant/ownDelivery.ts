/** How far a message has got, as far as one device knows (spec §11.6). */
import type { DeviceId, FeedId, MemberId } from '../id.ts'
import { deliveryOf, type Delivery, type Recipient } from '../message/delivery.ts'
import type { Membership } from './membership.ts'
import type { OpenConversation } from './openConversation.ts'

export interface DeliveryObserver {
  readonly self: DeviceId
  readonly member: MemberId
  readonly membership: Membership
}

export interface MessagePlace {
  readonly feed: FeedId
  readonly seq: number
  readonly member: MemberId
}

export function ownDelivery(
  conversation: OpenConversation,
  observer: DeliveryObserver,
  message: MessagePlace,
): Delivery {
  const { delivered, feeds } = conversation
  const { self, member: me } = observer
  const { feed, seq, member } = message
  const isHere = feeds.get(feed)?.device !== self
  const { recipients, isSealedTo } = sealedRecipients(conversation, observer, message)
  const keepers = new Set(keepersWith(conversation, observer, feed))
  const hasUpTo = (device: DeviceId): number => {
    const asReader = delivered.of(feed, device).seq
    if (!keepers.has(device)) return asReader
    return Math.max(conversation.held.of(feed, device).seq, isSealedTo(device) ? asReader : 0)
  }
  return deliveryOf({
    feed,
    seq,
    author: member,
    me,
    recipients,
    holders: [self, ...sealedHolders(conversation, observer, feed, isSealedTo), ...keepers],
    deliveredUpTo: (device) => (device === self && isHere ? seq : hasUpTo(device)),
    readUpTo: (device) => delivered.of(feed, device).read,
  })
}

/**
 * Members that a message was sealed to, with those of their devices that it was sealed to: a further one that came later may stand beyond
 * it without having it. Of another device's message that was handed over that is not known: to nobody, as far as is known here.
 */
export function sealedRecipients(
  { id, sealedSince, feeds }: OpenConversation,
  { membership }: DeliveryObserver,
  { feed, seq }: MessagePlace,
): { readonly recipients: readonly Recipient[]; readonly isSealedTo: (device: DeviceId) => boolean } {
  const isSealedTo = (device: DeviceId): boolean => sealedSince.includes(feed, seq, device)
  const all = feeds.get(feed) === undefined ? [] : membership.recipients(id)
  const recipients = all
    .map(({ member, devices }) => ({ member, devices: devices.filter(isSealedTo) }))
    .filter(({ devices }) => devices.length > 0)
  return { recipients, isSealedTo }
}

/**
 * Further devices that may have a message as readers: its author, and whom it was sealed to. Others may stand beyond it and never got it
 * (spec §9.6), those of one's own that came later among them.
 */
export function sealedHolders(
  { delivered, feeds }: OpenConversation,
  { membership }: DeliveryObserver,
  feed: FeedId,
  isSealedTo: (device: DeviceId) => boolean,
): readonly DeviceId[] {
  const author = feeds.get(feed)?.device
  const all = new Set([...membership.ownOtherDevices(), ...delivered.devicesWith(feed)])
  return [...all].filter((device) => device === author || isSealedTo(device))
}

/** Devices that hold some of `feed` as keepers, and are such: who may read again gave up what it held (spec §16.4). */
export function keepersWith(
  { held }: OpenConversation,
  { membership }: DeliveryObserver,
  feed: FeedId,
): readonly DeviceId[] {
  return held.devicesWith(feed).filter((device) => membership.isKeeper?.(device) === true)
}
