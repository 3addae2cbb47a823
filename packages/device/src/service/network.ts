/** The devices of a circle, as far as this one knows how they are connected. */
import type { CircleId, DeviceId, MemberId } from '@triode/core'
import type { Peer } from './member.ts'

export interface NetworkView {
  readonly circle: CircleId
  /** Whether this device is told of links between others, as the policy `links` and its role say. */
  readonly known: 'own-links' | 'told-links'
  /** The key exchange group of every tunnel of the circle: its suite knows no other (spec §7.1). */
  readonly group: string
  /** The active ones, this one among them. */
  readonly devices: NetworkDevice[]
  /** Links between two others, by the word of those that this device is linked to (spec §10.8). */
  readonly links: LinkOfOthers[]
}

export interface LinkOfOthers {
  /** The smaller id first. */
  readonly between: [DeviceId, DeviceId]
  readonly channel: string
  /** The device that hands it on. */
  readonly via?: DeviceId
  /** At most, and at least half of it when it was measured; a power of two. */
  readonly roundTripMs?: number
  /** Who of the two says so. */
  readonly toldBy: DeviceId[]
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
  /** Whether it has told of its links to others. */
  readonly tells: boolean
  /** The tunnel there is now. */
  readonly link?: Peer
  /** When there was one last; absent while there is, or if there never was. */
  readonly seenAt?: number
}
