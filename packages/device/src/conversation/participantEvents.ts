/** What happened in a circle, as faces get to hear it. */
import { messageId, type ParticipantEvent, type TimelineMessage } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { DeviceEvent } from '../service.ts'
import { MAX_DELIVERY_EVENTS, TYPING_SHOWN_MS } from '../tuning.ts'
import { deliveryEvents, messageView } from '../views.ts'

type EventOf<T extends ParticipantEvent['type']> = Extract<ParticipantEvent, { type: T }>

/** Told elsewhere: faults once each, the roster with what follows from it. */
export type ToldEvent = Exclude<ParticipantEvent, { type: 'fault' | 'roster' }>

/** @param now milliseconds since 1970 */
export function participantEvents(circle: CircleRuntime, event: ToldEvent, now: number): DeviceEvent[] {
  switch (event.type) {
    case 'changes':
      return messageEvents(circle, event)
    case 'delivered':
      return deliveredEvents(circle, event)
    case 'own-devices':
      return [{ type: 'roster', circle: circle.id }]
    case 'typing':
      return typingEvents(circle, event, now)
    case 'unreadable':
      return [unreadableEvent(circle, event)]
    // Their conversations changed, which is told by itself.
    case 'own-state':
    case 'history':
    case 'missing':
      return []
  }
}

/** Each message that came or changed. */
function messageEvents(circle: CircleRuntime, { conversation, changes }: EventOf<'changes'>): DeviceEvent[] {
  const timeline = circle.participant.timeline(conversation)
  const events: DeviceEvent[] = []
  for (const change of changes) {
    if (change.kind !== 'added' && change.kind !== 'changed') continue
    const message = timeline.get(change.id)
    if (message === undefined) continue
    const type = change.kind === 'added' ? 'message' : 'message-changed'
    events.push({ type, message: messageView(circle, conversation, message) })
  }
  return events
}

/** The messages of one's own that a device now has, or has read. */
function deliveredEvents(circle: CircleRuntime, event: EventOf<'delivered'>): DeviceEvent[] {
  const timeline = circle.participant.timeline(event.conversation)
  const messages: TimelineMessage[] = []
  for (let seq = Math.max(event.from + 1, event.to - MAX_DELIVERY_EVENTS); seq <= event.to; seq++) {
    const message = timeline.get(messageId(event.feed, seq))
    if (message !== undefined) messages.push(message)
  }
  return deliveryEvents(circle, event.conversation, messages)
}

function typingEvents(
  { state }: CircleRuntime,
  { conversation, device }: EventOf<'typing'>,
  now: number,
): DeviceEvent[] {
  const member = state.devices.get(device)?.member
  if (member === undefined) return []
  const name = state.members.get(member)?.nickname
  const until = now + TYPING_SHOWN_MS
  return [{ type: 'typing', conversation, member, ...(name !== undefined && { name }), until }]
}

function unreadableEvent(circle: CircleRuntime, { count, device }: EventOf<'unreadable'>): DeviceEvent {
  return {
    type: 'fault',
    code: 'message-unreadable',
    message: `${count} messages came that were not sealed to this device.`,
    circle: circle.id,
    device,
  }
}
