/** What a peer was asked for on one stream and has not answered, in the order in which it answers (spec §15.7). */
import {
  PeerFault,
  sealedChunkBytes,
  SEALED_CHUNK_BYTES,
  type ChunkRun,
  type ChunkShape,
  type PageRef,
} from '@triode/core'

/** Where the chunks of a run go. */
export interface RunTaker {
  /** Room for exactly `length` bytes of chunk `index`. */
  roomFor(index: number, length: number): Uint8Array
  /** It is there. What has to be given back of the share is the taker's matter. */
  chunk(index: number): void
  /** All came. */
  done(): void
  /** The peer can't give the rest. */
  refused(): void
}

/** Where a page goes; undefined: the peer can't give it. */
export type PageTaker = (hashes: Uint8Array | undefined) => void

interface ExpectedChunks {
  readonly kind: 'chunks'
  readonly shape: ChunkShape
  readonly run: ChunkRun
  readonly taker: RunTaker
  next: number
}

interface ExpectedPage {
  readonly kind: 'page'
  readonly ref: PageRef
  readonly bytes: number
  readonly taker: PageTaker
}

export type Expected = ExpectedChunks | ExpectedPage

export interface Request<E extends Expected = Expected> {
  readonly number: number
  readonly expects: E
  readonly isCancelled: boolean
}

export class OpenRequests {
  private readonly open: { number: number; expects: Expected; isCancelled: boolean }[] = []
  private next = 0

  get isEmpty(): boolean {
    return this.open.length === 0
  }

  /** What is not cancelled. */
  wanted(): Expected[] {
    return this.open.filter(({ isCancelled }) => !isCancelled).map(({ expects }) => expects)
  }

  /** @returns the number of the request */
  add(expects: Expected): number {
    const number = this.next++ % 0x1_0000_0000
    this.open.push({ number, expects, isCancelled: false })
    return number
  }

  /** Nothing more is wanted of `run`, or of anything. @returns the numbers of the requests that this cancels */
  cancel(run?: ChunkRun): number[] {
    const cancelled = this.open.filter(
      ({ expects, isCancelled }) =>
        !isCancelled && (run === undefined || (expects.kind === 'chunks' && expects.run === run)),
    )
    for (const request of cancelled) request.isCancelled = true
    return cancelled.map(({ number }) => number)
  }

  /** The request that is answered: those before it that were cancelled will not be. @throws PeerFault 'unasked' */
  answering(number: number): Request {
    while (this.open[0]?.isCancelled === true && this.open[0].number !== number) this.open.shift()
    const [request] = this.open
    if (request?.number !== number) throw unasked()
    return request
  }

  /** The same, of a kind. @throws PeerFault 'unasked' */
  expected<K extends Expected['kind']>(number: number, kind: K): Request<Extract<Expected, { kind: K }>> {
    const { expects, isCancelled } = this.answering(number)
    if (expects.kind !== kind) throw unasked()
    return { number, expects: expects as Extract<Expected, { kind: K }>, isCancelled }
  }

  /** What answering() gave is answered in full. */
  answered(): void {
    this.open.shift()
  }

  clear(): void {
    this.open.length = 0
  }
}

export function bytesLeft(expects: Expected): number {
  if (expects.kind === 'page') return expects.bytes
  const { shape, run, next } = expects
  return (run.end - 1 - next) * SEALED_CHUNK_BYTES + sealedChunkBytes(shape, run.end - 1)
}

export function unasked(): PeerFault {
  return new PeerFault('unasked', { message: 'The far device sent what nobody had asked it for.' })
}
