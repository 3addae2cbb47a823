/** Message ids (spec §2): base32 of feed id (16 bytes) and sequence number (u32, big-endian). */
import { base32, fromBase32 } from '../base32.ts'
import { CallerFault } from '../fault.ts'
import type { FeedId, MessageId } from '../id.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const MESSAGE_ID = /^[a-z2-7]{32}$/
/** Letters of a feed id that hold its bits alone; the next letter holds the last three of them. */
const WHOLE_LETTERS = 25

/** Letter by letter rather than by way of bytes: this runs once a message in a catch-up. */
export function messageId(feed: FeedId, seq: number): MessageId {
  const lastBits = ALPHABET.indexOf(feed.charAt(WHOLE_LETTERS))
  let id = feed.slice(0, WHOLE_LETTERS) + ALPHABET.charAt(lastBits | (seq >>> 30))
  for (let shift = 25; shift >= 0; shift -= 5) id += ALPHABET.charAt((seq >>> shift) & 31)
  return id as MessageId
}

/** @throws CallerFault 'message-id-malformed' */
export function parseMessageId(id: string): { feed: FeedId; seq: number } {
  if (!MESSAGE_ID.test(id)) {
    throw new CallerFault('message-id-malformed', {
      message: 'This is not the id of a message.',
      remedy: 'Copy the whole id: it has 32 letters and digits.',
    })
  }
  const shared = ALPHABET.indexOf(id.charAt(WHOLE_LETTERS))
  let seq = shared & 3
  for (let at = WHOLE_LETTERS + 1; at < id.length; at++) seq = seq * 32 + ALPHABET.indexOf(id.charAt(at))
  return { feed: (id.slice(0, WHOLE_LETTERS) + ALPHABET.charAt(shared & 28)) as FeedId, seq }
}

/** The 20 bytes of an id, as they travel. @throws CallerFault 'message-id-malformed' */
export function messageIdBytes(id: string): Uint8Array {
  if (!MESSAGE_ID.test(id)) parseMessageId(id)
  return fromBase32(id)
}

/** `bytes`: 20 of them. */
export function messageIdOf(bytes: Uint8Array): MessageId {
  return base32(bytes) as MessageId
}
