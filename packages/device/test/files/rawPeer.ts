/** Mallory on the two streams: says what it likes, and remembers what it hears. */
import type { Duplex } from 'node:stream'
import {
  AnswerSplitter,
  decodeAsk,
  encodeAsk,
  FrameSplitter,
  frameLength,
  toldFrame,
  type Ask,
  type Told,
} from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import { FILE_PATHS } from '../../src/files/transfer/peerStreams.ts'

/** Asks, on the stream on which the dialer asks. */
export class RawClient {
  readonly told: Told[] = []
  readonly chunks: { readonly request: number; readonly index: number; readonly bytes: Uint8Array }[] = []
  pages = 0
  readonly stream: Duplex

  constructor(tunnel: Tunnel, greet = true) {
    this.stream = tunnel.open(FILE_PATHS.get)
    this.stream.on('error', () => undefined)
    let room = new Uint8Array(0)
    const splitter = new AnswerSplitter({
      told: (told) => this.told.push(told),
      roomFor: (_request, _index, length) => (room = new Uint8Array(length)),
      chunk: (request, index) => this.chunks.push({ request, index, bytes: room }),
      page: () => this.pages++,
    })
    this.stream.on('data', (bytes: Buffer) => {
      splitter.push(bytes)
      this.dataBytes = splitter.dataBytes
    })
    if (greet) this.say({ type: 'hello', version: 1 })
  }

  dataBytes = 0

  say(...asks: Ask[]): void {
    for (const ask of asks) this.write(encodeAsk(ask))
  }

  /** A frame of these bytes. */
  write(frame: Uint8Array): void {
    if (!this.stream.destroyed) this.stream.write(Buffer.concat([frameLength(frame.length), frame]))
  }
}

/** Serves, on the stream on which the dialer serves. */
export class RawServer {
  readonly asks: Ask[] = []
  readonly stream: Duplex

  /** @param answer what it does with each ask */
  constructor(tunnel: Tunnel, answer: (ask: Ask, server: RawServer) => void) {
    this.stream = tunnel.open(FILE_PATHS.serve)
    this.stream.on('error', () => undefined)
    const frames = new FrameSplitter()
    this.stream.on('data', (bytes: Buffer) => {
      for (const frame of frames.push(bytes)) {
        const ask = decodeAsk(frame)
        this.asks.push(ask)
        answer(ask, this)
      }
    })
    this.tell({ type: 'hello', version: 1 })
  }

  tell(told: Told): void {
    this.write(toldFrame(told))
  }

  write(...bytes: Uint8Array[]): void {
    for (const one of bytes) if (!this.stream.destroyed) this.stream.write(one)
  }
}
