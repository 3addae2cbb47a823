/** Where the devices of a circle stand in its picture: this one in the middle, the others around it, those of a member together. */
import type { Member } from '@triode/api'

export interface PlacedDevice {
  readonly device: string
  readonly member: Member
  readonly online: boolean
  readonly x: number
  readonly y: number
  /** Degrees, clockwise from the top. */
  readonly angle: number
}

export interface PlacedMember {
  readonly member: Member
  readonly devices: readonly PlacedDevice[]
  /** Where the name stands. */
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly members: readonly PlacedMember[]
  /** From the middle to each edge of the picture, in its own units. */
  readonly reach: number
}

/** Units between two neighbours on the ring, so that names don't run into each other. */
const SPACE = 110
const LEAST_RADIUS = 150
/** Units from the ring to the names, and from there to the edge. */
const NAME_DISTANCE = 36
const MARGIN = 74

/** @param self the device in the middle, which is left out */
export function layOut(members: readonly Member[], self: string): Layout {
  const groups = members
    .map((member) => ({ member, devices: member.devices.filter(({ device }) => device !== self) }))
    .filter(({ devices }) => devices.length > 0)
  const total = groups.reduce((sum, { devices }) => sum + devices.length, 0)
  const radius = Math.max(LEAST_RADIUS, (total * SPACE) / (2 * Math.PI))
  const step = 360 / Math.max(1, total)
  let place = 0
  const placed = groups.map(({ member, devices }): PlacedMember => {
    const middle = (place + (devices.length - 1) / 2) * step
    const around = devices.map(({ device, online }): PlacedDevice => {
      const angle = place * step
      place += 1
      return { device, member, online, angle, ...pointAt(angle, radius) }
    })
    return { member, devices: around, ...pointAt(middle, radius + NAME_DISTANCE) }
  })
  return { members: placed, reach: radius + NAME_DISTANCE + MARGIN }
}

function pointAt(degrees: number, distance: number): { x: number; y: number } {
  const radians = ((degrees - 90) * Math.PI) / 180
  return { x: Math.cos(radians) * distance, y: Math.sin(radians) * distance }
}
