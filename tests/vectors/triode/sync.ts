import {
  base32,
  decodeFrame,
  encodeContent,
  encodeFrame,
  encodeValue,
  frameLength,
  FrameSplitter,
  fromBase32,
  MAX_FRAME_BYTES,
  type BlobId,
  type ConversationId,
  type DeviceId,
  type DropHandle,
  type DropTag,
  type FeedId,
  type Frame,
  type FrameType,
  type HandedMessage,
  type HistoryPage,
  type ShortDeviceId,
} from '@triode/core'
import { acknowledgementStatement } from '../../../packages/core/src/sync/ackStatement.ts'
import assert from 'node:assert/strict'
import { codecCase, refusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, bob, cardOf, filled, hybrid, idOf, NOW, smallLog } from './cast.ts'
import { blocks } from './feeds.ts'

const HASH_BYTES = 32
const CONVERSATION = idOf(16, 7) as ConversationId
const FEED = idOf(16, 8) as FeedId
const decode = (bytes: Uint8Array): Frame => decodeFrame(bytes, HASH_BYTES)

export const sync: Area = {
  name: 'sync',
  format: 'Frames of the sync stream',
  spec: ['10.1', '10.2'],
  suite: 'hybrid',
  make: () => ({
    cases: [
      ...all().map((frame, at) => codecCase(`${at}: ${frame.type}`, frame, encodeFrame, decode)),
      stream(),
    ],
    refused: refusals(),
  }),
}

function all(): Frame[] {
  const given = frames()
  assert.deepEqual(missingTypes(given), [], 'types without a frame')
  return given
}

/** One of each type, and every block of the area `feeds`. */
function frames(): Frame[] {
  const place = { conversation: CONVERSATION, feed: FEED }
  const { log } = smallLog()
  const position = { device: alice.device, incarnation: filled(8, 1), seq: 5, read: 4 }
  const envelope = {
    tag: filled(8, 1),
    generation: 3,
    previous: 0,
    enc: filled(32, 2),
    ciphertext: filled(48, 3),
  }
  return [
    { type: 'hello', version: 1, cards: filled(32, 1) },
    { type: 'log-heads', heads: [filled(32, 1)], locator: [filled(32, 1), filled(32, 2)] },
    { type: 'log-entries', entries: log.allBytes().slice(0, 1) },
    {
      type: 'card-versions',
      versions: [
        [alice.device, 7, filled(8, 1)],
        [bob.device, 1, filled(8, 2)],
      ],
    },
    { type: 'cards', cards: [cardOf(alice)] },
    {
      type: 'card-news',
      notices: [
        { device: shortOf(alice.device), generation: 0xffff_ffff, tag: filled(8, 1) },
        { device: shortOf(bob.device), generation: 1, tag: filled(8, 2) },
      ],
    },
    { type: 'card-request', devices: [shortOf(alice.device), shortOf(bob.device)] },
    { type: 'have', conversation: CONVERSATION, positions: [position] },
    { type: 'have-request', conversation: CONVERSATION },
    { type: 'want', ...place, from: 1, readable: true },
    ...blocks().map(
      (block) =>
        ({
          type: 'block',
          conversation: CONVERSATION,
          device: alice.device,
          incarnation: filled(8, 1),
          block,
        }) as const,
    ),
    { type: 'envelopes', ...place, epoch: 1, envelopes: [envelope] },
    { type: 'nothing', ...place, from: 3 },
    {
      type: 'acknowledgements',
      conversation: CONVERSATION,
      acknowledgements: [{ feed: FEED, device: bob.device, seq: 5, read: 4, signature: filled(64, 9) }],
    },
    { type: 'typing', conversation: CONVERSATION },
    { type: 'acknowledgement-request', ...place, at: NOW },
    { type: 'history-request', conversation: CONVERSATION, before: undefined },
    { type: 'history-request', conversation: CONVERSATION, before: filled(20, 2) },
    { type: 'history', conversation: CONVERSATION, before: filled(20, 2), page: historyPage() },
    { type: 'links', links: [] },
    {
      type: 'links',
      links: [
        { device: alice.device, channel: 'lan', via: undefined, tripStep: 0 },
        { device: bob.device, channel: 'forward', via: alice.device, tripStep: undefined },
      ],
    },
    { type: 'names-request' },
    { type: 'names', key: filled(32, 12) },
    ...keepingFrames(),
  ]
}

