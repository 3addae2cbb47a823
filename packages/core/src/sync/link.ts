/** One authenticated way to a device, as a tunnel gives it: whole frames, in order, both ways. */
import type { Fault } from '../fault.ts'
import type { DeviceId } from '../id.ts'

/** How a link goes, as others of the circle may be told of it (spec §10.8). */
export interface LinkWay {
  /** Name of the channel. */
  readonly channel: string
  /** The device that hands the link on, if one does. */
  readonly via: DeviceId | undefined
  /** As measured last, in milliseconds. */
  roundTripMs(): number | undefined
}

export interface PeerLink {
  /** Proven by the tunnel. */
  readonly device: DeviceId
  /** Without it nobody is told of the link. */
  readonly way?: LinkWay
  /** Queues a frame. After close: nothing. */
  send(frame: Uint8Array): void
  /** Bytes queued that the channel has not taken yet. */
  backlogBytes(): number
  /** Stops (or goes on with) handing in frames, so that the far side feels it. */
  setPaused(paused: boolean): void
  /** Ends the link; `fault` names why. `last` is a frame that may still go, if the far side takes it soon. Idempotent. */
  close(fault?: Fault, last?: Uint8Array): void
}
