/** The two streams of one tunnel on which files travel (spec §15.7): on one this device asks, on the other it serves. */
import type { Duplex } from 'node:stream'
import type { BlobId, Clock, ConversationId, Fault, ToldRun } from '@triode/core'
import type { PeerTunnel } from '../../network/peerTunnel.ts'
import type { YoungGarbage } from '../youngGarbage.ts'
import type { Budget } from './budget.ts'
import { ChunkClient } from './chunkClient.ts'
import { ChunkServer } from './chunkServer.ts'
import type { RateLimits } from './rateLimit.ts'
import type { ChunkSource } from './transferHost.ts'
import { ACCEPT_AGAIN_MS, REOPEN_MS } from './tuning.ts'

/** Streams of these paths are files'. */
export const FILE_PATHS = {
  /** The dialer serves on it, the acceptor asks. */
  serve: '/files/serve',
  /** The dialer asks on it, the acceptor serves. */
  get: '/files/get',
} as const

export interface PeerStreamsOptions {
  readonly id: string
  readonly peer: PeerTunnel
  readonly clock: Clock
  readonly budget: Budget
  readonly garbage: Pick<YoungGarbage, 'made'>
  readonly limits: RateLimits
  readonly find: (conversation: ConversationId, blob: BlobId) => Promise<ChunkSource | undefined>
  readonly mayAsk: (conversation: ConversationId, blob: BlobId) => boolean
  readonly complete: (conversation: ConversationId, blob: BlobId) => void
  readonly doubt: (stored: ChunkSource, index: number) => Promise<void>
  readonly told: (client: ChunkClient, blob: BlobId, runs: readonly ToldRun[] | undefined) => void
  readonly ready: () => void
  /** Nothing more comes from it. */
  readonly lost: (client: ChunkClient) => void
  /** One can ask on a stream that the far side opened. */
  readonly askable: () => void
  readonly failed: (cause: unknown) => void
}

export class PeerStreams {
  readonly peer: PeerTunnel
  private readonly options: PeerStreamsOptions
  private asking: ChunkClient | undefined
  private serving: ChunkServer | undefined
  private refusedAt = -Infinity
  /** When the far side opened one last, by path. */
  private readonly acceptedAt = new Map<string, number>()
  private stopped = false

  constructor(options: PeerStreamsOptions) {
    this.options = options
    this.peer = options.peer
    if (this.peer.dialed) this.open(FILE_PATHS.serve)
  }

  get client(): ChunkClient | undefined {
    return this.asking
  }

  /** The client, for which the dialer opens a stream now; undefined while there can be none. */
  clientToAsk(): ChunkClient | undefined {
    const mayOpen = this.options.clock.elapsed() - this.refusedAt >= REOPEN_MS
    if (this.asking === undefined && this.peer.dialed && mayOpen) this.open(FILE_PATHS.get)
    return this.asking
  }

  /** The far side opened a stream; one of a kind. */
  accept(path: string, stream: Duplex): void {
    const now = this.options.clock.elapsed()
    const mayOpen = !this.stopped && now - (this.acceptedAt.get(path) ?? -Infinity) >= ACCEPT_AGAIN_MS
    if (mayOpen) this.acceptedAt.set(path, now)
    if (path === FILE_PATHS.serve && this.asking === undefined && mayOpen) {
      this.asking = this.ask(stream)
      this.options.askable()
    } else if (path === FILE_PATHS.get && this.serving === undefined && mayOpen) this.serve(stream)
    else stream.destroy()
  }

  changed(blob: BlobId): void {
    this.serving?.changed(blob)
  }

  stop(): void {
    this.stopped = true
    this.asking?.stop()
    this.serving?.stop()
  }

  private open(path: string): void {
    if (this.stopped) return
    try {
      const stream = this.peer.tunnel.open(path)
      if (path === FILE_PATHS.serve) this.serve(stream)
      else this.asking = this.ask(stream)
    } catch {
      // The tunnel is ending.
      this.stopped = true
    }
  }

  private serve(stream: Duplex): void {
    const { options } = this
    this.serving = new ChunkServer({
      ...options,
      stream,
      limit: options.limits.of(this.peer.channel).outgoing,
      fail: this.fail,
    })
    stream.once('close', () => {
      this.serving = undefined
    })
  }

  private ask(stream: Duplex): ChunkClient {
    const { options, peer } = this
    const client: ChunkClient = new ChunkClient({
      id: options.id,
      device: peer.device,
      channel: peer.channel,
      stream,
      clock: options.clock,
      limit: options.limits.of(peer.channel).incoming,
      share: options.budget.share(),
      garbage: options.garbage,
      // As the network measured it last may have been in a quiet moment.
      ping: async () => Math.min(await peer.tunnel.ping(), peer.roundTripMs ?? Infinity),
      told: (blob, runs) => {
        options.told(client, blob, runs)
      },
      ready: options.ready,
      fail: this.fail,
      closed: () => {
        this.asking = undefined
        this.refusedAt = options.clock.elapsed()
        options.lost(client)
      },
    })
    return client
  }

  private readonly fail = (fault: Fault): void => {
    this.peer.tunnel.destroy(fault)
  }
}
