import {
  AnswerSplitter,
  chunkHead,
  decodeAsk,
  decodeTold,
  encodeAsk,
  encodeTold,
  encodeValue,
  pageHead,
  toldFrame,
  type Ask,
  type AskType,
  type BlobId,
  type ConversationId,
  type Told,
} from '@triode/core'
import assert from 'node:assert/strict'
import { codecCase, refusal, type Area, type Case, type Json, type Refusal } from './area.ts'
import { filled, idOf } from './cast.ts'

const conversation = idOf(16, 7) as ConversationId
const blob = idOf(16, 9) as BlobId

export const transfer: Area = {
  name: 'transfer',
  format: 'Frames of the streams on which files travel',
  spec: ['15.7'],
  about: 'Of the server: `bytes` are the CBOR of a frame that tells; `stream` is what stands on the stream.',
  make: () => ({
    cases: [
      ...asks().map((ask, at) => codecCase(`${at}: ${ask.type}`, ask, encodeAsk, decodeAsk)),
      ...tolds().map((told, at) => codecCase(`told ${at}: ${told.type}`, told, encodeTold, decodeTold)),
      answers(),
    ],
    refused: refusals(),
  }),
}

/** A new type does not compile until it stands here. */
const ASKS: { readonly [T in AskType]: Omit<Extract<Ask, { type: T }>, 'type'> } = {
  hello: { version: 1 },
  interest: { conversation, blob },
  'no-interest': { blob },
  'get-pages': { request: 1, blob, level: 0, from: 2, count: 1 },
  'get-chunks': { request: 0xffff_ffff, blob, from: 70_000, count: 64 },
  cancel: { request: 1 },
  grant: { bytes: 65_536 },
  'bad-chunk': { blob, index: 3 },
  complete: { conversation, blob },
}

function asks(): Ask[] {
  return Object.entries(ASKS).map(([type, fields]) => ({ type, ...fields }) as Ask)
}

function tolds(): Told[] {
  const runs = [
    [0, 3],
    [5, 1],
  ] as const
  return [
    { type: 'hello', version: 1 },
    { type: 'have', blob, runs, more: true },
    { type: 'have', blob, runs: [], more: false },
    { type: 'unknown', blob },
    { type: 'unanswered', request: 7 },
  ]
}

/** A page, two chunks and a word between them, as they stand on the stream. */
function answers(): Case {
  const [page, first, second] = [filled(64, 1), filled(40, 2), filled(20, 3)]
  const stream = new Uint8Array(
    Buffer.concat([
      pageHead(1, 0, 0, page.length),
      page,
      chunkHead(2, 0, first.length),
      first,
      toldFrame({ type: 'have', blob, runs: [[0, 2]], more: false }),
      chunkHead(2, 1, second.length),
      second,
    ]),
  )
  const input = [
    { page: 0, request: 1, level: 0, bytes: page.toHex() },
    { chunk: 0, request: 2, bytes: first.toHex() },
    { told: { type: 'have', blob, runs: [[0, 2]], more: false } },
    { chunk: 1, request: 2, bytes: second.toHex() },
  ]
  assert.deepEqual(taken(stream), input)
  return { name: 'answers on a stream', input: { frames: input }, expected: { stream: stream.toHex() } }
}

function taken(stream: Uint8Array): Json[] {
  const frames: Json[] = []
  let room = new Uint8Array(0)
  new AnswerSplitter({
    told: (told) => frames.push({ told: told as unknown as Json }),
    roomFor: (_request, _index, length) => (room = new Uint8Array(length)),
    chunk: (request, index) => frames.push({ chunk: index, request, bytes: room.toHex() }),
    page: (request, level, index, bytes) =>
      frames.push({ page: index, request, level, bytes: bytes.toHex() }),
  }).push(stream)
  return frames
}

function refusals(): Refusal[] {
  const [id, place] = [filled(16, 9), filled(16, 7)]
  const asked: readonly [name: string, value: Parameters<typeof encodeValue>[0]][] = [
    ['a type that does not exist', [9]],
    ['no type', []],
    ['a blob id of 15 bytes', [1, place, filled(15, 9)]],
    ['an interest without a conversation', [1, id]],
    ['no chunks', [4, 1, id, 0, 0]],
    ['65 chunks', [4, 1, id, 0, 65]],
    ['a page of a level that no tree has', [3, 1, id, 3, 0, 1]],
    ['a request beyond u32', [5, 0x1_0000_0000]],
    ['a grant below zero', [6, -1]],
    ['a field too many', [6, 0, 0]],
  ]
  const told: readonly [name: string, value: Parameters<typeof encodeValue>[0]][] = [
    ['told: a type that does not exist', [4, 1]],
    [
      'told: runs that touch',
      [
        1,
        id,
        [
          [0, 2],
          [2, 1],
        ],
        false,
      ],
    ],
    [
      'told: runs out of order',
      [
        1,
        id,
        [
          [5, 1],
          [0, 2],
        ],
        false,
      ],
    ],
    ['told: an empty run', [1, id, [[0, 0]], false]],
    ['told: a run beyond u32', [1, id, [[0xffff_ffff, 1]], false]],
    ['told: 1,025 runs', [1, id, Array.from({ length: 1_025 }, (_, at) => [2 * at, 1]), false]],
  ]
  const streams: readonly [name: string, hex: string, code: string][] = [
    ['a stream with a frame of an unknown type', '0000000203ff', 'malformed'],
    ['a stream with a frame without content', '0000000000', 'malformed'],
    ['a stream with a head and no chunk', '0000000d01', 'malformed'],
    ['a stream that announces too long a chunk', '0004001e01', 'oversize'],
    ['a stream that announces too long a page', '0000c00b02', 'oversize'],
    ['a stream that announces too much to tell', '0001000200', 'oversize'],
  ]
  return [
    ...asked.map(([name, value]) => refusal(name, encodeValue(value), 'PeerFault malformed', decodeAsk)),
    ...told.map(([name, value]) => refusal(name, encodeValue(value), 'PeerFault malformed', decodeTold)),
    ...streams.map(([name, hex, code]) =>
      refusal(name, Uint8Array.fromHex(hex), `PeerFault ${code}`, (bytes) => taken(bytes)),
    ),
  ]
}
