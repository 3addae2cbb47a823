/** Messages: what is sent, and what is kept. */
import {
  base32,
  CallerFault,
  encodeValue,
  fromBase32,
  IntegrityFault,
  parseMessageId,
  PeerFault,
  type FeedId,
} from '@triode/core'
import { Authors } from '../../../packages/core/src/message/authors.ts'
import {
  decodeContent,
  tryDecodeContent,
  uncheckedContent,
} from '../../../packages/core/src/message/content.ts'
import { Counters } from '../../../packages/core/src/message/counters.ts'
import { readDraft, writeDraft } from '../../../packages/core/src/message/draft.ts'
import { Expiries } from '../../../packages/core/src/message/expiries.ts'
import { messageId } from '../../../packages/core/src/message/messageId.ts'
import { Pending } from '../../../packages/core/src/message/pending.ts'
import { readPreferences, writePreferences } from '../../../packages/core/src/message/preferences.ts'
import { Places } from '../../../packages/core/src/message/places.ts'
import { decodeRow, encodeRow } from '../../../packages/core/src/message/row.ts'
import { readUnsentEdit, writeUnsentEdit } from '../../../packages/core/src/message/unsentEdit.ts'
import { alice, filled, idOf, NOW } from '../../vectors/triode/cast.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { target, textTarget, type Target } from '../target.ts'
import { plantedStore, valuesOf } from './planted.ts'

const FEED = idOf(16, 8) as FeedId
const POSITION = filled(20, 1)
const ROW = {
  feed: FEED,
  feedBytes: filled(16, 8),
  seq: 5,
  receivedAt: NOW,
  late: 0,
  expiresAt: undefined,
  deleted: false,
  content: uncheckedContent({ lamport: 1, at: NOW, body: { kind: 'text', text: 'a', mentions: [] } }),
  edit: { position: POSITION, feed: FEED, seq: 6, at: NOW },
  reactions: [{ member: alice.member, emoji: '👍', on: true, position: POSITION }],
}
const PREFERENCES = {
  pinned: true,
  mutedUntil: null,
  archivedAt: POSITION,
  markedUnread: false,
  archivedHere: true,
}
const map = (input: Uint8Array) => plantedStore(input).map('')

export const messageTargets: readonly Target[] = [
  target({
    name: 'content',
    covers: [
      'core/message/content.ts decodeContent',
      'core/message/content.ts tryDecodeContent',
      'core/message/attachments.ts readAttachments',
      'core/message/ownStateBody.ts readOwnState',
    ],
    faults: [PeerFault],
    seeds: () => bytesIn('messages', 'bytes'),
    decode: (input) => {
      tryDecodeContent(input)
      return { input, content: decodeContent(input) }
    },
    // What a later version may say is not understood, and not written again.
    encode: ({ input, content }) => (content.body.kind === 'unknown' ? input : uncheckedContent(content)),
  }),
  textTarget({
    name: 'message-id',
    covers: ['core/message/messageId.ts parseMessageId'],
    faults: [CallerFault],
    seeds: () => [messageId(FEED, 5), messageId(FEED, 0xffff_fff0)],
    words: ['a', '7', '2'],
    decode: (text) => ({ text, ...parseMessageId(text) }),
    format: ({ feed, seq }) => messageId(feed, seq),
  }),
  target({
    name: 'stored-row',
    covers: ['core/message/row.ts decodeRow'],
    faults: [IntegrityFault],
    seeds: () => [encodeRow(ROW), encodeRow({ ...ROW, edit: undefined, reactions: [] })],
    decode: decodeRow,
  }),
  target({
    name: 'stored-draft',
    covers: ['core/message/draft.ts readDraft'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) => writeDraft(store.map(''), { text: 'begun', replyTo: messageId(FEED, 5) })),
    decode: (input) => readDraft(map(input)),
  }),
  target({
    name: 'stored-unsent-edit',
    covers: ['core/message/unsentEdit.ts readUnsentEdit'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) => {
        writeUnsentEdit(store.map(''), { message: messageId(FEED, 5), text: 'begun' })
      }),
    decode: (input) => readUnsentEdit(map(input)),
  }),
  target({
    name: 'stored-preferences',
    covers: ['core/message/preferences.ts readPreferences'],
    faults: [IntegrityFault],
    seeds: () =>
      [{ ...PREFERENCES, mutedUntil: NOW }, PREFERENCES].flatMap((preferences) =>
        valuesOf((store) => {
          writePreferences(store.map(''), preferences)
        }),
      ),
    decode: (input) => readPreferences(map(input)),
  }),
  target({
    name: 'stored-author',
    covers: ['core/message/authors.ts'],
    faults: [IntegrityFault],
    seeds: () =>
      [0, 16].map((length) =>
        encodeValue([fromBase32(alice.device), fromBase32(alice.member), filled(length, 7)]),
      ),
    decode: (input) => new Authors(map(input)).of(FEED),
    encode: ({ device, member, incarnation }) =>
      encodeValue([fromBase32(device), fromBase32(member), incarnation]),
  }),
  target({
    name: 'stored-counters',
    covers: ['core/message/counters.ts'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([9, POSITION, 1, 0, 1, [[filled(16, 8), 5]], [60_000, POSITION], ['Room', POSITION]]),
    ],
    decode: (input) => new Counters(map(input)).state,
  }),
  target({
    name: 'stored-expiries',
    covers: ['core/message/expiries.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([[0, NOW]]), encodeValue([])],
    decode: (input) => new Expiries(map(input), 'expiries').earliest(),
  }),
  target({
    name: 'stored-expiry-chunk',
    covers: [],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([[NOW, POSITION]])],
    decode: (input) => {
      const list = encodeValue([[0, NOW]])
      const both = { ...map(input), get: (key: string) => (key.includes('/') ? input : list) }
      return new Expiries(both, 'expiries').takeDue(NOW, 10)
    },
  }),
  target({
    name: 'stored-pending',
    covers: ['core/message/pending.ts'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([[filled(16, 8), 5, fromBase32(alice.device), fromBase32(alice.member), 9, filled(20, 1)]]),
    ],
    decode: (input) =>
      new Pending(plantedStore(input, { key: messageId(FEED, 5) }).map('')).take(messageId(FEED, 5)),
  }),
  target({
    name: 'stored-places',
    covers: ['core/message/places.ts'],
    faults: [IntegrityFault],
    seeds: () => [new Uint8Array(0), filled(8, 0x40), filled(1_024, 1)],
    decode: (input) => new Places(map(input)).lamport(base32(filled(16, 8)) as FeedId, 5),
  }),
]
