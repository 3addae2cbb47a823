/** Answers what a peer asks for on one stream (spec §15.7): in order, within its grants, and only what it may have. */
import type { Duplex } from 'node:stream'
import {
  chunkHead,
  decodeAsk,
  Fault,
  FrameSplitter,
  MAX_ASK_BYTES,
  MAX_OPEN_REQUESTS,
  pageHead,
  PeerFault,
  sealedChunkBytes,
  SEALED_CHUNK_BYTES,
  toldFrame,
  TRANSFER_VERSION,
  type Ask,
  type BlobId,
  type Clock,
  type ConversationId,
} from '@triode/core'
import { DataSender } from './dataSender.ts'
import { FloodGate } from './floodGate.ts'
import type { RateLimit } from './rateLimit.ts'
import { SendBuffers } from './sendBuffers.ts'
import { Teller } from './teller.ts'
import type { ChunkSource } from './transferHost.ts'
import { ASKS_PER_SECOND, DOUBT_EVERY_MS, MAX_DOUBTED, MAY_ASK_EVERY_MS, READ_CHUNKS } from './tuning.ts'

export interface ChunkServerOptions {
  readonly stream: Duplex
  readonly clock: Clock
  readonly limit: RateLimit
  /** What is here of a blob, if the peer may ask for it. */
  readonly find: (conversation: ConversationId, blob: BlobId) => Promise<ChunkSource | undefined>
  /** Whether the peer may still ask for it. */
  readonly mayAsk: (conversation: ConversationId, blob: BlobId) => boolean
  readonly complete: (conversation: ConversationId, blob: BlobId) => void
  /** The peer says that a chunk from here is wrong. */
  readonly doubt: (stored: ChunkSource, index: number) => Promise<void>
  /** The peer broke the rules; or what it said can't be stored here, and has to be said again. */
  readonly fail: (fault: Fault) => void
  /** Something broke here. */
  readonly failed: (cause: unknown) => void
}

type Request = Extract<Ask, { type: 'get-pages' | 'get-chunks' }> & {
  cancelled?: boolean
  /** What is here of the blob, or who may have it, changed since it was looked for. */
  isStale?: boolean
}

export class ChunkServer {
  private readonly options: ChunkServerOptions
  private readonly data: DataSender
  private readonly buffers: SendBuffers
  private readonly teller: Teller
  private readonly gate: FloodGate
  private readonly requests: Request[] = []
  private readonly doubted: { readonly blob: BlobId; readonly index: number }[] = []
  private greeted = false
  private isServing = false
  private isDoubting = false

  constructor(options: ChunkServerOptions) {
    const { stream, limit, clock } = options
    this.options = options
    this.data = new DataSender(stream, limit, clock)
    this.buffers = new SendBuffers(this.data)
    this.teller = new Teller({ ...options, data: this.data })
    this.gate = new FloodGate(clock, stream, ASKS_PER_SECOND)
    const frames = new FrameSplitter(MAX_ASK_BYTES)
    stream.on('data', (bytes: Buffer) => {
      try {
        for (const frame of frames.push(bytes)) this.take(decodeAsk(frame))
      } catch (cause) {
        options.fail(cause instanceof Fault ? cause : new PeerFault('malformed', { cause }))
      }
    })
    stream.on('error', () => undefined)
    stream.on('end', () => stream.destroy())
    stream.on('close', () => {
      this.stop()
    })
  }

  /** What is here of a blob, or who may ask for it, has changed. */
  changed(blob: BlobId): void {
    this.teller.changed(blob)
    for (const request of this.requests) if (request.blob === blob) request.isStale = true
  }

  stop(): void {
    this.teller.stop()
    this.gate.stop()
    this.requests.length = 0
    this.options.stream.destroy()
    this.data.look()
  }

  private take(ask: Ask): void {
    this.gate.spend(1)
    if (this.greeted === (ask.type === 'hello')) throw new PeerFault('malformed')
    switch (ask.type) {
      case 'hello':
        this.greeted = true
        this.data.say(toldFrame({ type: 'hello', version: TRANSFER_VERSION }))
        break
      case 'interest':
        this.teller.add(ask.conversation, ask.blob)
        break
      case 'no-interest':
        this.teller.remove(ask.blob)
        break
      case 'get-pages':
      case 'get-chunks':
        this.enqueue(ask)
        break
      case 'cancel':
        this.cancel(ask.request)
        break
      case 'grant':
        if (!this.data.grant(ask.bytes)) throw new PeerFault('malformed')
        break
      case 'bad-chunk':
        this.doubt(ask.blob, ask.index)
        break
      case 'complete':
        this.options.complete(ask.conversation, ask.blob)
        break
    }
  }

  private enqueue(ask: Request): void {
    if (this.requests.length >= MAX_OPEN_REQUESTS)
      throw new PeerFault('too-many-requests', { message: 'The far device has too many requests open.' })
    if (this.requests.some(({ request }) => request === ask.request)) throw new PeerFault('malformed')
    this.requests.push({ ...ask })
    this.serve().catch(this.options.failed)
  }

