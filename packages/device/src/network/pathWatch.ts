/**
 * Finds out soon which tunnels have ended without a word: when this machine is in another network or slept, when a device says that it is
 * elsewhere, and when what was sent is not answered (spec §8.7). By itself a tunnel notices within 95 s.
 */
import type { Channel } from '@triode/channels'
import { Unavailable, type Clock, type CircleId, type DeviceId } from '@triode/core'
import { Allowance } from '../allowance.ts'
import type { PeerTunnel } from './peerTunnel.ts'
import type { Surroundings } from './surroundings.ts'
import {
  MAX_UNANSWERED_BYTES,
  MOVE_EVERY_MS,
  MOVES_AT_ONCE,
  PROBE_MS,
  SLOW_PROBE_MS,
  UNANSWERED_MS,
} from '../tuning.ts'

export interface PathWatchOptions {
  readonly surroundings: Surroundings
  readonly clock: Clock
  readonly channels: readonly Channel[]
  readonly peers: () => readonly PeerTunnel[]
  /** Changes when a device says anew where it is. */
  readonly cardOf: (circle: CircleId, device: DeviceId) => unknown
  /** All that is known of whom can be reached how is old. */
  readonly moved: () => void
}

/** What was seen of a tunnel. */
interface Seen {
  readonly card: unknown
  readonly readBytes: number
  readonly writtenBytes: number
  /** When something was first found unanswered, by the monotonic clock. */
  since?: number
  asked?: boolean
}

export class PathWatch {
  private readonly options: PathWatchOptions
  private readonly seen = new WeakMap<PeerTunnel, Seen>()
  private readonly moves: Allowance
  /** A move or a sleep that nothing was made of yet. */
  private pending: { readonly isCut: boolean } | undefined

  constructor(options: PathWatchOptions) {
    this.options = options
    this.moves = new Allowance(options.clock, { most: MOVES_AT_ONCE, everyMs: MOVE_EVERY_MS })
  }

  /** To be called each second or so. */
  look(): void {
    const { surroundings, peers } = this.options
    const { left, moved, woke, isCut } = surroundings.look()
    for (const { local, tunnel } of peers()) {
      if (local !== undefined && left.has(local.split('%')[0] ?? ''))
        tunnel.destroy(new Unavailable('address-gone'))
    }
    if (moved || woke) this.pending = { isCut: isCut || this.pending?.isCut === true }
    if (this.pending !== undefined && this.moves.take()) this.startAnew(this.pending)
    for (const peer of peers()) this.lookAt(peer)
  }

  private startAnew({ isCut }: { readonly isCut: boolean }): void {
    const { channels, peers, moved } = this.options
    this.pending = undefined
    for (const channel of channels) channel.moved?.(isCut)
    for (const peer of peers()) probe(peer)
    moved()
  }

  private lookAt(peer: PeerTunnel): void {
    const { clock, cardOf } = this.options
    const { readBytes, writtenBytes } = peer.tunnel.traffic
    const card = cardOf(peer.circle, peer.device)
    const seen = this.seen.get(peer)
    if (seen !== undefined && seen.card !== card) probe(peer)
    if (seen === undefined || seen.readBytes !== readBytes || seen.card !== card) {
      this.seen.set(peer, { card, readBytes, writtenBytes })
      return
    }
    const unanswered = writtenBytes - seen.writtenBytes
    if (unanswered === 0 || unanswered > MAX_UNANSWERED_BYTES || seen.asked === true) return
    seen.since ??= clock.elapsed()
    if (clock.elapsed() - seen.since < UNANSWERED_MS) return
    seen.asked = true
    probe(peer)
  }
}

function probe({ channel, tunnel, roundTripMs = 0 }: PeerTunnel): void {
  tunnel.probe(Math.max(channel === 'tor' ? SLOW_PROBE_MS : PROBE_MS, PROBE_ROUND_TRIPS * roundTripMs))
}

/** A pong may take some times as long as it did when the link was quiet. */
const PROBE_ROUND_TRIPS = 5
