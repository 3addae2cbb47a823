/** What a server sends, however the stream cuts it (spec §15.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  AnswerSplitter,
  chunkHead,
  concat,
  pageHead,
  PeerFault,
  SEALED_CHUNK_BYTES,
  toldFrame,
  type BlobId,
  type Told,
} from '@triode/core'

type Answer =
  | { readonly told: Told }
  | { readonly request: number; readonly chunk: number; readonly bytes: Uint8Array }
  | { readonly request: number; readonly level: number; readonly page: number; readonly bytes: Uint8Array }

const blob = 'aaaaaaaaaaaaaaaaaaaaaaaaaa' as BlobId
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const PLAIN = { noNullPrototype: true } as const
const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ told: fc.constant({ type: 'have', blob, runs: [[1, 2]], more: false } as const) }, PLAIN),
  fc.record({ request: u32, chunk: u32, bytes }, PLAIN),
  fc.record({ request: u32, level: fc.nat(255), page: u32, bytes }, PLAIN),
)

function framed(one: Answer): Uint8Array {
  if ('told' in one) return toldFrame(one.told)
  if ('chunk' in one) return concat(chunkHead(one.request, one.chunk, one.bytes.length), one.bytes)
  return concat(pageHead(one.request, one.level, one.page, one.bytes.length), one.bytes)
}

function collector() {
  const answers: Answer[] = []
  let room = new Uint8Array(0)
  const splitter = new AnswerSplitter({
    told: (told) => answers.push({ told }),
    roomFor: (_request, _index, length) => (room = new Uint8Array(length)),
    chunk: (request, chunk) => answers.push({ request, chunk, bytes: room }),
    page: (request, level, page, hashes) => answers.push({ request, level, page, bytes: hashes }),
  })
  return { answers, splitter }
}

describe('answers on a stream', () => {
  it('come out as they went in, wherever the stream is cut, and count as grants do', () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 10 }), fc.integer({ min: 1, max: 50 }), (sent, step) => {
        const stream = concat(...sent.map(framed))
        const { answers, splitter } = collector()
        for (let at = 0; at < stream.length; at += step) splitter.push(stream.subarray(at, at + step))
        assert.deepEqual(answers, sent)
        const data = sent.filter((one) => !('told' in one))
        assert.equal(
          splitter.dataBytes,
          data.reduce((total, one) => total + framed(one).length, 0),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('count as data from their fifth byte on, before they are whole', () => {
    const { splitter } = collector()
    const stream = concat(chunkHead(1, 0, 100), new Uint8Array(100))
    splitter.push(stream.subarray(0, 4))
    assert.equal(splitter.dataBytes, 0)
    splitter.push(stream.subarray(4, 60))
    assert.equal(splitter.dataBytes, 60)
  })

  it('are refused before room is asked for when they are longer than a chunk can be', () => {
    const splitter = new AnswerSplitter({
      told: () => assert.fail(),
      roomFor: () => assert.fail('room was asked for'),
      chunk: () => assert.fail(),
      page: () => assert.fail(),
    })
    assert.throws(
      () => {
        splitter.push(chunkHead(1, 0, SEALED_CHUNK_BYTES + 1))
      },
      (fault) => fault instanceof PeerFault && fault.code === 'oversize',
    )
  })

  it('with a chunk number beyond 32 bits are malformed', () => {
    const head = chunkHead(1, 0, 10)
    head[8] = 0
    head[12] = 1
    assert.throws(
      () => {
        collector().splitter.push(head)
      },
      (fault) => fault instanceof PeerFault && fault.code === 'malformed',
    )
  })
})
