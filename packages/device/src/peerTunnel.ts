import type { CircleId, DeviceId } from '@triode/core'
import type { Tunnel } from '@triode/tunnel'

/** A live tunnel to a device of a circle. */
export interface PeerTunnel {
  readonly circle: CircleId
  readonly device: DeviceId
  readonly tunnel: Tunnel
  readonly channel: string
  readonly remote: string
  readonly since: number
  readonly sinceElapsed: number
  readonly dialed: boolean
  roundTripMs: number | undefined
}