function keepingFrames(): Frame[] {
  const tag = idOf(16, 9) as DropTag
  const handle = idOf(16, 10) as DropHandle
  const blob = idOf(16, 11) as BlobId
  const sealed = { generation: 3, enc: filled(32, 2), ciphertext: filled(104, 3) }
  return [
    { type: 'keeper-terms', holdHours: 336, memberBytes: 1_073_741_824, fileBytes: 268_435_456 },
    { type: 'drops', handles: [handle] },
    { type: 'kept', drops: [{ handle, first: 3, next: 6, notices: filled(8, 4), hasRoom: true }] },
    { type: 'notices', notices: [{ tag, device: bob.device, ...sealed }] },
    { type: 'box', tag, from: 3, last: 5, part: 0, final: true, bytes: filled(60, 5) },
    { type: 'release', handle, upTo: 5 },
    { type: 'release', handle, upTo: 0xffff_ffff },
    { type: 'offers', offers: [{ tag, generation: 3, next: 6 }] },
    { type: 'notices-request', tags: [tag] },
    { type: 'collect', tag, from: 3 },
    { type: 'collected', tag, next: 6 },
    { type: 'blobs', handle, blobs: [{ length: 1_048_576, root: filled(32, 6) }] },
    { type: 'blobs-kept', handle, blobs: [[blob, 1]] },
    { type: 'blob-offers', blobs: [blob] },
    { type: 'slip', device: bob.device, ...sealed },
    {
      type: 'completes',
      conversation: CONVERSATION,
      completes: [{ blob, device: bob.device, signature: filled(64, 8) }],
    },
    { type: 'slip-taken', device: bob.device, digest: filled(8, 7) },
  ]
}

function historyPage(): HistoryPage {
  const body = { kind: 'text', text: 'from before', mentions: [] } as const
  const message: HandedMessage = {
    author: 0,
    seq: 7,
    receivedAt: NOW,
    expiresAt: undefined,
    unread: false,
    deleted: false,
    by: undefined,
    content: encodeContent({ lamport: 1, at: NOW, body }),
    edit: undefined,
    reactions: [],
  }
  const amended: HandedMessage = {
    ...message,
    seq: 6,
    expiresAt: NOW + 60_000,
    unread: true,
    by: bob.device,
    edit: { position: filled(20, 3), feed: FEED, seq: 9, at: NOW },
    reactions: [{ member: bob.member, emoji: '+', on: true, position: filled(20, 4) }],
  }
  return {
    authors: [{ device: alice.device, incarnation: filled(8, 1) }],
    messages: [message, amended],
    next: filled(20, 1),
    whole: false,
  }
}

function stream(): Case {
  const sent = [
    encodeFrame({ type: 'typing', conversation: CONVERSATION }),
    encodeFrame({ type: 'have-request', conversation: CONVERSATION }),
  ]
  const bytes = Buffer.concat(sent.flatMap((frame) => [frameLength(frame.length), frame]))
  assert.deepEqual(
    new FrameSplitter().push(bytes).map((frame) => frame.toHex()),
    sent.map((frame) => frame.toHex()),
  )
  return {
    name: 'two frames on a stream',
    input: { frames: sent.map((frame) => frame.toHex()) },
    expected: { stream: bytes.toHex() },
  }
}

/** As cards are told of: the first 10 bytes. */
const shortOf = (device: DeviceId): ShortDeviceId => base32(fromBase32(device).slice(0, 10)) as ShortDeviceId

/** Types without a frame above: none. */
function missingTypes(given: readonly Frame[]): string[] {
  const all = Object.keys(EVERY_TYPE)
  return all.filter((type) => !given.some((frame) => frame.type === type))
}

/** A new type does not compile until it stands here, and the area is not made until it has a frame. */
const EVERY_TYPE: { readonly [T in FrameType]: true } = {
  hello: true,
  'log-heads': true,
  'log-entries': true,
  'card-versions': true,
  cards: true,
  'card-news': true,
  'card-request': true,
  have: true,
  'have-request': true,
  want: true,
  block: true,
  envelopes: true,
  nothing: true,
  acknowledgements: true,
  typing: true,
  'acknowledgement-request': true,
  'history-request': true,
  history: true,
  links: true,
  'names-request': true,
  names: true,
  'keeper-terms': true,
  drops: true,
  kept: true,
  notices: true,
  box: true,
  release: true,
  offers: true,
  'notices-request': true,
  collect: true,
  collected: true,
  blobs: true,
  'blobs-kept': true,
  'blob-offers': true,
  slip: true,
  'slip-taken': true,
  completes: true,
}

