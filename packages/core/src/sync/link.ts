/** One authenticated way to a device, as a tunnel gives it: whole frames, in order, both ways. */
import type { Fault } from '../fault.ts'
import type { DeviceId } from '../id.ts'

export interface PeerLink {
  /** Proven by the tunnel. */
  readonly device: DeviceId
  /** Queues a frame. After close: nothing. */
  send(frame: Uint8Array): void
  /** Bytes queued that the channel has not taken yet. */
  backlogBytes(): number
  /** Stops (or goes on with) handing in frames, so that the far side feels it. */
  setPaused(paused: boolean): void
  /** Ends the link; `fault` names why. `last` is a frame that may still go, if the far side takes it soon. Idempotent. */
  close(fault?: Fault, last?: Uint8Array): void
}
