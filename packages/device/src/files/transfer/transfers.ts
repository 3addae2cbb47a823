/** Blobs on their way between this device and its peers, in both directions (spec §15.7). One for the whole device while it is unlocked. */
import type { Duplex } from 'node:stream'
import {
  Fault,
  Unavailable,
  type BlobId,
  type CircleId,
  type Clock,
  type ConversationId,
  type DeviceId,
  type Primitives,
} from '@triode/core'
import type { ChannelTraits } from '@triode/channels'
import type { PeerTunnel } from '../../network/peerTunnel.ts'
import { YoungGarbage } from '../youngGarbage.ts'
import { BlobFetch, chunkWrong } from './blobFetch.ts'
import { BatchBuffers } from './batchBuffers.ts'
import { Budget } from './budget.ts'
import type { ChunkClient } from './chunkClient.ts'
import { isDamaged } from './doubted.ts'
import { Interests } from './interests.ts'
import { FILE_PATHS, PeerStreams } from './peerStreams.ts'
import { RateLimits } from './rateLimit.ts'
import {
  TRANSFER_STATE,
  type AskedFor,
  type ChunkSource,
  type TransferHost,
  type TransferProgress,
  type WantedBlob,
} from './transferHost.ts'
import { RECEIVED_GARBAGE_BYTES, TELL_AGAIN_MS, TICK_MS } from './tuning.ts'

export interface TransfersOptions {
  readonly host: TransferHost
  readonly clock: Clock
  readonly primitives: Pick<Primitives, 'hash'>
  /** Of a channel by its name. */
  readonly traits: (channel: string) => ChannelTraits | undefined
}

export class Transfers {
  private readonly options: TransfersOptions
  private readonly budget = new Budget()
  private readonly buffers = new BatchBuffers()
  private readonly garbage = new YoungGarbage(RECEIVED_GARBAGE_BYTES)
  private readonly limits: RateLimits
  private readonly peers = new Map<PeerTunnel, PeerStreams>()
  private readonly fetches = new Map<string, BlobFetch>()
  private readonly interests: Interests
  private readonly toldOf = new Map<string, number>()
  private count = 0
  private isFeeding = false
  private cancelTick: (() => void) | undefined
  private stopped = false

  constructor(options: TransfersOptions) {
    this.options = options
    this.limits = new RateLimits(options.clock)
    this.interests = new Interests({
      ...options,
      fetches: this.fetches,
      peersOf: (circle) => this.peersOf(circle),
    })
    this.tick()
  }

  // ---- for the network

  /** A tunnel came up, perhaps in place of another to the same device. The dialer's side opens what it serves on. */
  attach(peer: PeerTunnel): void {
    if (this.stopped) return
    for (const other of this.peersOf(peer.circle))
      if (other.peer.device === peer.device) this.detach(other.peer)
    this.peers.set(peer, this.streamsOf(peer))
    if (peer.dialed) this.askable(peer)
  }

  /** The far side opened a stream of this path. @returns whether it is one of files; else it is for somebody else to handle */
  accept(peer: PeerTunnel, path: string, stream: Duplex): boolean {
    if (path !== FILE_PATHS.serve && path !== FILE_PATHS.get) return false
    const streams = this.peers.get(peer)
    if (streams === undefined) stream.destroy()
    else streams.accept(path, stream)
    return true
  }

  /** The tunnel is ending, or is not the one to that device any more. Idempotent. */
  detach(peer: PeerTunnel): void {
    const streams = this.peers.get(peer)
    this.peers.delete(peer)
    streams?.stop()
    this.toldHeldBack(peer)
  }

  // ---- for whoever keeps the files

  /**
   * Fetches what is missing of a blob until it is whole, from whoever has it, now and whenever somebody comes. Called again for the same blob,
   * it changes priority, what comes first, and which channels may be used.
   */
  want(wanted: WantedBlob): void {
    if (this.stopped) return
    const key = keyOf(wanted.circle, wanted.stored.id)
    const known = this.fetches.get(key)
    const fetch = known ?? this.fetchOf(wanted)
    if (known === undefined) this.fetches.set(key, fetch)
    else known.want(wanted)
    this.interests.review(fetch)
    this.feedSoon()
  }

