/** What the server of a transfer stream says (spec §15.7): what it tells, and the heads of the data it sends. */
import { base32, fromBase32 } from '../../base32.ts'
import { encodeValue, type Value } from '../../codec/cbor.ts'
import { Reader, readRecord } from '../../codec/reader.ts'
import { PeerFault } from '../../fault.ts'
import type { BlobId } from '../../id.ts'
import { BLOB_ID_BYTES } from '../spec.ts'
import {
  ANSWER,
  CHUNK_HEAD_BYTES,
  LENGTH_BYTES,
  MAX_TOLD_BYTES,
  MAX_TOLD_RUNS,
  PAGE_HEAD_BYTES,
} from './spec.ts'

/** Chunks `from` to `from + count - 1`. */
export type ToldRun = readonly [from: number, count: number]

export type Told =
  | { readonly type: 'hello'; readonly version: number }
  | {
      readonly type: 'have'
      readonly blob: BlobId
      /** In order, apart from each other. */
      readonly runs: readonly ToldRun[]
      /** Another one follows. */
      readonly more: boolean
    }
  | { readonly type: 'unknown'; readonly blob: BlobId }
  | { readonly type: 'unanswered'; readonly request: number }

const U32 = 0xffff_ffff
const TYPES = ['hello', 'have', 'unknown', 'unanswered'] as const

/** The CBOR alone. */
export function encodeTold(told: Told): Uint8Array {
  return encodeValue([TYPES.indexOf(told.type), ...fieldsOf(told)])
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function decodeTold(bytes: Uint8Array): Told {
  const reader = Reader.decode(bytes, MAX_TOLD_BYTES)
  const type = TYPES[reader.int(0, TYPES.length - 1)] ?? 'hello'
  const told = readTold(type, reader)
  reader.end()
  return told
}

/** The whole frame, its length before it. */
export function toldFrame(told: Told): Uint8Array {
  const value = encodeTold(told)
  const frame = new Uint8Array(LENGTH_BYTES + 1 + value.length)
  new DataView(frame.buffer).setUint32(0, 1 + value.length)
  frame.set(value, LENGTH_BYTES + 1)
  return frame
}

/** What stands before a sealed chunk of `length` bytes: the frame's length, and its head. */
export function chunkHead(request: number, index: number, length: number): Uint8Array {
  const head = new Uint8Array(LENGTH_BYTES + CHUNK_HEAD_BYTES)
  const view = new DataView(head.buffer)
  view.setUint32(0, CHUNK_HEAD_BYTES + length)
  view.setUint8(4, ANSWER.chunk)
  view.setUint32(5, request)
  view.setBigUint64(9, BigInt(index))
  return head
}

/** What stands before the `length` bytes of a page's hashes. */
export function pageHead(request: number, level: number, index: number, length: number): Uint8Array {
  const head = new Uint8Array(LENGTH_BYTES + PAGE_HEAD_BYTES)
  const view = new DataView(head.buffer)
  view.setUint32(0, PAGE_HEAD_BYTES + length)
  view.setUint8(4, ANSWER.page)
  view.setUint32(5, request)
  view.setUint8(9, level)
  view.setUint32(10, index)
  return head
}

function fieldsOf(told: Told): readonly Value[] {
  switch (told.type) {
    case 'hello':
      return [told.version]
    case 'have':
      return [fromBase32(told.blob), told.runs, told.more]
    case 'unknown':
      return [fromBase32(told.blob)]
    case 'unanswered':
      return [told.request]
  }
}

function readTold(type: Told['type'], reader: Reader): Told {
  switch (type) {
    case 'hello':
      return { type, version: reader.int(0, 255) }
    case 'have':
      return { type, blob: blobOf(reader), runs: runsOf(reader), more: reader.bool() }
    case 'unknown':
      return { type, blob: blobOf(reader) }
    case 'unanswered':
      return { type, request: reader.int(0, U32) }
  }
}

function runsOf(reader: Reader): ToldRun[] {
  let end = -1
  return reader.list(MAX_TOLD_RUNS, (value) =>
    readRecord(value, (run): ToldRun => {
      const [from, count] = [run.int(end + 1, U32), run.int(1, U32)]
      end = from + count
      if (end > U32) throw new PeerFault('malformed')
      return [from, count]
    }),
  )
}

function blobOf(reader: Reader): BlobId {
  return base32(reader.bytes(BLOB_ID_BYTES)) as BlobId
}
