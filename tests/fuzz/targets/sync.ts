/** The sync stream, and what is kept of it. */
import {
  decodeFrame,
  encodeFrame,
  encodeValue,
  frameLength,
  FrameSplitter,
  fromBase32,
  IntegrityFault,
  LastSeen,
  PeerFault,
  type CircleId,
  type ConversationId,
  type FeedId,
} from '@triode/core'
import { Delivered } from '../../../packages/core/src/participant/delivered.ts'
import { HistoryProgress } from '../../../packages/core/src/participant/historyProgress.ts'
import { ReadMarks } from '../../../packages/core/src/participant/readMarks.ts'
import { SaidEntries } from '../../../packages/core/src/participant/saidEntries.ts'
import { MEMBER_SHARE, StorageShares } from '../../../packages/core/src/participant/storageShares.ts'
import { StoredAcknowledgements } from '../../../packages/core/src/participant/storedAcknowledgements.ts'
import { alice, filled, idOf, NOW } from '../../vectors/triode/cast.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { ContractBroken, target, type Target } from '../target.ts'
import { plantedStore } from './planted.ts'

const CONVERSATION = idOf(16, 7) as ConversationId
const CIRCLE = idOf(16, 6) as CircleId
const FEED = idOf(16, 8) as FeedId
const HASH_BYTES = 32

export const syncTargets: readonly Target[] = [
  target({
    name: 'sync-frame',
    covers: ['core/sync/frame.ts decodeFrame', 'core/sync/historyFrame.ts readPage'],
    faults: [PeerFault],
    seeds: () => bytesIn('sync', 'bytes'),
    decode: (input) => decodeFrame(input, HASH_BYTES),
    encode: encodeFrame,
  }),
  target({
    name: 'framing',
    covers: ['core/sync/framing.ts FrameSplitter'],
    faults: [PeerFault],
    seeds: () => [...bytesIn('sync', 'stream'), new Uint8Array(8), Uint8Array.fromHex('0010ffff')],
    decode: split,
    encode: ({ frames, rest }) =>
      Buffer.concat([...frames.flatMap((frame) => [frameLength(frame.length), frame]), rest]),
  }),
  target({
    name: 'stored-acknowledgement',
    covers: ['core/participant/storedAcknowledgements.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([fromBase32(FEED), fromBase32(alice.device), 5, 4, filled(64, 1)])],
    decode: (input) => new StoredAcknowledgements(plantedStore(input)).all(CONVERSATION),
  }),
  target({
    name: 'stored-delivered',
    covers: ['core/participant/delivered.ts'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([5, 4, [], []]),
      encodeValue([
        5,
        4,
        [
          [4, NOW],
          [5, NOW],
        ],
        [[4, NOW]],
      ]),
    ],
    decode: (input) => new Delivered(plantedStore(input), CONVERSATION).of(FEED, alice.device),
  }),
  target({
    name: 'stored-last-seen',
    covers: ['core/circle/lastSeen.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([NOW])],
    decode: (input) => new LastSeen(plantedStore(input), CIRCLE).of(alice.device),
    encode: (at) => encodeValue([at ?? 0]),
  }),
  target({
    name: 'stored-history',
    covers: ['core/participant/historyProgress.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([0, filled(20, 1), NOW]), encodeValue([1, null, NOW])],
    decode: (input) => new HistoryProgress(plantedStore(input)).of(CONVERSATION),
  }),
  target({
    name: 'stored-own-state',
    covers: ['core/participant/saidEntries.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([filled(20, 1), filled(20, 2), 'Phone'])],
    decode: (input) => new SaidEntries(plantedStore(input)).last('name'),
  }),
  target({
    name: 'stored-share',
    covers: ['core/participant/storageShares.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([1_000, NOW])],
    decode: (input) =>
      new StorageShares(plantedStore(input), CONVERSATION, 'messages', MEMBER_SHARE, () => NOW).hasRoom(
        alice.member,
      ),
  }),
  target({
    name: 'stored-read-mark',
    covers: ['core/participant/readMarks.ts ReadMarks'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([5])],
    decode: (input) => new ReadMarks(plantedStore(input, { key: FEED }), CONVERSATION).of(FEED),
    encode: (mark) => encodeValue([mark]),
  }),
]

/** In one piece and in pieces of three bytes: the same frames. */
function split(input: Uint8Array) {
  const whole = new FrameSplitter().push(input)
  const splitter = new FrameSplitter()
  const pieces: Uint8Array[] = []
  for (let at = 0; at < input.length; at += 3) pieces.push(...splitter.push(input.slice(at, at + 3)))
  const [one, other] = [whole, pieces].map((frames) => frames.map((frame) => frame.toHex()).join('|'))
  if (one !== other) throw new ContractBroken('in pieces it gives other frames than whole')
  const taken = whole.reduce((length, frame) => length + 4 + frame.length, 0)
  return { frames: whole, rest: input.subarray(taken) }
}
