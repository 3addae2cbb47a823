import type { Duplex } from 'node:stream'
import type { PeerTunnel } from './peerTunnel.ts'

/** Who serves and opens streams of tunnels beside sync. */
export interface TunnelStreams {
  /** The tunnel is the one to its device from now on. */
  attach(peer: PeerTunnel): void
  /** It is not any more. Idempotent. */
  detach(peer: PeerTunnel): void
  /** @returns whether the stream is one of these */
  accept(peer: PeerTunnel, path: string, stream: Duplex): boolean
}
