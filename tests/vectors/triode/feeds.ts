import {
  appendEntry,
  decodeBlock,
  decodeEpochStart,
  decodeFeed,
  emptyFeed,
  encodeBlock,
  encodeFeed,
  encodeValue,
  headStatement,
  nextKeys,
  openEpoch,
  receiveBlock,
  utf8,
  type Appended,
  type Block,
  type ConversationId,
  type Feed,
} from '@triode/core'
import assert from 'node:assert/strict'
import { plain, plainFields, refusal, type Area, type Case, type Refusal } from './area.ts'
import { filled, fixed, idOf, NOW, person, repeatable } from './cast.ts'

const CONVERSATION = idOf(16, 7) as ConversationId
const INCARNATION = filled(8, 1)
const [author, reader] = [person(repeatable, 0xa1), person(repeatable, 0xb2)]
const TARGET = { device: reader.device, generation: 3, sealingKey: reader.sealing.publicKey }
const EMPTY = emptyFeed(repeatable, CONVERSATION, author.device, INCARNATION)

export const feeds: Area = {
  name: 'feeds',
  format: 'Feeds: epochs with envelopes, ratchet, entries, heads, blocks',
  spec: ['9.2', '9.3', '9.4', '9.5'],
  suite: 'simulation',
  about:
    'The suite is hybrid with X25519 in the place of X-Wing (README.md), so that envelopes can be repeated. The author draws ' +
    'the epoch secret and the ephemeral key as bytes of 0x55. Each step starts from the feed that the step before gave.',
  make: () => ({ cases: [...written(), storedFeed()], refused: refusals() }),
}

/** Blocks as they are stored, for those who need some. */
export function blocks(): Block[] {
  return steps().flatMap(({ appended }) => appended.blocks)
}

interface Step {
  readonly plaintext: Uint8Array
  readonly before: Feed
  readonly appended: Appended
}

function steps(): Step[] {
  const out: Step[] = []
  let feed = EMPTY
  let started = 0
  for (const text of ['first', 'second', 'third']) {
    const targets =
      text === 'third'
        ? [TARGET, { ...TARGET, device: author.device, sealingKey: author.sealing.publicKey }]
        : [TARGET]
    const lastStarts = () => new Map(started === 0 ? [] : [[reader.device, started]])
    const context = {
      suite: repeatable,
      random: fixed(0x55),
      signingKey: author.signing,
      now: NOW,
      targets,
      lastStarts,
    }
    const appended = appendEntry(context, { ...feed, chainKey: feed.chainKey?.slice() }, utf8(text))
    started = appended.epoch?.seq ?? started
    out.push({ plaintext: utf8(text), before: feed, appended: { ...appended, feed: copied(appended.feed) } })
    feed = copied(appended.feed)
  }
  return out
}

function copied(feed: Feed): Feed {
  return { ...feed, chainKey: feed.chainKey?.slice() }
}

function written(): Case[] {
  let received = EMPTY
  return steps().map(({ plaintext, before, appended }) => {
    const [block] = appended.blocks
    assert.ok(block !== undefined && appended.blocks.length === 1)
    received = taken(received, appended, plaintext)
    const keys = nextKeys(repeatable, startKey(before, appended))
    return {
      name: `entry ${appended.seq}${appended.epoch === undefined ? '' : ', which starts an epoch'}`,
      input: {
        conversation: CONVERSATION,
        device: author.device,
        incarnation: INCARNATION.toHex(),
        seed: author.seed.toHex(),
        head: plain(before.head),
        epoch: before.epoch,
        chainKey: before.chainKey?.toHex() ?? null,
        plaintext: plaintext.toHex(),
        ...(appended.epoch !== undefined && { readerSealingSeed: reader.sealingSeed.toHex() }),
      },
      expected: {
        feed: appended.feed.id,
        ...(appended.epoch !== undefined && {
          epochStart: plain(appended.epoch.start),
          envelopes: plain(appended.epoch.envelopes),
        }),
        messageKey: keys.messageKey.toHex(),
        chainKey: plain(appended.feed.chainKey),
        head: plain(appended.feed.head),
        signed: headStatement(appended.feed.id, appended.feed.head).toHex(),
        bytes: encodeBlock(block).toHex(),
      },
    }
  })
}

/** The chain key that sealed the data entry of the step. */
function startKey(before: Feed, appended: Appended): Uint8Array {
  const epoch =
    appended.epoch &&
    openEpoch(
      repeatable,
      appended.feed.id,
      appended.epoch.start,
      appended.epoch.envelopes,
      reader.device,
      () => reader.sealing,
    )
  const key = epoch?.chainKey ?? before.chainKey
  assert.ok(key !== undefined)
  return key
}

/** The reader takes the block in, and gets the plaintext. */
function taken(feed: Feed, { blocks: [block], epoch }: Appended, plaintext: Uint8Array): Feed {
  assert.ok(block !== undefined)
  const context = {
    suite: repeatable,
    authorKey: author.signing.publicKey,
    erasure: { now: NOW, eraserKey: () => undefined, fromAuthor: true, isVouchedFor: () => true },
    openEpoch: (start: Parameters<typeof openEpoch>[2]) =>
      openEpoch(repeatable, feed.id, start, epoch?.envelopes ?? [], reader.device, () => reader.sealing),
  }
  const receipt = receiveBlock(context, feed, decodeBlock(encodeBlock(block), repeatable.hashBytes))
  assert.deepEqual(receipt?.opened.at(-1)?.plaintext, plaintext)
  return copied(receipt.feed)
}

function storedFeed(): Case {
  const feed = steps().at(-1)?.appended.feed
  assert.ok(feed !== undefined)
  const bytes = encodeFeed(feed)
  assert.deepEqual(decodeFeed(repeatable, CONVERSATION, bytes), feed)
  return { name: 'a feed at rest', input: plainFields(feed), expected: { storedFeed: bytes.toHex() } }
}

function refusals(): Refusal[] {
  const decode = (bytes: Uint8Array) => decodeBlock(bytes, repeatable.hashBytes)
  const prev = filled(32, 0)
  const epoch = [1, encodeValue([1, filled(32, 1), filled(32, 2)])]
  const data = filled(20, 1)
  const signature = filled(64, 0)
  const bad: readonly [name: string, value: Parameters<typeof encodeValue>[0]][] = [
    ['no items', [1, prev, 0, [], signature]],
    ['sequence number 0', [0, prev, 0, [data], signature]],
    ['a hash of another length', [1, filled(31, 0), 0, [data], signature]],
    ['over a window', [64, prev, 1, [data, data], signature]],
    ['an epoch inside', [1, prev, 0, [data, epoch], signature]],
    ['an entry of more than 16 KiB', [1, prev, 0, [filled(16_385, 0)], signature]],
    ['no signature', [1, prev, 0, [data], filled(0, 0)]],
    ['an item of no kind', [1, prev, 0, [[2, data]], signature]],
  ]
  const starts: readonly [name: string, value: Parameters<typeof encodeValue>[0]][] = [
    ['an epoch start of epoch 0', [0, filled(32, 1), filled(32, 2)]],
    ['an epoch start with a commitment of 31 bytes', [1, filled(31, 1), filled(32, 2)]],
  ]
  return [
    ...bad.map(([name, value]) =>
      refusal(`a stored block: ${name}`, encodeValue(value), 'IntegrityFault record-damaged', decode),
    ),
    ...starts.map(([name, value]) =>
      refusal(name, encodeValue(value), 'PeerFault malformed', decodeEpochStart),
    ),
  ]
}
