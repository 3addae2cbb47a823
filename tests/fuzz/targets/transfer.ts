/** The streams on which files travel. */
import {
  AnswerSplitter,
  chunkHead,
  decodeAsk,
  decodeTold,
  encodeAsk,
  encodeTold,
  pageHead,
  PeerFault,
  toldFrame,
} from '@triode/core'
import { bytesIn } from '../../vectors/triode/files.ts'
import { ContractBroken, target, type Target } from '../target.ts'

export const transferTargets: readonly Target[] = [
  target({
    name: 'transfer-ask',
    covers: ['core/file/transfer/askFrame.ts decodeAsk'],
    faults: [PeerFault],
    seeds: () => bytesIn('transfer', 'bytes'),
    decode: decodeAsk,
    encode: encodeAsk,
  }),
  target({
    name: 'transfer-told',
    covers: ['core/file/transfer/answerFrame.ts decodeTold'],
    faults: [PeerFault],
    seeds: () => bytesIn('transfer', 'bytes'),
    decode: decodeTold,
    encode: encodeTold,
  }),
  target({
    name: 'transfer-answers',
    covers: ['core/file/transfer/answerSplitter.ts AnswerSplitter'],
    faults: [PeerFault],
    seeds: () => bytesIn('transfer', 'stream'),
    decode: answers,
    // What was made whole stands on the stream as it came; what is unfinished is left out.
    encode: ({ whole, rest }) => Buffer.concat([whole, rest]),
  }),
]

/** In one piece and in pieces of three bytes: the same, counted the same. */
function answers(input: Uint8Array) {
  const whole = taken(input, input.length)
  const pieces = taken(input, 3)
  if (Buffer.compare(whole.bytes, pieces.bytes) !== 0 || whole.data !== pieces.data)
    throw new ContractBroken('in pieces it gives other answers than whole')
  return { whole: whole.bytes, rest: input.subarray(whole.bytes.length) }
}

function taken(input: Uint8Array, step: number) {
  const frames: Uint8Array[] = []
  let room = new Uint8Array(0)
  const splitter = new AnswerSplitter({
    told: (told) => frames.push(toldFrame(told)),
    roomFor: (_request, _index, length) => (room = new Uint8Array(length)),
    chunk: (request, index) => frames.push(chunkHead(request, index, room.length), room),
    page: (request, level, index, hashes) =>
      frames.push(pageHead(request, level, index, hashes.length), hashes),
  })
  for (let at = 0; at < input.length; at += step) splitter.push(input.subarray(at, at + step))
  return { bytes: new Uint8Array(Buffer.concat(frames)), data: splitter.dataBytes }
}
