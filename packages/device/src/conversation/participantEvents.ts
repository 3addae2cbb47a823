/** What happened in a circle, as faces get to hear it. */
import { messageId, type ParticipantEvent, type TimelineMessage } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { DeviceEvent } from '../service.ts'
import { MAX_DELIVERY_EVENTS } from '../tuning.ts'
import { deliveryEvents, messageView } from '../views.ts'

type EventOf<T extends ParticipantEvent['type']> = Extract<ParticipantEvent, { type: T }>

/** Each message that came or changed. */
export function messageEvents(
  circle: CircleRuntime,
  { conversation, changes }: EventOf<'changes'>,
): DeviceEvent[] {
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
export function deliveredEvents(circle: CircleRuntime, event: EventOf<'delivered'>): DeviceEvent[] {
  const timeline = circle.participant.timeline(event.conversation)
  const messages: TimelineMessage[] = []
  for (let seq = Math.max(event.from + 1, event.to - MAX_DELIVERY_EVENTS); seq <= event.to; seq++) {
    const message = timeline.get(messageId(event.feed, seq))
    if (message !== undefined) messages.push(message)
  }
  return deliveryEvents(circle, event.conversation, messages)
}
