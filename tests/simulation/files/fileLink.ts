/** A tunnel between two simulated devices, as far as files use it: streams in memory, on virtual time, that end, or fall silent, at will. */
import { Duplex } from 'node:stream'
import type { CircleId, Clock, Fault } from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import type { PeerTunnel } from '../../../packages/device/src/network/peerTunnel.ts'
import type { FileNode } from './fileNode.ts'

export interface FileLinkOptions {
  readonly clock: Clock
  readonly circle: CircleId
  /** One way. */
  readonly delayMs: number
  readonly bytesPerSecond: number
  /** A side ended it for what the other did. */
  readonly blamed: (by: FileNode, of: FileNode, fault: Fault) => void
}

export class FileLink {
  readonly dialer: FileNode
  readonly acceptor: FileNode
  private readonly options: FileLinkOptions
  private readonly streams = new Set<Side>()
  private readonly ends: readonly [PeerTunnel, PeerTunnel]
  private isOver = false

  constructor(dialer: FileNode, acceptor: FileNode, options: FileLinkOptions) {
    this.dialer = dialer
    this.acceptor = acceptor
    this.options = options
    this.ends = [this.peer(dialer, acceptor, true), this.peer(acceptor, dialer, false)]
    // As in the network: each end is attached before it hears of the other.
    acceptor.now.files.transfers.attach(this.ends[1])
    dialer.now.files.transfers.attach(this.ends[0])
  }

  get isOpen(): boolean {
    return !this.isOver
  }

  /** Nothing that is written from now on arrives, and nobody is told. */
  silence(): void {
    for (const stream of this.streams) stream.isSilent = true
  }

  end(): void {
    if (this.isOver) return
    this.isOver = true
    for (const [at, node] of [this.dialer, this.acceptor].entries()) {
      const end = this.ends[at]
      if (end !== undefined) node.process?.files.transfers.detach(end)
    }
    for (const stream of this.streams) stream.destroy()
  }

  // ---- inside

  private peer(self: FileNode, far: FileNode, dialed: boolean): PeerTunnel {
    const { clock, circle } = this.options
    const tunnel: Pick<Tunnel, 'open' | 'ping' | 'destroy'> = {
      open: (path) => this.open(path),
      ping: () => this.ping(),
      destroy: (fault) => {
        if (this.isOver) return
        if (fault !== undefined) this.options.blamed(self, far, fault)
        clock.after(0, () => {
          this.end()
        })
      },
    }
    return {
      circle,
      device: far.device.self,
      tunnel: tunnel as Tunnel,
      channel: 'memory',
      remote: 'memory',
      since: clock.now(),
      sinceElapsed: clock.elapsed(),
      dialed,
      roundTripMs: undefined,
    }
  }

  private open(path: string): Duplex {
    const { clock } = this.options
    const [near, far] = [new Side(this.options), new Side(this.options)]
    near.other = far
    far.other = near
    for (const side of [near, far]) this.streams.add(side)
    clock.after(this.options.delayMs, () => {
      const [, end] = this.ends
      const isTaken = !this.isOver && this.acceptor.process?.files.transfers.accept(end, path, far)
      if (isTaken !== true) far.destroy()
    })
    return near
  }

  private ping(): Promise<number> {
    const { clock, delayMs } = this.options
    return new Promise((resolve) => {
      clock.after(2 * delayMs, () => {
        resolve(2 * delayMs)
      })
    })
  }
}

/** One end of a stream: what is written takes its time, and waits where it is not read. */
class Side extends Duplex {
  other: Side | undefined
  isSilent = false
  private readonly options: FileLinkOptions
  private waiting: (() => void) | undefined

  constructor(options: FileLinkOptions) {
    super({ highWaterMark: 65_536 })
    this.options = options
    this.on('error', () => undefined)
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    // Its memory is used again once this is done.
    const bytes = Buffer.from(chunk)
    const { clock, delayMs, bytesPerSecond } = this.options
    clock.after(delayMs + (bytes.length * 1_000) / bytesPerSecond, () => {
      const { other } = this
      if (this.isSilent) return
      if (other === undefined || other.destroyed || this.destroyed || other.push(bytes)) done()
      else other.waiting = done
    })
  }

  override _read(): void {
    const { waiting } = this
    this.waiting = undefined
    waiting?.()
  }

  override _final(done: () => void): void {
    this.options.clock.after(this.options.delayMs, () => {
      if (this.other?.destroyed === false && !this.isSilent) this.other.push(null)
      done()
    })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this._read()
    this.options.clock.after(0, () => this.other?.destroy())
    done(error)
  }
}
