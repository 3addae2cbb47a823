/** Asks a peer for chunks on one stream (spec §15.7), grants what it may send, and takes its answers apart. */
import type { Duplex } from 'node:stream'
import {
  AnswerSplitter,
  CHUNK_FRAME_EXTRA_BYTES,
  encodeAsk,
  frameLength,
  PAGE_FRAME_EXTRA_BYTES,
  pageHashes,
  PeerFault,
  sealedChunkBytes,
  SEALED_CHUNK_BYTES,
  TRANSFER_VERSION,
  type AnswerSink,
  type Ask,
  type BlobId,
  type ChunkRun,
  type ChunkShape,
  type Clock,
  type ConversationId,
  type DeviceId,
  type PageRef,
  type Told,
  type ToldRun,
} from '@triode/core'
import { takeStraight } from '@triode/tunnel'
import type { YoungGarbage } from '../youngGarbage.ts'
import type { Share } from './budget.ts'
import { FloodGate } from './floodGate.ts'
import { Grants } from './grants.ts'
import {
  bytesLeft,
  OpenRequests,
  unasked,
  type Expected,
  type PageTaker,
  type RunTaker,
} from './openRequests.ts'
import { Pace } from './pace.ts'
import { Patience } from './patience.ts'
import { PeerNames } from './peerNames.ts'
import type { RateLimit } from './rateLimit.ts'
import {
  ASKED_MS,
  LEAST_ASKED_BYTES,
  MAX_INTERESTS_ASKED,
  MIN_OPEN_REQUESTS,
  TOLD_FRAME_BYTES,
  TOLD_PER_SECOND,
  UNREAD_ASK_BYTES,
} from './tuning.ts'

export interface ChunkClientOptions {
  /** Tells tunnels apart. */
  readonly id: string
  readonly device: DeviceId
  readonly channel: string
  readonly stream: Duplex
  readonly clock: Clock
  readonly limit: RateLimit
  readonly share: Share
  readonly garbage: Pick<YoungGarbage, 'made'>
  readonly ping: () => Promise<number>
  /** What the peer has of a blob that it was asked for; undefined: nothing, and what it said before is void. */
  readonly told: (blob: BlobId, runs: readonly ToldRun[] | undefined) => void
  /** Something can be asked that could not before, perhaps. */
  readonly ready: () => void
  /** The peer broke the rules. */
  readonly fail: (fault: PeerFault) => void
  readonly closed: () => void
}

export class ChunkClient {
  readonly id: string
  readonly device: DeviceId
  readonly channel: string
  readonly share: Share
  readonly pace: Pace
  private readonly options: ChunkClientOptions
  private readonly splitter: AnswerSplitter
  private readonly grants: Grants
  private readonly gate: FloodGate
  private readonly interests = new Map<BlobId, ConversationId>()
  private readonly names = new PeerNames()
  private readonly requests = new OpenRequests()
  private readonly patience: Patience
  private greeted = false
  private scratch: Uint8Array | undefined

  constructor(options: ChunkClientOptions) {
    const { stream, clock } = options
    this.options = options
    this.id = options.id
    this.device = options.device
    this.channel = options.channel
    this.share = options.share
    this.pace = new Pace(clock)
    this.patience = new Patience(clock)
    this.gate = new FloodGate(clock, stream, TOLD_PER_SECOND)
    this.splitter = new AnswerSplitter(this.sink(), copyAtOnce)
    this.grants = new Grants({
      ...options,
      pace: this.pace,
      received: () => this.splitter.dataBytes,
      isBusy: () => !this.requests.isEmpty,
      grant: (bytes) => {
        this.say({ type: 'grant', bytes })
      },
    })
    takeStraight(stream, (bytes) => {
      this.take(bytes)
      // What it came in is of no more use.
      options.garbage.made(bytes.length)
    })
    stream.on('error', () => undefined)
    stream.on('end', () => stream.destroy())
    stream.on('close', () => {
      this.stop()
      options.closed()
    })
    this.say({ type: 'hello', version: TRANSFER_VERSION })
  }