  /** Asks for nothing more of it. Resolves once nothing is being written to it any more. Idempotent. */
  async drop(circle: CircleId, blob: BlobId): Promise<void> {
    const key = keyOf(circle, blob)
    const fetch = this.fetches.get(key)
    if (fetch === undefined) return
    this.fetches.delete(key)
    fetch.stop()
    this.interests.withdraw(circle, blob)
    await fetch.settled()
    this.feedSoon()
  }

  /** Undefined unless it is wanted; it is until drop(), also when it is complete. */
  progress(circle: CircleId, blob: BlobId): TransferProgress | undefined {
    const fetch = this.fetches.get(keyOf(circle, blob))
    const progress = fetch?.progress()
    if (progress?.state !== TRANSFER_STATE.waiting || fetch?.wanted.evenCostly !== false) return progress
    return this.interests.isHeldBack(fetch.wanted)
      ? { ...progress, state: TRANSFER_STATE.heldBack }
      : progress
  }

  /** Whether somebody may be asked for it who has not said yet what they have of it. */
  isAsking(asked: AskedFor): boolean {
    return this.interests.isAsking(asked, this.fetches.get(keyOf(asked.circle, asked.id)))
  }

  /** What is here of a blob, or whether a message names it, changed by other means than want(): tells those who asked for it. */
  changed(circle: CircleId, blob: BlobId): void {
    for (const streams of this.peersOf(circle)) {
      streams.changed(blob)
      const name = this.options.host.calledAt?.(circle, streams.peer.device, blob) ?? blob
      if (name !== blob) streams.changed(name)
    }
    const fetch = this.fetches.get(keyOf(circle, blob))
    if (fetch !== undefined) this.interests.review(fetch)
    this.feedSoon()
  }

  /** A device may be asked for something else than before. */
  peerChanged(circle: CircleId, device: DeviceId): void {
    for (const streams of this.peersOf(circle))
      if (streams.peer.device === device) this.interests.reviewAllWith(streams)
    this.feedSoon()
  }

  /** Tells a device that this one has all of it. @returns false: there is no tunnel to it now */
  tellComplete(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): boolean {
    const streams = this.peersOf(circle).find(({ peer }) => peer.device === device)
    const client = streams?.clientToAsk()
    client?.complete(conversation, blob)
    return client !== undefined
  }

  /** Bytes a second by channel, each way; a channel that is not named has no limit. */
  setLimits(bytesPerSecond: Readonly<Record<string, number>>): void {
    this.limits.set(bytesPerSecond)
    this.feedSoon()
  }

  /** Ends everything; resolves once nothing is written any more. */
  async stop(): Promise<void> {
    this.stopped = true
    this.cancelTick?.()
    const fetches = [...this.fetches.values()]
    for (const fetch of fetches) fetch.stop()
    for (const peer of [...this.peers.keys()]) this.detach(peer)
    await Promise.all(fetches.map((fetch) => fetch.settled()))
    this.fetches.clear()
  }

  // ---- peers

  private streamsOf(peer: PeerTunnel): PeerStreams {
    const { host, clock } = this.options
    const { circle, device } = peer
    const { budget, limits, garbage } = this
    return new PeerStreams({
      id: String(++this.count),
      ...{ peer, clock, budget, limits, garbage },
      find: async (where, blob) =>
        host.mayAsk(circle, device, where, blob) ? await host.stored(circle, blob, where) : undefined,
      mayAsk: (where, blob) => host.mayAsk(circle, device, where, blob),
      complete: (conversation, blob) => {
        host.completeAt(circle, device, conversation, blob)
      },
      doubt: (stored, index) => this.doubt(circle, stored, index),
      told: (client, blob, runs) => {
        this.fetches.get(keyOf(circle, blob))?.told(client, runs)
        if (runs === undefined) this.interests.makeRoom(client, blob)
      },
      ready: () => {
        this.feedSoon()
      },
      lost: (client) => {
        for (const fetch of this.fetches.values()) fetch.forget(client)
      },
      askable: () => {
        this.askable(peer)
      },
      failed: (cause) => {
        this.failed(circle, cause)
      },
    })
  }

  private askable(peer: PeerTunnel): void {
    const streams = this.peers.get(peer)
    if (streams === undefined) return
    this.options.host.attached(peer.circle, peer.device)
    this.interests.reviewAllWith(streams)
    this.toldHeldBack(peer)
  }

