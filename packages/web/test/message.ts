/** Messages for tests. */
import type { Message } from '@triode/api'

/** The message of that number, from Bob, a minute after the one before. */
export function message(index: number, given: Partial<Message> = {}): Message {
  return {
    id: `m${index}`,
    conversation: 'room',
    circle: 'circle',
    kind: 'text',
    from: 'bob',
    fromName: 'Bob',
    device: 'bobs',
    at: 1_700_000_000_000 + index * 60_000,
    receivedAt: 1_700_000_000_000 + index * 60_000,
    text: `Message ${index}`,
    files: [],
    state: 'received',
    delivered: { count: 0, of: 0 },
    read: { count: 0, of: 0 },
    deleted: false,
    reactions: [],
    mentions: [],
    ...given,
  }
}