  stop(): void {
    this.grants.stop()
    this.gate.stop()
    this.share.close()
    this.requests.clear()
    this.interests.clear()
    this.options.stream.destroy()
  }

  // ---- asking

  /** @param name what the peer calls it @returns false: too many are asked for already */
  interest(conversation: ConversationId, blob: BlobId, name = blob): boolean {
    const known = this.interests.get(blob)
    if (known === conversation) return true
    if (known === undefined && this.interests.size >= MAX_INTERESTS_ASKED) return false
    this.interests.set(blob, conversation)
    this.names.set(blob, name)
    this.say({ type: 'interest', conversation, blob: name })
    return true
  }

  noInterest(blob: BlobId): void {
    const name = this.interests.delete(blob) ? this.names.delete(blob) : undefined
    if (name !== undefined) this.say({ type: 'no-interest', blob: name })
  }

  /** Bytes a second that come of it: what the link gives, no more than what it is let; 0 while that is not known. */
  get rate(): number {
    return Math.min(this.pace.rate, this.options.limit.rate)
  }

  /** Whether it should be asked for more now: what is asked covers a round trip and half a second. */
  get hasRoom(): boolean {
    // Whoever answers without having read what it was asked guesses well, and is up to no good.
    if (this.options.stream.writableLength > UNREAD_ASK_BYTES) return false
    const open = this.requests.wanted()
    if (open.length < MIN_OPEN_REQUESTS) return true
    const { rate } = this
    const { roundTripMs } = this.pace
    const bytes = open.reduce((sum, expects) => sum + bytesLeft(expects), 0)
    const covered = Math.max(LEAST_ASKED_BYTES, (rate * (roundTripMs + ASKED_MS)) / 1_000)
    return bytes < covered && open.length < MOST_OPEN
  }

  getPage(blob: BlobId, shape: ChunkShape, ref: PageRef, hashBytes: number, taker: PageTaker): void {
    const bytes = pageHashes(shape, ref.level, ref.index) * hashBytes
    const request = this.open({ kind: 'page', ref, bytes, taker })
    this.say({
      type: 'get-pages',
      request,
      blob: this.names.of(blob),
      level: ref.level,
      from: ref.index,
      count: 1,
    })
  }

  getChunks(blob: BlobId, shape: ChunkShape, run: ChunkRun, taker: RunTaker): void {
    const request = this.open({ kind: 'chunks', shape, run, taker, next: run.from })
    const { from, end } = run
    this.say({ type: 'get-chunks', request, blob: this.names.of(blob), from, count: end - from })
  }

  /** What comes of it still is thrown away. */
  cancel(run: ChunkRun): void {
    this.sayCancelled(this.requests.cancel(run))
  }

  cancelAll(): void {
    this.sayCancelled(this.requests.cancel())
  }

  badChunk(blob: BlobId, index: number): void {
    this.say({ type: 'bad-chunk', blob: this.names.of(blob), index })
  }

  complete(conversation: ConversationId, blob: BlobId): void {
    this.say({ type: 'complete', conversation, blob })
  }

  /** Room became free, or a limit was changed. */
  regrant(): void {
    this.grants.renew()
  }

  /** Whether the peer could have sent something for long, and has not. Asked again and again. */
  get isStalled(): boolean {
    if (!this.isDue) this.forgive()
    return this.patience.isSilent
  }

  /** Whether it sent so little that others should be asked. Asked again and again. */
  get isCrawling(): boolean {
    if (!this.isDue) this.forgive()
    return this.patience.isCrawling
  }

  private get isDue(): boolean {
    return this.grants.ahead > 0 && this.requests.wanted().length > 0
  }

  /** It was given up: now it gets as long again. */
  forgive(): void {
    this.patience.renew()
  }

  // ---- inside

