/** Measures the round trip of a tunnel now and then. */
import type { Clock } from '@triode/core'
import type { PeerTunnel } from './peerTunnel.ts'
import { ROUND_TRIP_EVERY_MS } from '../tuning.ts'

/** @returns the end of it */
export function measureRoundTrips(peer: PeerTunnel, clock: Clock, measured: () => void): () => void {
  let cancel: (() => void) | undefined
  let over = false
  const again = (): void => {
    peer.tunnel.ping().then(
      (ms) => {
        peer.roundTripMs = ms
        measured()
        if (!over) cancel = clock.after(ROUND_TRIP_EVERY_MS, again)
      },
      () => undefined,
    )
  }
  again()
  return () => {
    over = true
    cancel?.()
  }
}