function refusals(): Refusal[] {
  const [conversation, feed] = [filled(16, 7), filled(16, 8)]
  const bad: readonly [name: string, value: Parameters<typeof encodeValue>[0], code?: string][] = [
    ['a type that does not exist', [200], 'frame-unknown'],
    ['no type', []],
    ['a type that is text', ['hello']],
    ['a field too many', [12, conversation, 0]],
    ['a field too few', [12]],
    ['a conversation id of 15 bytes', [12, filled(15, 7)]],
    ['a position before the first', [7, conversation, feed, 0, true]],
    ['a truth that is a number', [7, conversation, feed, 1, 1]],
    ['a head of another length', [1, [filled(31, 1)], []]],
    ['65 entries of the log', [2, Array.from({ length: 65 }, () => filled(1, 1))]],
    ['65 cards', [4, Array.from({ length: 65 }, () => filled(1, 1))]],
    ['news of 1,025 cards', [33, Array.from({ length: 1_025 }, () => [filled(10, 1), 1, filled(8, 1)])]],
    ['news of a device with 9 bytes', [33, [[filled(9, 1), 1, filled(8, 1)]]]],
    ['news of a generation beyond the last', [33, [[filled(10, 1), 0x1_0000_0000, filled(8, 1)]]]],
    ['news with a tag of 7 bytes', [33, [[filled(10, 1), 1, filled(7, 1)]]]],
    ['news of a card twice in one', [33, [[filled(10, 1), 1, filled(8, 1), 2, filled(8, 2)]]]],
    ['a request of 1,025 cards', [34, Array.from({ length: 1_025 }, () => filled(10, 1))]],
    ['a request of a device with 32 bytes', [34, [filled(32, 1)]]],
    ['a request for names that says more', [35, filled(32, 12)]],
    ['names without a key', [36]],
    ['a names key of 31 bytes', [36, filled(31, 12)]],
    ['a names key of a cipher of another length', [36, filled(48, 12)]],
    ['two names keys', [36, filled(32, 12), filled(32, 13)]],
    ['257 links', [26, Array.from({ length: 257 }, (_, n) => [filled(32, n), 'lan', null, null])]],
    ['two links to one device', [26, [1, 2].map(() => [filled(32, 1), 'lan', null, null])]],
    ['a channel with a space', [26, [[filled(32, 1), 'lan party', null, null]]]],
    ['a channel of 17 letters', [26, [[filled(32, 1), 'a'.repeat(17), null, null]]]],
    ['a round trip beyond the longest', [26, [[filled(32, 1), 'lan', null, 16]]]],
    ['401 envelopes', [9, conversation, feed, 1, Array.from({ length: 401 }, () => [])]],
  ]
  const announced = Uint8Array.fromHex((MAX_FRAME_BYTES + 1).toString(16).padStart(8, '0'))
  return [
    ...bad.map(([name, value, code = 'malformed']) =>
      refusal(name, encodeValue(value), `PeerFault ${code}`, decode),
    ),
    refusal('a stream that announces too long a frame', announced, 'PeerFault oversize', (bytes) =>
      new FrameSplitter().push(bytes),
    ),
  ]
}

export const acknowledgements: Area = {
  name: 'acknowledgements',
  format: 'What a reader signs to acknowledge',
  spec: ['10.5'],
  suite: 'hybrid',
  about: 'Signed with the Ed25519 key of the seed.',
  make: () => ({ cases: [acknowledged(5, 4), acknowledged(0xffff_fff0, 0)] }),
}

function acknowledged(seq: number, read: number): Case {
  const fields = { feed: FEED, device: bob.device, seq, read }
  const statement = acknowledgementStatement(CONVERSATION, fields)
  const signature = bob.signing.sign(statement)
  assert.ok(hybrid.signing.verifier(bob.signing.publicKey).verify(statement, signature))
  return {
    name: `everything up to ${seq}, read up to ${read}`,
    input: { conversation: CONVERSATION, ...fields, seed: bob.seed.toHex() },
    expected: { signed: statement.toHex(), signature: signature.toHex() },
  }
}
