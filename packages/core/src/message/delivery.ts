/** Where a message has got to, from the receipts of devices (spec §11.6). Pure. */
import type { DeviceId, FeedId, MemberId } from '../id.ts'

export const DELIVERY = {
  /** On no other device. */
  queued: 'queued',
  /** On some other device, but not on one of every recipient. */
  held: 'held',
  /** On a device of every recipient. */
  delivered: 'delivered',
  /** Every recipient has read it. */
  read: 'read',
  /** Someone else's. */
  received: 'received',
} as const
export type DeliveryState = (typeof DELIVERY)[keyof typeof DELIVERY]

export interface Recipient {
  readonly member: MemberId
  readonly devices: readonly DeviceId[]
}

export interface DeliveryInput {
  readonly feed: FeedId
  readonly seq: number
  readonly author: MemberId
  /** Oneself. */
  readonly me: MemberId
  /** Who may read the conversation; the author is left out if among them. */
  readonly recipients: readonly Recipient[]
  /** Other devices that may hold it: keepers, the author's further ones, and those that are in the circle no more. */
  readonly holders?: readonly DeviceId[]
  /** The highest sequence number up to which `device` has stored `feed`; 0 for none. */
  deliveredUpTo(device: DeviceId, feed: FeedId): number
  /** The highest sequence number up to which `device` has read `feed`; 0 for none. */
  readUpTo(device: DeviceId, feed: FeedId): number
}

/** Members counted, of all recipients. */
export interface DeliveryTally {
  readonly count: number
  readonly of: number
}

export interface Delivery {
  readonly state: DeliveryState
  readonly delivered: DeliveryTally
  readonly read: DeliveryTally
}

const NOBODY: DeliveryTally = { count: 0, of: 0 }

/** Counted by member: a member has a message when any of its devices has it; having read it includes having it. */
export function deliveryOf(input: DeliveryInput): Delivery {
  if (input.author !== input.me) return { state: DELIVERY.received, delivered: NOBODY, read: NOBODY }
  const { feed, seq } = input
  const hasRead = (device: DeviceId): boolean => input.readUpTo(device, feed) >= seq
  const has = (device: DeviceId): boolean => input.deliveredUpTo(device, feed) >= seq || hasRead(device)
  let [of, delivered, read] = [0, 0, 0]
  for (const { member, devices } of input.recipients) {
    if (member === input.author) continue
    of++
    if (devices.some(has)) delivered++
    if (devices.some(hasRead)) read++
  }
  const elsewhere = delivered > 0 || (input.holders ?? []).some(has)
  const state = stateOf(of, delivered, read, elsewhere)
  return { state, delivered: { count: delivered, of }, read: { count: read, of } }
}

/** Without recipients (notes to oneself; or they all left) a further device of one's own is the destination. */
function stateOf(of: number, delivered: number, read: number, elsewhere: boolean): DeliveryState {
  if (!elsewhere) return DELIVERY.queued
  if (delivered < of) return DELIVERY.held
  return read === of && of > 0 ? DELIVERY.read : DELIVERY.delivered
}
