/**
 * Whom this device asks what they have of the blobs that it wants (spec §15.7): those who may be asked, over a channel that the blob may
 * come by. What they tell is for its fetch.
 */
import type { BlobId, CircleId, Clock, ConversationId } from '@triode/core'
import type { ChannelTraits } from '@triode/channels'
import type { BlobFetch } from './blobFetch.ts'
import type { ChunkClient } from './chunkClient.ts'
import type { PeerStreams } from './peerStreams.ts'
import type { AskedFor, TransferHost, WantedBlob } from './transferHost.ts'
import { MAX_INTERESTS_ASKED, REVIEW_EVERY_MS, SLOW_BYTES_PER_SECOND } from './tuning.ts'

export interface InterestsOptions {
  readonly host: Pick<TransferHost, 'askIn' | 'calledAt'>
  readonly clock: Clock
  /** Of a channel by its name. */
  readonly traits: (channel: string) => ChannelTraits | undefined
  /** All that is wanted, as it is now. */
  readonly fetches: ReadonlyMap<string, BlobFetch>
  /** Those of a circle to whom there is a tunnel now. */
  readonly peersOf: (circle: CircleId) => readonly PeerStreams[]
}

export class Interests {
  private readonly options: InterestsOptions
  private reviewedAt: number

  constructor(options: InterestsOptions) {
    this.options = options
    this.reviewedAt = options.clock.elapsed()
  }

  /** Asks those who may be asked for it what they have, and nobody else. */
  review(fetch: BlobFetch): void {
    for (const streams of this.options.peersOf(fetch.wanted.circle)) this.reviewWith(fetch, streams)
  }

  /** Asks a peer for all that it may be asked for, and for nothing else. */
  reviewAllWith(streams: PeerStreams): void {
    const { client } = streams
    const fetches = [...this.options.fetches.values()].sort(
      // What nobody said anything of is at -Infinity, and beside itself.
      (a, b) => a.rank - b.rank || a.unknownSince(client) - b.unknownSince(client) || 0,
    )
    for (const fetch of fetches) this.reviewWith(fetch, streams)
  }

  /** Reviews all with all, if it is time to: it was not done for long, or there is room for more. */
  reviewIfDue(peers: Iterable<PeerStreams>): void {
    const now = this.options.clock.elapsed()
    if (now - this.reviewedAt < REVIEW_EVERY_MS) return
    this.reviewedAt = now
    for (const streams of peers) this.reviewAllWith(streams)
  }

  /** Nobody has to tell what they have of it any more. */
  withdraw(circle: CircleId, blob: BlobId): void {
    for (const { client } of this.options.peersOf(circle)) client?.noInterest(blob)
  }

  /** It is whole: others may be asked for in its place. */
  release({ wanted }: BlobFetch): void {
    this.withdraw(wanted.circle, wanted.stored.id)
    if (this.isCrowded) this.reviewedAt = -Infinity
  }

  /** A source does not know it: where more are wanted than can be asked for at once, it gives way to others. */
  makeRoom(client: ChunkClient, blob: BlobId): void {
    if (!this.isCrowded) return
    client.noInterest(blob)
    this.reviewedAt = -Infinity
  }

  /** Whether somebody may be asked for it who has not said yet what they have of it. @param fetch if it is wanted already */
  isAsking(asked: AskedFor, fetch: BlobFetch | undefined): boolean {
    return this.options.peersOf(asked.circle).some((streams) => {
      if (fetch?.heard(streams.client) === true) return false
      return this.mayUse(asked, streams) && this.askIn(asked, asked.id, streams) !== undefined
    })
  }

  /** Whether somebody could be asked, but for what the channel costs. */
  isHeldBack(wanted: WantedBlob): boolean {
    const { peersOf } = this.options
    return peersOf(wanted.circle).some(
      (streams) =>
        this.isCostly(streams.peer.channel) && this.askIn(wanted, wanted.stored.id, streams) !== undefined,
    )
  }

  /** Whether a channel is slow or costs money. */
  isCostly(channel: string): boolean {
    const traits = this.options.traits(channel)
    return (
      traits !== undefined && (traits.costPerMiB > 0 || traits.typicalBytesPerSecond < SLOW_BYTES_PER_SECOND)
    )
  }

  private reviewWith(fetch: BlobFetch, streams: PeerStreams): void {
    const { wanted } = fetch
    const { id } = wanted.stored
    const { circle, device } = streams.peer
    if (circle !== wanted.circle || fetch.isWhole) return
    const where = this.mayUse(wanted, streams) ? this.askIn(wanted, id, streams) : undefined
    if (where !== undefined) {
      const name = this.options.host.calledAt?.(circle, device, id)
      streams.clientToAsk()?.interest(where, id, name)
    } else if (streams.client !== undefined) {
      streams.client.noInterest(id)
      fetch.forget(streams.client)
    }
  }

  private mayUse({ evenCostly }: Pick<WantedBlob, 'evenCostly'>, { peer }: PeerStreams): boolean {
    return evenCostly || !this.isCostly(peer.channel)
  }

  /** A conversation in which a peer may be asked for it. */
  private askIn(
    { circle, conversation }: Pick<WantedBlob, 'circle' | 'conversation'>,
    blob: BlobId,
    { peer }: PeerStreams,
  ): ConversationId | undefined {
    return this.options.host.askIn(circle, peer.device, blob, conversation)
  }

  /** More are wanted than can be asked for at once. */
  private get isCrowded(): boolean {
    return this.options.fetches.size > MAX_INTERESTS_ASKED
  }
}