  /** The one that is being answered ends after the frame that has begun. */
  private cancel(request: number): void {
    const at = this.requests.findIndex((one) => one.request === request)
    const found = this.requests[at]
    if (found === undefined) return
    found.cancelled = true
    if (at > 0) this.requests.splice(at, 1)
    else this.data.look()
  }

  private async serve(): Promise<void> {
    if (this.isServing) return
    this.isServing = true
    try {
      for (let [request] = this.requests; request !== undefined; [request] = this.requests) {
        await this.answer(request)
        if (this.requests[0] === request) this.requests.shift()
      }
    } finally {
      this.buffers.clear()
      this.isServing = false
    }
  }

  private async answer(request: Request): Promise<void> {
    const isOver = (): boolean => request.cancelled === true
    if (!(await this.data.mayAnswer(isOver))) return
    let whole = false
    try {
      const stored = await this.found(request)
      if (stored !== undefined)
        whole = await (request.type === 'get-pages'
          ? this.sendPages(stored, request)
          : this.sendChunks(stored, request, isOver))
    } catch (cause) {
      // What can't be read here is somebody else's to send.
      this.options.failed(cause)
    }
    if (!whole && !isOver()) this.data.say(toldFrame({ type: 'unanswered', request: request.request }))
  }

  /** What is here of what it asks for; undefined: nothing that the peer may have. */
  private async found(request: Request): Promise<ChunkSource | undefined> {
    request.isStale = false
    const conversation = this.teller.conversationOf(request.blob)
    return conversation && (await this.options.find(conversation, request.blob))
  }

  private async sendPages(stored: ChunkSource, request: Request & { type: 'get-pages' }): Promise<boolean> {
    const { level, from, count } = request
    for (let index = from; index < from + count && request.cancelled !== true; index++) {
      if (request.isStale === true && (await this.found(request)) === undefined) return false
      const hashes = await stored.page(level, index)
      if (hashes === undefined) return false
      if (!(await this.data.send(pageHead(request.request, level, index, hashes.length), hashes)))
        return false
    }
    return true
  }

  private async sendChunks(
    stored: ChunkSource,
    asked: Request & { type: 'get-chunks' },
    isOver: () => boolean,
  ): Promise<boolean> {
    const { request: number, blob, from, count } = asked
    const end = Math.min(from + count, stored.have.firstAbsent(from) ?? stored.shape.chunks)
    const mayGoOn = this.stillMayAsk(blob)
    for (let at = from, ahead = this.read(stored, at, end); at < end;) {
      const piece = await ahead
      const after = at + piece.count
      ahead = this.read(stored, after, end)
      // It is awaited, unless something else ends this first.
      ahead.catch(() => undefined)
      for (let offset = 0; at < after; at++) {
        // Who grants little waits for long, and may have been put out meanwhile.
        if (!(await this.data.hasRoom(isOver)) || !mayGoOn()) return false
        if (asked.isStale === true && (await this.found(asked)) === undefined) return false
        const length = sealedChunkBytes(stored.shape, at)
        const chunk = piece.bytes.subarray(offset, offset + length)
        offset += length
        if (!(await this.data.send(chunkHead(number, at, length), chunk))) return false
      }
      this.buffers.give(piece.bytes)
    }
    return end === from + count
  }

  /** Asked before each chunk, and looked up now and then: that takes longer than sending one. */
  private stillMayAsk(blob: BlobId): () => boolean {
    const { clock, mayAsk } = this.options
    let lookedAt = clock.elapsed()
    return () => {
      if (clock.elapsed() - lookedAt < MAY_ASK_EVERY_MS) return true
      lookedAt = clock.elapsed()
      const conversation = this.teller.conversationOf(blob)
      return conversation !== undefined && mayAsk(conversation, blob)
    }
  }

  /** No more than may be sent about now, so that who grants little makes this device hold little. */
  private async read(
    stored: ChunkSource,
    from: number,
    end: number,
  ): Promise<{ readonly count: number; readonly bytes: Uint8Array }> {
    const granted = Math.max(1, Math.ceil(this.data.room / SEALED_CHUNK_BYTES))
    const count = Math.min(READ_CHUNKS, granted, end - from)
    return { count, bytes: count > 0 ? await stored.read(from, count, this.buffers.take()) : NOTHING }
  }

  private doubt(blob: BlobId, index: number): void {
    if (this.doubted.length >= MAX_DOUBTED || this.teller.conversationOf(blob) === undefined) return
    this.doubted.push({ blob, index })
    this.lookAtDoubted()
  }

  private lookAtDoubted(): void {
    const next = this.isDoubting ? undefined : this.doubted.shift()
    if (next === undefined) return
    this.isDoubting = true
    this.options.clock.after(DOUBT_EVERY_MS, () => {
      this.hashAgain(next)
        .catch(this.options.failed)
        .finally(() => {
          this.isDoubting = false
          this.lookAtDoubted()
        })
    })
  }

  private async hashAgain({ blob, index }: { readonly blob: BlobId; readonly index: number }): Promise<void> {
    const conversation = this.teller.conversationOf(blob)
    const stored = conversation && (await this.options.find(conversation, blob))
    if (stored?.have.has(index) === true) await this.options.doubt(stored, index)
  }
}

const NOTHING = new Uint8Array(0)
