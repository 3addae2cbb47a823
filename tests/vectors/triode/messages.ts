import {
  blobIdOf,
  encodeValue,
  LABEL,
  labelled,
  type Attachment,
  type ConversationId,
  type FeedId,
  type MemberId,
  type MessageId,
} from '@triode/core'
import { decodeContent, encodeContent, type Body } from '../../../packages/core/src/message/content.ts'
import { Order } from '../../../packages/core/src/message/order.ts'
import { codecCase, refusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, bob, filled, hybrid, idOf, NOW } from './cast.ts'

export const messages: Area = {
  name: 'messages',
  format: 'Plaintexts of messages',
  spec: ['11.1'],
  make: () => ({
    cases: BODIES.map(([name, body]) =>
      codecCase(name, { lamport: 12, at: NOW, body }, encodeContent, decodeContent),
    ),
    refused: refusals(),
  }),
}

const TARGET = idOf(20, 0x3c) as MessageId

const PARTS = { secret: filled(32, 1), size: 1_000, root: filled(32, 2) }
const FILE: Attachment = {
  kind: 'file',
  name: 'score.pdf',
  blob: { id: blobIdOf(hybrid, PARTS), ...PARTS },
  executable: false,
  mediaType: 'application/pdf',
}
const UNKNOWN: Attachment = { kind: 'unknown', fields: [9, 'a map'] }

const BODIES: readonly (readonly [name: string, body: Body])[] = [
  ['text', { kind: 'text', text: 'Grid, plate, cathode', mentions: [] }],
  ['text beyond ASCII', { kind: 'text', text: 'Käthe 🎷', mentions: [] }],
  [
    'text that answers, mentions and disappears',
    {
      kind: 'text',
      text: 'See you',
      replyTo: TARGET,
      mentions: [alice.member, bob.member] as MemberId[],
      expiresAfterMs: 60_000,
    },
  ],
  ['text with a file', { kind: 'text', text: 'The score', mentions: [], attachments: [FILE] }],
  ['files without a word', { kind: 'text', text: '', mentions: [], attachments: [FILE, UNKNOWN] }],
  ['reaction', { kind: 'reaction', target: TARGET, emoji: '👍', on: true }],
  ['reaction, taken back', { kind: 'reaction', target: TARGET, emoji: '👍', on: false }],
  ['edit', { kind: 'edit', target: TARGET, text: 'See you at nine', mentions: [] }],
  ['delete', { kind: 'delete', target: TARGET }],
  [
    'delete, with the word that the content is to go',
    { kind: 'delete', target: TARGET, erasures: [{ entry: TARGET, signature: filled(64, 9) }] },
  ],
  ['timer', { kind: 'timer', afterMs: 86_400_000 }],
  ['timer, never', { kind: 'timer', afterMs: null }],
  ['room name', { kind: 'room-name', name: 'Rehearsals' }],
  [
    'read marks',
    {
      kind: 'read-marks',
      conversation: idOf(16, 7) as ConversationId,
      whole: true,
      marks: [[idOf(16, 8) as FeedId, 5]],
    },
  ],
  [
    'draft',
    { kind: 'draft', conversation: idOf(16, 7) as ConversationId, text: 'See you at', replyTo: TARGET },
  ],
  ['draft, none any more', { kind: 'draft', conversation: idOf(16, 7) as ConversationId }],
  [
    'preferences',
    {
      kind: 'preferences',
      conversation: idOf(16, 7) as ConversationId,
      pinned: true,
      mutedUntil: NOW,
      archivedAt: filled(20, 3),
      markedUnread: false,
    },
  ],
  [
    'preferences, muted for good',
    {
      kind: 'preferences',
      conversation: idOf(16, 7) as ConversationId,
      pinned: false,
      mutedUntil: 'always',
      archivedAt: null,
      markedUnread: true,
    },
  ],
  ['device name', { kind: 'device-name', device: alice.device, name: 'Phone' }],
]

function refusals(): Refusal[] {
  const head = [1, 12, NOW] as const
  const bad: readonly [name: string, value: Parameters<typeof encodeValue>[0], code?: string][] = [
    ['Lamport counter 0', [1, 0, NOW, 5, 'a']],
    ['a Lamport counter beyond 2^52', [1, 2 ** 52 + 1, NOW, 5, 'a']],
    ['a time before 1970', [1, 12, -1, 5, 'a']],
    ['text of too many bytes', [...head, 0, 'é'.repeat(6_001), null, [], null], 'oversize'],
    ['65 mentions', [...head, 0, 'a', null, Array.from({ length: 65 }, () => filled(32, 1)), null]],
    ['a mention of 31 bytes', [...head, 0, 'a', null, [filled(31, 1)], null]],
    ['an empty list of attachments', [...head, 0, 'a', null, [], null, []]],
    ['17 attachments', [...head, 0, 'a', null, [], null, Array.from({ length: 17 }, () => [9])]],
    ['a message id of 19 bytes', [...head, 3, filled(19, 1)]],
    ['a reaction without an emoji', [...head, 1, filled(20, 1), '', true]],
    ['a time to disappear below a second', [...head, 4, 999]],
    ['a room without a name', [...head, 5, '']],
    ['a field too many', [...head, 5, 'a', 0]],
    ['a field too few', [...head, 1, filled(20, 1), 'a']],
  ]
  return bad.map(([name, value, code = 'malformed']) =>
    refusal(name, encodeValue(value), `PeerFault ${code}`, decodeContent),
  )
}

export const order: Area = {
  name: 'order',
  format: 'Positions of entries in a conversation',
  spec: ['11.3'],
  suite: 'hybrid',
  about: 'Positions are compared as bytes.',
  make: () => ({ cases: [1, 7, 8, 0xffff_fff0].map(positionOf) }),
}

function positionOf(seq: number): Case {
  const secret = filled(32, 0xc5)
  const orderKey = hybrid.expand(secret, labelled(LABEL.orderKey), 32)
  const feed = idOf(16, 8) as FeedId
  const lamport = seq * 3
  return {
    name: `entry ${seq}`,
    input: { orderKey: orderKey.toHex(), feed, seq, lamport },
    expected: { position: new Order(hybrid, orderKey).position(feed, seq, lamport).toHex() },
  }
}
