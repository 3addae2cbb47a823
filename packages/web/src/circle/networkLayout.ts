/** Where the devices of a circle stand in its picture: this one in the middle, the others around it, those of a member together. */
import type { Output } from '@triode/api'

export type NetworkDevice = Output<'network'>['devices'][number]
export type LinkOfOthers = Output<'network'>['links'][number]

interface Point {
  readonly x: number
  readonly y: number
}

export interface PlacedDevice extends Point {
  readonly device: NetworkDevice
}

export interface PlacedMember extends Point {
  readonly member: string
  readonly devices: readonly PlacedDevice[]
}

export interface Layout {
  /** `x` and `y` are where the name stands. */
  readonly members: readonly PlacedMember[]
  /** From the middle to each edge of the picture, in its own units. */
  readonly reach: number
}

/** Units between two neighbours on the ring, so that names don't run into each other. */
const SPACE = 110
const LEAST_RADIUS = 150
/** Units from the ring to the names, and from there to the edge. */
const NAME_DISTANCE = 40
const MARGIN = 74
/** In parts of the way from the middle to a device. */
const WORDS_AT = 0.56

/** This very device is left out: it is the middle. Units are those of the picture. */
export function layOut(devices: readonly NetworkDevice[]): Layout {
  const others = devices.filter(({ self }) => !self)
  const groups = [...Map.groupBy(others, ({ member }) => member)]
  const radius = Math.max(LEAST_RADIUS, (others.length * SPACE) / (2 * Math.PI))
  const stepDegrees = 360 / Math.max(1, others.length)
  let place = 0
  const members = groups.map(([member, group]): PlacedMember => {
    const middle = place + (group.length - 1) / 2
    const placed = group.map((device): PlacedDevice => {
      const point = pointAt(place * stepDegrees, radius)
      place += 1
      return { device, ...point }
    })
    return { member, devices: placed, ...pointAt(middle * stepDegrees, radius + NAME_DISTANCE) }
  })
  return { members, reach: radius + NAME_DISTANCE + MARGIN }
}

export interface Bow {
  readonly link: LinkOfOthers
  /** Of an SVG path. */
  readonly path: string
  /** Where words about it stand. */
  readonly middle: Point
}

/** Lines between others: bent outwards where they would run through the middle, which has no part in them. */
export function bowsOf(members: readonly PlacedMember[], links: readonly LinkOfOthers[]): Bow[] {
  const places = new Map(members.flatMap(({ devices }) => devices).map((one) => [one.device.device, one]))
  return links.flatMap((link) => {
    const [one, other] = link.between.map((device) => places.get(device))
    return one === undefined || other === undefined ? [] : [bow(link, one, other)]
  })
}

/** How far from the middle a line keeps, in parts of the ring's radius. */
const CLEARANCE = 0.6

function bow(link: LinkOfOthers, one: Point, other: Point): Bow {
  const half = { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 }
  const distance = Math.hypot(half.x, half.y)
  const radius = Math.hypot(one.x, one.y)
  // Of two that stand opposite each other any side is as good.
  const [x, y] = distance > 1 ? [half.x / distance, half.y / distance] : [-one.y / radius, one.x / radius]
  const away = Math.max(distance, 2 * CLEARANCE * radius - distance)
  const path = `M ${one.x} ${one.y} Q ${x * away} ${y * away} ${other.x} ${other.y}`
  const middle = (distance + away) / 2
  return { link, path, middle: { x: x * middle, y: y * middle } }
}

/** Units: as far as this from the height of its device, the words of a line may run past that. */
const BESIDE_FROM = 46

/** Where the words about a line from the middle stand, and on which side of that point: not over those of the middle. */
export function wordsAt({ x, y }: Point): Point & { readonly side: 'left' | 'middle' | 'right' } {
  const isSteep = Math.abs(x) < 20
  const side = isSteep || Math.abs(y) < BESIDE_FROM ? 'middle' : x < 0 ? 'left' : 'right'
  return { x: x * WORDS_AT, y: y * WORDS_AT, side }
}

/** @param degrees clockwise from the top */
function pointAt(degrees: number, distance: number): Point {
  const radians = ((degrees - 90) * Math.PI) / 180
  return { x: Math.cos(radians) * distance, y: Math.sin(radians) * distance }
}