  private open(expects: Expected): number {
    if (this.requests.isEmpty) this.forgive()
    const number = this.requests.add(expects)
    // After the request, so that the grant finds it waiting.
    queueMicrotask(() => {
      this.grants.renew()
    })
    return number
  }

  private sayCancelled(requests: readonly number[]): void {
    for (const request of requests) this.say({ type: 'cancel', request })
  }

  private take(bytes: Buffer): void {
    const before = this.splitter.dataBytes
    try {
      this.splitter.push(bytes)
      const data = this.splitter.dataBytes - before
      this.gate.spend(bytes.length - data)
      this.grants.came(data)
      this.patience.came(data)
    } catch (cause) {
      this.options.fail(cause instanceof PeerFault ? cause : new PeerFault('malformed', { cause }))
    }
  }

  private sink(): AnswerSink {
    return {
      told: (told) => {
        this.told(told)
      },
      roomFor: (request, index, length) => this.roomFor(request, index, length),
      chunk: (number, index) => {
        this.chunk(number, index)
      },
      page: (number, level, index, hashes) => {
        const { expects, isCancelled } = this.requests.expected(number, 'page')
        if (expects.ref.level !== level || expects.ref.index !== index || hashes.length !== expects.bytes)
          throw unasked()
        this.requests.answered()
        this.share.give(PAGE_FRAME_EXTRA_BYTES + hashes.length)
        this.patience.walked()
        if (!isCancelled) expects.taker(hashes)
        this.options.ready()
      },
    }
  }

  private told(told: Told): void {
    if (this.greeted === (told.type === 'hello')) throw new PeerFault('malformed')
    this.greeted = true
    this.gate.spend(TOLD_FRAME_BYTES)
    if (told.type === 'have' || told.type === 'unknown') {
      const runs = told.type === 'have' ? told.runs : undefined
      for (const blob of this.names.blobsOf(told.blob))
        if (this.interests.has(blob)) this.options.told(blob, runs)
    }
    if (told.type !== 'unanswered') return
    const { expects, isCancelled } = this.requests.answering(told.request)
    this.requests.answered()
    if (!isCancelled) refuse(expects)
    this.options.ready()
  }

  private roomFor(number: number, index: number, length: number): Uint8Array {
    const { expects, isCancelled } = this.requests.expected(number, 'chunks')
    if (index !== expects.next || length !== sealedChunkBytes(expects.shape, index)) throw unasked()
    if (!isCancelled) return expects.taker.roomFor(index, length)
    this.scratch ??= new Uint8Array(SEALED_CHUNK_BYTES)
    return this.scratch.subarray(0, length)
  }

  private chunk(number: number, index: number): void {
    const { expects, isCancelled } = this.requests.expected(number, 'chunks')
    const isLast = ++expects.next === expects.run.end
    this.share.give(CHUNK_FRAME_EXTRA_BYTES)
    if (isLast) this.requests.answered()
    if (isCancelled) {
      this.share.give(sealedChunkBytes(expects.shape, index))
      return
    }
    this.patience.walked()
    expects.taker.chunk(index)
    if (!isLast) return
    expects.taker.done()
    this.options.ready()
  }

  private say(ask: Ask): void {
    const { stream } = this.options
    if (stream.destroyed) return
    const frame = encodeAsk(ask)
    stream.write(Buffer.concat([frameLength(frame.length), frame]))
  }
}

/** Into memory that threads share, `set` goes word by word, as if another thread wrote to it meanwhile, and not in whole lines of the cache. */
function copyAtOnce(bytes: Uint8Array, into: Uint8Array, at: number): void {
  if (Buffer.isBuffer(bytes)) bytes.copy(into, at)
  else into.set(bytes, at)
}

/** Well below what a server has to take. */
const MOST_OPEN = 128

function refuse(expects: Expected): void {
  if (expects.kind === 'chunks') expects.taker.refused()
  else expects.taker(undefined)
}
