/** Takes what a server sends apart (spec §15.7) while it comes: chunks go straight to where they are wanted. */
import { PeerFault } from '../../fault.ts'
import { decodeTold, type Told } from './answerFrame.ts'
import { ANSWER, CHUNK_HEAD_BYTES, LENGTH_BYTES, MAX_ANSWER_BYTES, PAGE_HEAD_BYTES } from './spec.ts'

/** What is done with it. What these throw, push() throws. */
export interface AnswerSink {
  told(told: Told): void
  /** Gives `length` bytes of room for a sealed chunk that is about to come. @throws PeerFault when it should not */
  roomFor(request: number, index: number, length: number): Uint8Array
  /** All of it is there. */
  chunk(request: number, index: number): void
  page(request: number, level: number, index: number, hashes: Uint8Array): void
}

/** Copies all of `bytes` to byte `at` of `into` and those that follow. */
export type CopyBytes = (bytes: Uint8Array, into: Uint8Array, at: number) => void

const TYPE_AT = LENGTH_BYTES
const HEAD_BYTES = {
  [ANSWER.told]: 1,
  [ANSWER.chunk]: CHUNK_HEAD_BYTES,
  [ANSWER.page]: PAGE_HEAD_BYTES,
} as const
type AnswerType = keyof typeof HEAD_BYTES

export class AnswerSplitter {
  private readonly sink: AnswerSink
  private readonly copy: CopyBytes
  /** Length and head of the frame that comes. */
  private readonly head = new Uint8Array(LENGTH_BYTES + CHUNK_HEAD_BYTES)
  private readonly view = new DataView(this.head.buffer)
  private headHeld = 0
  private body: Uint8Array | undefined
  private bodyHeld = 0
  private data = 0

  /** @param copy for systems that have a faster one than the language */
  constructor(sink: AnswerSink, copy: CopyBytes = (bytes, into, at) => into.set(bytes, at)) {
    this.sink = sink
    this.copy = copy
  }

  /** Bytes of data frames so far, as grants count them. */
  get dataBytes(): number {
    return this.data
  }

  /** Takes the next bytes in, copying what it keeps. @throws PeerFault 'malformed' | 'oversize', after which it is of no more use */
  push(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length)
      at += this.body === undefined ? this.takeHead(bytes, at) : this.takeBody(bytes, at)
  }

  private takeHead(bytes: Uint8Array, at: number): number {
    const wanted = this.headHeld <= TYPE_AT ? TYPE_AT + 1 : LENGTH_BYTES + HEAD_BYTES[this.type]
    const taken = Math.min(wanted - this.headHeld, bytes.length - at)
    for (let i = 0; i < taken; i++) this.head[this.headHeld + i] = bytes[at + i] ?? 0
    const typed = this.headHeld > TYPE_AT
    this.headHeld += taken
    if (typed) this.count(taken)
    else if (this.headHeld > TYPE_AT) {
      this.checkLength()
      this.count(TYPE_AT + 1)
    }
    if (this.headHeld > TYPE_AT && this.headHeld === LENGTH_BYTES + HEAD_BYTES[this.type]) this.open()
    return taken
  }

  private takeBody(bytes: Uint8Array, at: number): number {
    const { body, bodyHeld } = this
    if (body === undefined) return 0
    const taken = Math.min(body.length - bodyHeld, bytes.length - at)
    this.copy(taken === bytes.length ? bytes : bytes.subarray(at, at + taken), body, bodyHeld)
    this.bodyHeld += taken
    this.count(taken)
    if (this.bodyHeld === body.length) this.close(body)
    return taken
  }

  private get type(): AnswerType {
    return this.head[TYPE_AT] as AnswerType
  }

  private count(bytes: number): void {
    if (this.type !== ANSWER.told) this.data += bytes
  }

  private checkLength(): void {
    const longest = MAX_ANSWER_BYTES[this.type] as number | undefined
    if (longest === undefined) throw new PeerFault('malformed')
    const length = this.view.getUint32(0)
    if (length > longest) throw new PeerFault('oversize')
    if (length <= HEAD_BYTES[this.type]) throw new PeerFault('malformed')
  }

  /** The head is there. */
  private open(): void {
    const { type } = this
    const length = this.view.getUint32(0) - HEAD_BYTES[type]
    this.body =
      type === ANSWER.chunk
        ? this.sink.roomFor(this.request, this.chunkIndex(), length)
        : new Uint8Array(length)
    if (this.body.length !== length) throw new RangeError('the room for a chunk has another length')
  }

  private close(body: Uint8Array): void {
    const { type, request, view } = this
    this.body = undefined
    this.bodyHeld = 0
    this.headHeld = 0
    if (type === ANSWER.told) this.sink.told(decodeTold(body))
    else if (type === ANSWER.chunk) this.sink.chunk(request, this.chunkIndex())
    else this.sink.page(request, view.getUint8(9), view.getUint32(10), body)
  }

  private get request(): number {
    return this.view.getUint32(5)
  }

  private chunkIndex(): number {
    const index = this.view.getBigUint64(9)
    if (index > 0xffff_ffffn) throw new PeerFault('malformed')
    return Number(index)
  }
}
