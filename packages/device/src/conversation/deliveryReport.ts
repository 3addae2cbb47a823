/** Who has one message of one's own, who read it and when, and for whom it waits (spec §11.6), in the shape that faces get. */
import { CallerFault, type DeviceDelivery, type TimelineMessage } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { FoundConversation } from '../resolve.ts'
import type { DeliveryReport, DeliveryTo, FileView, HolderView, RecipientView } from '../service.ts'

/** @throws CallerFault 'not-allowed' */
export function deliveryReport(
  { circle, conversation }: FoundConversation,
  message: TimelineMessage,
  isUp: (device: string) => boolean,
  files: readonly FileView[],
): DeliveryReport {
  if (message.member !== circle.member) throw notYours()
  const { participant } = circle
  const detail = participant.deliveryDetail(conversation.id, message)
  const recipients = detail.recipients.map(({ member, devices }): RecipientView => {
    const views = devices.map((device) => deviceView(circle, device, isUp))
    return { ...named(circle, member), ...together(devices), devices: views }
  })
  const holders = detail.holders.map((device): HolderView => {
    const member = circle.state.devices.get(device.device)?.member
    return {
      ...deviceView(circle, device, isUp),
      ...(member !== undefined && {
        ...named(circle, member),
        role: circle.state.members.get(member)?.role ?? '',
      }),
      own: member === circle.member,
    }
  })
  const { state, delivered, read } = participant.delivery(conversation.id, message)
  const told = { recipients, holders, files: [...files] }
  return { id: message.id, conversation: conversation.id, state, delivered, read, ...told }
}

function named(
  circle: CircleRuntime,
  member: RecipientView['member'],
): Pick<RecipientView, 'member' | 'name'> {
  const name = circle.state.members.get(member)?.nickname
  return { member, ...(name !== undefined && { name }) }
}

/** A member is where the device is that is furthest, since the first one was. */
function together(devices: readonly DeviceDelivery[]): Omit<DeliveryTo, 'why'> {
  const has = devices.filter(({ state }) => state !== 'waiting')
  const reads = devices.filter(({ state }) => state === 'read')
  const state = reads.length > 0 ? 'read' : has.length > 0 ? 'delivered' : 'waiting'
  return times(state, {
    deliveredAt: earliest(has.map(({ deliveredAt }) => deliveredAt)),
    readAt: earliest(reads.map(({ readAt }) => readAt)),
  })
}

/** Of several of which one is not known, the first is not either. */
function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined)
  return known.length === 0 || known.length < times.length ? undefined : Math.min(...known)
}

function deviceView(circle: CircleRuntime, one: DeviceDelivery, isUp: (device: string) => boolean) {
  const { device, state } = one
  const online = isUp(device)
  const seenAt = circle.lastSeen.of(device)
  return {
    device,
    ...times(state, one),
    online,
    ...(!online && seenAt !== undefined && { seenAt }),
    ...(state === 'waiting' && { why: whyOf(online, seenAt) }),
  }
}

function whyOf(online: boolean, seenAt: number | undefined): NonNullable<DeliveryTo['why']> {
  if (online) return 'on-its-way'
  return seenAt === undefined ? 'never-met' : 'away'
}

function times(
  state: DeliveryTo['state'],
  { deliveredAt, readAt }: Pick<DeviceDelivery, 'deliveredAt' | 'readAt'>,
): Omit<DeliveryTo, 'why'> {
  return {
    state,
    ...(deliveredAt !== undefined && { deliveredAt }),
    ...(readAt !== undefined && { readAt }),
  }
}

function notYours(): CallerFault {
  return new CallerFault('not-allowed', {
    message: 'Somebody else wrote that: who has it is known to its author.',
    remedy: 'Choose a message of yours.',
  })
}
