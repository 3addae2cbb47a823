import type { CircleId, DeviceId } from '@triode/core'
import type { Tunnel } from '@triode/tunnel'

/** A live tunnel to a device of a circle. */
export interface PeerTunnel {
  readonly circle: CircleId
  readonly device: DeviceId
  readonly tunnel: Tunnel
  readonly channel: string
  readonly remote: string
  /** As `Link.local` says. */
  readonly local?: string
  readonly since: number
  readonly sinceElapsed: number
  readonly dialed: boolean
  roundTripMs: number | undefined
}

/** The device that hands its link on, if one does. */
export function viaOf({ remote }: PeerTunnel): DeviceId | undefined {
  const [, via] = /^forward:([a-z2-7]{52})$/.exec(remote) ?? []
  return via as DeviceId | undefined
}
