/** Who has a message of one's own, who read it and since when, device by device, as far as this device knows (spec §11.6). */
import type { DeviceId, MemberId } from '../id.ts'
import type { Heard } from './delivered.ts'
import type { OpenConversation } from './openConversation.ts'
import {
  keepersWith,
  sealedHolders,
  sealedRecipients,
  type DeliveryObserver,
  type MessagePlace,
} from './ownDelivery.ts'

export interface DeviceDelivery extends Heard {
  readonly device: DeviceId
  readonly state: 'waiting' | 'delivered' | 'read'
}

export interface DeliveryDetail {
  /** Whom it was sealed to, with those of their devices that can open it. */
  readonly recipients: readonly { readonly member: MemberId; readonly devices: readonly DeviceDelivery[] }[]
  /** Further devices that have it: keepers, one's own, and some that are out. */
  readonly holders: readonly DeviceDelivery[]
}

export function deliveryDetail(
  conversation: OpenConversation,
  observer: DeliveryObserver,
  message: MessagePlace,
): DeliveryDetail {
  const { delivered, held, feeds } = conversation
  const { self } = observer
  const { feed, seq } = message
  const isHere = feeds.get(feed)?.device !== self
  const standingOf = (device: DeviceId): DeviceDelivery => {
    const { seq: has, read } = delivered.of(feed, device)
    const stored = has >= seq || (device === self && isHere)
    const state = read >= seq ? 'read' : stored ? 'delivered' : 'waiting'
    return { device, state, ...delivered.heard(feed, device, seq) }
  }
  const heldAt = (device: DeviceId): DeviceDelivery => {
    const state = held.of(feed, device).seq >= seq ? 'delivered' : 'waiting'
    return { device, state, ...held.heard(feed, device, seq) }
  }
  const { recipients, isSealedTo } = sealedRecipients(conversation, observer, message)
  const others = recipients.filter(({ member }) => member !== message.member)
  const shown = others.map(({ member, devices }) => ({
    member,
    devices: devices.map(standingOf),
  }))
  const known = new Set(others.flatMap(({ devices }) => devices))
  const keepers = keepersWith(conversation, observer, feed)
  const further = [...new Set([...sealedHolders(conversation, observer, feed, isSealedTo), ...keepers])]
  const holders = further
    .filter((device) => device !== self && !known.has(device))
    .map((device) => {
      const standing = standingOf(device)
      return standing.state === 'waiting' && keepers.includes(device) ? heldAt(device) : standing
    })
    .filter(({ state }) => state !== 'waiting')
  return { recipients: shown, holders }
}
