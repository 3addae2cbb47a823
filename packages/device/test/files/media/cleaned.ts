/** What becomes of a recording before it is sent: of a file that lies on a disk, and of bytes that come. */
import assert from 'node:assert/strict'
import { IncomingBytes } from '../../../src/files/incomingBytes.ts'
import { writtenOver } from '../../../src/files/media/blank.ts'
import type { RandomAccess } from '../../../src/files/media/randomAccess.ts'
import { lookOver } from '../../../src/files/media/recording/lookOver.ts'
import { Passing } from '../../../src/files/media/recording/passing.ts'
import { scanOf } from '../../../src/files/media/recording/scanOf.ts'
import { withZeros } from '../../../src/files/receivingRecording.ts'

export interface CleanedFile {
  /** As many as there were. */
  readonly bytes: Buffer
  readonly isChanged: boolean
  readonly mayTell: boolean
  /** How many were read. */
  readonly taken: number
}

export interface CountedAccess extends RandomAccess {
  taken: number
}

export function access(bytes: Uint8Array): CountedAccess {
  return {
    size: bytes.length,
    taken: 0,
    read(from, to) {
      assert.ok(from >= 0 && from <= to && to <= bytes.length)
      this.taken += to - from
      return Promise.resolve(bytes.subarray(from, to))
    },
  }
}

/** As it is sent by its path. The bytes themselves stay as they were. */
export async function cleaned(bytes: Uint8Array): Promise<CleanedFile> {
  const before = Buffer.from(bytes)
  const scan = scanOf(bytes)
  assert.ok(scan !== undefined)
  const file = access(bytes)
  const { overs, mayTell } = await lookOver(file, scan)
  const parts = writtenOver(overs, bytes.length)
  const out = Buffer.concat(
    parts.map((part) => ('bytes' in part ? part.bytes : bytes.subarray(part.from, part.to))),
  )
  assert.equal(out.length, bytes.length)
  assert.ok(before.equals(bytes))
  return { bytes: out, isChanged: overs.length > 0, mayTell, taken: file.taken }
}

/** The same, of bytes that come in pieces of some length. */
export async function passed(bytes: Uint8Array, pieceBytes: number): Promise<Omit<CleanedFile, 'taken'>> {
  const scan = scanOf(bytes)
  assert.ok(scan !== undefined)
  const passing = new Passing(
    new IncomingBytes(inPieces(bytes, pieceBytes), new AbortController().signal),
    scan,
  )
  const sealed = Buffer.concat(await Array.fromAsync(passing.pieces(), (piece) => Buffer.from(piece)))
  const out = Buffer.concat(
    await Array.fromAsync(withZeros(inPieces(sealed, pieceBytes), passing.later), (piece) =>
      Buffer.from(piece),
    ),
  )
  assert.equal(out.length, bytes.length)
  const isChanged = passing.isChanged || passing.later.length > 0
  return { bytes: out, isChanged, mayTell: passing.mayTell }
}

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}
