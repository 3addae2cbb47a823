/** A sync link over one stream of a tunnel: frames out with back-pressure, frames in (spec §10.1). */
import type { Duplex } from 'node:stream'
import {
  FrameSplitter,
  PeerFault,
  frameLength,
  type DeviceId,
  type Fault,
  type LinkWay,
  type PeerLink,
  type SyncConnection,
} from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import { viaOf, type PeerTunnel } from './peerTunnel.ts'
import { FAREWELL_MS } from '../tuning.ts'

/** Frames smaller than this are copied behind their length, to make one write of two. */
const COPY_BELOW_BYTES = 16_384

/** Path of the stream. */
export const SYNC_PATH = '/sync'

export class StreamLink implements PeerLink {
  readonly device: DeviceId
  readonly way: LinkWay
  private readonly tunnel: Tunnel
  private readonly stream: Duplex
  private closed = false

  constructor(peer: PeerTunnel, stream: Duplex) {
    this.device = peer.device
    this.way = { channel: peer.channel, via: viaOf(peer), roundTripMs: () => peer.roundTripMs }
    this.tunnel = peer.tunnel
    this.stream = stream
  }

  /** Feeds what arrives to `connection` until the stream ends. */
  attach(connection: SyncConnection): void {
    const frames = new FrameSplitter()
    this.stream.on('data', (chunk: Buffer) => {
      try {
        for (const frame of frames.push(chunk)) connection.receive(frame)
      } catch (fault) {
        this.close(fault instanceof PeerFault ? fault : new PeerFault('malformed', { cause: fault }))
      }
    })
    this.stream.on('drain', () => {
      connection.drained()
    })
    this.stream.on('error', () => {
      this.closed = true
    })
    this.stream.on('end', () => this.stream.destroy())
    this.stream.on('close', () => {
      this.closed = true
      connection.disconnected()
      this.tunnel.close()
    })
  }

  send(frame: Uint8Array): void {
    if (this.closed || this.stream.destroyed) return
    const length = frameLength(frame.length)
    if (frame.length < COPY_BELOW_BYTES) {
      this.stream.write(Buffer.concat([length, frame]))
      return
    }
    this.stream.cork()
    this.stream.write(length)
    this.stream.write(frame)
    this.stream.uncork()
  }

  backlogBytes(): number {
    return this.stream.writableLength
  }

  setPaused(paused: boolean): void {
    if (paused) this.stream.pause()
    else this.stream.resume()
  }

  close(fault?: Fault, last?: Uint8Array): void {
    if (last !== undefined) this.send(last)
    if (this.closed) return
    this.closed = true
    if (last !== undefined && !this.stream.destroyed) {
      this.closeSoon(fault)
      return
    }
    if (fault === undefined) this.tunnel.close()
    else this.tunnel.destroy(fault)
    this.stream.destroy()
  }

  /** The far device hangs up once it has understood; or is cut. */
  private closeSoon(fault?: Fault): void {
    const deadline = setTimeout(() => {
      this.tunnel.destroy(fault)
    }, FAREWELL_MS)
    void this.tunnel.closed.then(() => {
      clearTimeout(deadline)
    })
  }
}
