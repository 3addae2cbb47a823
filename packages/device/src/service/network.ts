/** The devices of a circle, as far as this one knows how they are connected. */
import type { CircleId, DeviceId, MemberId } from '@triode/core'
import type { Peer } from './member.ts'

export interface NetworkView {
  readonly circle: CircleId
  /** Of links between other devices nothing is known here: nobody tells. */
  readonly known: 'own-links'
  /** The active ones, this one among them. */
  readonly devices: NetworkDevice[]
}

export interface NetworkDevice {
  readonly device: DeviceId
  readonly member: MemberId
  readonly name?: string
  readonly role: string
  /** This very device. */
  readonly self: boolean
  /** Of one's own member. */
  readonly own: boolean
  /** Entries written here and sealed to it, which it has not said it has. */
  readonly waiting: number
  /** The tunnel there is now. */
  readonly link?: Peer
  /** When there was one last; absent while there is, or if there never was. */
  readonly seenAt?: number
}
