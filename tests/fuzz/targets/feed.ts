/** Feeds: blocks, epochs, padding and what is kept of them. */
import {
  base32,
  decodeBlock,
  decodeEpochStart,
  decodeFeed,
  emptyFeed,
  encodeBlock,
  encodeFeed,
  encodeValue,
  FeedSet,
  IntegrityFault,
  openEpoch,
  PeerFault,
  readRecord,
  decodeValue,
  receiveBlock,
  type ConversationId,
  type FeedId,
} from '@triode/core'
import { readBlock } from '../../../packages/core/src/feed/block.ts'
import { envelopeOf, envelopeValue } from '../../../packages/core/src/feed/epoch.ts'
import { EpochStore } from '../../../packages/core/src/feed/epochStore.ts'
import { itemValue, readItem } from '../../../packages/core/src/feed/item.ts'
import { pad, unpad } from '../../../packages/core/src/feed/padding.ts'
import { filled, fixed, idOf, NOW, person, repeatable } from '../../vectors/triode/cast.ts'
import { blocks } from '../../vectors/triode/feeds.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { ContractBroken, target, type Target } from '../target.ts'
import { plantedStore } from './planted.ts'

const CONVERSATION = base32(filled(16, 7)) as ConversationId
const MAX_BYTES = 65_536
const { hashBytes } = repeatable
const [author, reader] = [person(repeatable, 0xa1), person(repeatable, 0xb2)]
const feed = emptyFeed(repeatable, CONVERSATION, author.device, filled(8, 1))
/** Whose word it is and what the time is: as favourable as can be. */
const erasure = {
  now: NOW,
  eraserKey: () => author.signing.publicKey,
  fromAuthor: true,
  isVouchedFor: () => true,
}
const seeds = () => bytesIn('feeds', 'bytes')
const envelope = {
  tag: filled(8, 1),
  generation: 3,
  previous: 0,
  enc: filled(32, 2),
  ciphertext: filled(48, 3),
}

export const feedTargets: readonly Target[] = [
  target({
    name: 'block',
    covers: ['core/feed/block.ts readBlock'],
    faults: [PeerFault],
    seeds,
    decode: (input) => readRecord(decodeValue(input, MAX_BYTES), (fields) => readBlock(fields, hashBytes)),
    encode: encodeBlock,
  }),
  target({
    name: 'stored-block',
    covers: ['core/feed/block.ts decodeBlock'],
    faults: [IntegrityFault],
    seeds,
    decode: (input) => decodeBlock(input, hashBytes),
    encode: encodeBlock,
  }),
  target({
    name: 'receive-block',
    covers: [],
    faults: [PeerFault],
    seeds,
    decode: (input) => {
      const block = readRecord(decodeValue(input, MAX_BYTES), (fields) => readBlock(fields, hashBytes))
      const context = {
        suite: repeatable,
        authorKey: author.signing.publicKey,
        openEpoch: () => undefined,
        erasure,
      }
      return receiveBlock(context, feed, block)
    },
  }),
  target({
    name: 'item',
    covers: ['core/feed/item.ts readItem'],
    faults: [PeerFault],
    seeds: () => blocks().flatMap((block) => block.items.map((item) => encodeValue(itemValue(item)))),
    decode: (input) => readItem(decodeValue(input, MAX_BYTES), hashBytes),
    encode: (item) => encodeValue(itemValue(item)),
  }),
  target({
    name: 'epoch-start',
    covers: ['core/feed/epoch.ts decodeEpochStart'],
    faults: [PeerFault],
    seeds: () => [encodeValue([1, filled(32, 1), filled(32, 2)])],
    decode: decodeEpochStart,
    encode: ({ epoch, commitment, envelopesHash }) => encodeValue([epoch, commitment, envelopesHash]),
  }),
  target({
    name: 'envelope',
    covers: ['core/feed/epoch.ts openEpoch'],
    faults: [PeerFault],
    seeds: () => [
      encodeValue(envelopeValue(envelope)),
      encodeValue(envelopeValue({ ...envelope, tag: tagOf() })),
    ],
    decode: (input) => {
      const given = readRecord(decodeValue(input, MAX_BYTES), envelopeOf)
      const start = { epoch: 1, commitment: filled(32, 1), envelopesHash: filled(32, 2) }
      const opened = openEpoch(repeatable, feed.id, start, [given], reader.device, () => reader.sealing)
      if (opened !== undefined) throw new ContractBroken('it opened an envelope that nobody sealed')
      return given
    },
    encode: (given) => encodeValue(envelopeValue(given)),
  }),
  target({
    name: 'stored-envelopes',
    covers: ['core/feed/epochStore.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([envelopeValue(envelope)]), encodeValue([])],
    decode: (input) => new EpochStore(plantedStore(input), idOf(16, 8) as FeedId).envelopes(1),
    encode: (envelopes) => encodeValue(envelopes.map(envelopeValue)),
  }),
  target({
    name: 'stored-feed',
    covers: ['core/feed/feed.ts decodeFeed'],
    faults: [IntegrityFault],
    seeds: () => [encodeFeed(feed), ...bytesIn('feeds', 'storedFeed')],
    decode: (input) => decodeFeed(repeatable, CONVERSATION, input),
    encode: encodeFeed,
  }),
  target({
    name: 'stored-own-feed',
    covers: ['core/feed/feedSet.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeFeed(feed), encodeValue([filled(8, 1), filled(16, 1)])],
    decode: (input) => {
      const context = {
        suite: repeatable,
        store: plantedStore(input, { key: 'OWN' }),
        self: author.device,
        storeIncarnation: filled(16, 1),
        random: fixed(1),
      }
      return [...new FeedSet(context, CONVERSATION).all()].length
    },
  }),
  target({
    name: 'padding',
    covers: ['core/feed/padding.ts unpad'],
    faults: [],
    seeds: () => [pad(filled(0, 0)), pad(filled(30, 1)), pad(filled(300, 0))],
    decode: unpadded,
    encode: ({ padded, plaintext }) => (plaintext === undefined ? padded : pad(plaintext)),
  }),
]

function unpadded(padded: Uint8Array) {
  return { padded, plaintext: unpad(padded) }
}

function tagOf(): Uint8Array {
  return repeatable.hash(reader.signing.publicKey).subarray(0, 8)
}