  /** A tunnel that costs came or went: what is fetched over others alone waits for something else now. */
  private toldHeldBack({ circle, channel }: PeerTunnel): void {
    if (this.stopped || !this.interests.isCostly(channel)) return
    for (const { wanted } of this.fetches.values())
      if (wanted.circle === circle && !wanted.evenCostly) this.options.host.changed(circle, wanted.stored.id)
  }

  private peersOf(circle: CircleId): PeerStreams[] {
    return [...this.peers.values()].filter(({ peer }) => peer.circle === circle)
  }

  // ---- fetches

  private fetchOf(wanted: WantedBlob): BlobFetch {
    const { host, clock } = this.options
    const { circle, stored } = wanted
    const fetch: BlobFetch = new BlobFetch({
      clock,
      wanted,
      buffers: this.buffers,
      freeBytes: () => host.freeBytes(),
      refused: (cause) => host.refused(cause),
      changed: () => {
        if (fetch.isWhole) this.interests.release(fetch)
        if (this.stopped) return
        host.changed(circle, stored.id)
        this.feedSoon()
      },
      grew: () => {
        for (const streams of this.peersOf(circle)) streams.changed(stored.id)
      },
      lied: (client) => {
        const peer = this.peersOf(circle).find((streams) => streams.client === client)?.peer
        const about = peer && { device: peer.device, channel: peer.channel, remote: peer.remote }
        host.fault(chunkWrong(), { circle, ...about })
      },
      failed: (cause) => {
        this.failed(circle, cause)
      },
    })
    return fetch
  }

  /** Those that are waited for, whoever was served longest ago first; then what is read, then by priority, then in the order in which they were wanted. */
  private inOrder(): BlobFetch[] {
    return [...this.fetches.values()]
      .map((fetch) => ({ fetch, place: fetch.place }))
      .sort(({ place: a }, { place: b }) => a[0] - b[0] || a[1] - b[1])
      .map(({ fetch }) => fetch)
  }

  private feedSoon(): void {
    if (this.isFeeding || this.stopped) return
    this.isFeeding = true
    queueMicrotask(() => {
      this.isFeeding = false
      this.feed()
    })
  }

  /** Gives each source, the fastest first, as much to do as it has room for. */
  private feed(): void {
    if (this.stopped) return
    const sources = [...this.peers.values()]
      .flatMap(({ peer, client }) => (client === undefined ? [] : [{ circle: peer.circle, client }]))
      .sort((a, b) => b.client.rate - a.client.rate)
    const fetches = this.inOrder()
    for (const { circle, client } of sources) {
      // What is read goes before all else, also before the rest of the same file.
      for (const part of ['read', 'all'] as const)
        for (const fetch of fetches) {
          if (!client.hasRoom) break
          if (fetch.wanted.circle === circle) fetch.feed(client, part)
        }
      client.regrant()
    }
  }

  private tick(): void {
    for (const { client } of this.peers.values()) {
      if (client === undefined || !this.isToGiveWay(client)) continue
      for (const fetch of this.fetches.values()) fetch.stall(client)
      client.cancelAll()
      client.forgive()
    }
    if (this.budget.isUnused) this.buffers.clear()
    this.interests.reviewIfDue(this.peers.values())
    this.feedSoon()
    this.cancelTick = this.options.clock.after(TICK_MS, () => {
      this.tick()
    })
  }

  /** It is silent; or sends next to nothing, where others could. */
  private isToGiveWay(client: ChunkClient): boolean {
    if (client.isStalled) return true
    return client.isCrawling && [...this.fetches.values()].some((fetch) => fetch.hasOther(client))
  }

  // ---- trouble

  /** Somebody says that a chunk from here is wrong: it is hashed again. */
  private async doubt(circle: CircleId, stored: ChunkSource, index: number): Promise<void> {
    if (await isDamaged(this.options.primitives, stored, index))
      await this.options.host.damaged(circle, stored.id, index)
  }

  /** Something broke here; of one kind of trouble it is told now and then. */
  private failed(circle: CircleId, cause: unknown): void {
    if (this.stopped) return
    const fault =
      this.options.host.refused(cause) ??
      (cause instanceof Fault ? cause : new Unavailable('transfer-failed', { cause }))
    const now = this.options.clock.elapsed()
    if (now - (this.toldOf.get(fault.code) ?? -Infinity) < TELL_AGAIN_MS) return
    this.toldOf.set(fault.code, now)
    this.options.host.fault(fault, { circle })
  }
}

function keyOf(circle: CircleId, blob: BlobId): string {
  return `${circle}/${blob}`
}
