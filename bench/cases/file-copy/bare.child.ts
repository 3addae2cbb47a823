/**
 * What a copy takes at least, done as the device does it and with nothing of a device around it: chunks sealed, hashed and written by two threads, sent over one node:tls connection, and
 * hashed, written, opened and written as plaintext by two threads. No vault, no circle, no message, no tunnel, nothing that a kill would leave whole.
 */
import { once } from 'node:events'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { TLSSocket } from 'node:tls'
import { chunkShapeOf, sealedChunkBytes, SEALED_CHUNK_BYTES, type ChunkShape } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { takeStraight } from '@triode/tunnel'
import type { ChunkResult } from '@triode/vault/chunkJobs'
import { ChunkWorkers } from '../../../packages/device/src/files/chunkWorkers.ts'
import { YoungGarbage } from '../../../packages/device/src/files/youngGarbage.ts'
import { answerCalls } from '../../harness/child.ts'
import { rawTls } from '../../harness/rawTls.ts'
import { monotonicMs } from '../../harness/statistics.ts'

const HASH = 'sha256'
const HASH_BYTES = 32
const RUN_CHUNKS = 8
const RUN_BYTES = RUN_CHUNKS * SEALED_CHUNK_BYTES
/** Runs that the threads have or that come: 8 MiB. */
const RUNS_AT_A_TIME = 4
/** As the device collects. */
const GARBAGE_BYTES = 16_777_216
const READ_BYTES = 1_048_576
/** The bytes of the file before it was padded, as a float of 64 bits. */
const SIZE_BYTES = 8

interface Receiving {
  readonly target: string
  readonly sealed: string
}

interface Sending {
  readonly port: number
  readonly source: string
  readonly sealed: string
}

const tls = await rawTls('hybrid')
const workers = new ChunkWorkers(nodePrimitives())
const garbage = new YoungGarbage(GARBAGE_BYTES)

/** A key that both have: how they come to it is no part of this. A job erases its own. */
function key(): Uint8Array {
  return new Uint8Array(32).fill(7)
}

function ended({ failure, bad }: ChunkResult): void {
  if (failure !== undefined || bad.length > 0) throw new Error(failure?.code ?? 'a chunk is wrong')
}

function* runsOf({ chunks }: ChunkShape): Generator<{ from: number; count: number }> {
  for (let from = 0; from < chunks; from += RUN_CHUNKS)
    yield { from, count: Math.min(RUN_CHUNKS, chunks - from) }
}

/** @returns the hashes of all chunks, one after another */
async function seal(source: string, fd: number, shape: ChunkShape): Promise<Uint8Array> {
  const hashes = new Uint8Array(shape.chunks * HASH_BYTES)
  const from = openSync(source, 'r')
  const runs = runsOf(shape)
  const one = async (): Promise<void> => {
    for (const run of runs) {
      const at = run.from * 262_144
      const length = Math.max(0, Math.min(run.count * 262_144, shape.size - at))
      const parts = [{ source: 0, fd: from, at, length }]
      const result = await workers.run({ kind: 'seal', hash: HASH, shape, fd, parts, key: key(), ...run })
      ended(result)
      hashes.set(result.bytes, run.from * HASH_BYTES)
    }
  }
  await Promise.all(Array.from({ length: RUNS_AT_A_TIME }, one))
  closeSync(from)
  return hashes
}

/** Takes sizes, hashes and chunks as they come, and has runs of chunks stored. */
class Intake {
  private readonly socket: TLSSocket
  private readonly sealed: number
  private readonly target: number
  private readonly head: Uint8Array = new Uint8Array(SIZE_BYTES)
  private shape: ChunkShape | undefined
  private hashes = this.head
  private into = this.head
  private held = 0
  private from = 0
  private storing = 0
  private readonly free: Uint8Array[] = []

  constructor(socket: TLSSocket, { target, sealed }: Receiving) {
    this.socket = socket
    this.sealed = openSync(sealed, 'w+', 0o600)
    this.target = openSync(target, 'w', 0o600)
  }

  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.copy(this.into, this.held, at)
      at += taken
      this.held += taken
      if (this.held === this.into.length) this.filled()
    }
    garbage.made(bytes.length)
  }

  private filled(): void {
    this.held = 0
    const { shape, into } = this
    if (shape === undefined) {
      this.shape = chunkShapeOf(new DataView(into.buffer, into.byteOffset).getFloat64(0))
      this.into = this.hashes = new Uint8Array(this.shape.chunks * HASH_BYTES)
      return
    }
    if (into !== this.hashes) this.store(shape, into)
    this.into = this.room(shape)
  }

  private room(shape: ChunkShape): Uint8Array {
    const count = Math.min(RUN_CHUNKS, shape.chunks - this.from)
    if (count === 0) return this.head
    const last = sealedChunkBytes(shape, this.from + count - 1)
    const length = (count - 1) * SEALED_CHUNK_BYTES + last
    return (this.free.pop() ?? new Uint8Array(new SharedArrayBuffer(RUN_BYTES))).subarray(0, length)
  }

  private store(shape: ChunkShape, sealed: Uint8Array): void {
    const { from } = this
    const count = Math.min(RUN_CHUNKS, shape.chunks - from)
    this.from += count
    const expected = this.hashes.slice(from * HASH_BYTES, (from + count) * HASH_BYTES)
    const copy = { key: key(), to: this.target, size: shape.size }
    if (++this.storing === RUNS_AT_A_TIME) this.socket.pause()
    const run = { shape, fd: this.sealed, from, count }
    void workers.run({ kind: 'store', hash: HASH, sealed, expected, copy, ...run }).then((result) => {
      ended(result)
      this.free.push(new Uint8Array(sealed.buffer))
      this.storing--
      this.socket.resume()
      if (this.storing === 0 && this.from === shape.chunks) this.done()
    })
  }

  private done(): void {
    closeSync(this.sealed)
    closeSync(this.target)
    this.socket.end(new Uint8Array(1))
  }
}

answerCalls({
  listen: (receiving: Receiving) =>
    tls.listen((socket) => {
      const intake = new Intake(socket, receiving)
      takeStraight(socket, (bytes) => intake.take(bytes))
    }),
  send: async ({ port, source, sealed }: Sending) => {
    const started = monotonicMs()
    const { size } = statSync(source)
    const shape = chunkShapeOf(size)
    const fd = openSync(sealed, 'w+', 0o600)
    const hashes = await seal(source, fd, shape)
    const socket = tls.dial(port)
    const head = new Uint8Array(SIZE_BYTES)
    new DataView(head.buffer).setFloat64(0, size)
    socket.write(head)
    socket.write(hashes)
    for (let at = 0; at < shape.sealedBytes;) {
      const piece = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, shape.sealedBytes - at))
      at += readSync(fd, piece, 0, piece.length, at)
      if (!socket.write(piece)) await once(socket, 'drain')
    }
    await once(socket, 'data')
    const elapsedMs = monotonicMs() - started
    socket.destroy()
    closeSync(fd)
    return elapsedMs
  },
})
