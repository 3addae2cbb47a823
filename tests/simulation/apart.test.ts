/**
 * A week of twenty devices of which those who write and those who read are never on at the same time: what is written reaches
 * everybody all the same. What all may read comes by way of others who may read it too, and who come and go (spec §10); direct
 * conversations and rooms of which nobody else reads anything, by keepers, which come and go as well (spec §16).
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { roomIdOf, type ConversationId, type MemberId } from '@triode/core'
import { sealedToNow, simulate, type SimulatedDevice, type World } from '@triode/testkit'

const HOUR_MS = 3_600_000
const HOURS_A_DAY = 24
const DAYS = 7
/** Everyone has met a third more than once by then. */
const DAYS_AFTER = 2
/** Share of the hours in which a device that carries is on, and a keeper. */
const [CARRIERS_ON, KEEPERS_ON] = [0.3, 0.5]
/** Messages of a shift in an hour: to the circle, and to the room and the other one together. */
const [WRITES, WRITES_APART] = [1, 0.5]
const NONCE_BYTES = 16
/** Until all know of a room. */
const SPREAD_MS = 60_000
/** Of ends of a device, those that are none in good order. */
const CRASHES = 0.3
/** Links of each device that is on, besides those that others make to it. */
const LINKS = 2
/** Hours of the day in which each is on. */
const SHIFTS = [
  { from: 6, to: 12 },
  { from: 14, to: 20 },
] as const

interface Cast {
  /** Devices of each shift: no device of the one is ever on with one of the other. */
  readonly shifts: readonly (readonly SimulatedDevice[])[]
  /** They read what all may read. */
  readonly carriers: readonly SimulatedDevice[]
  /** They read nothing. */
  readonly keepers: readonly SimulatedDevice[]
  /** A room and a direct conversation whose members are in both shifts, and none of them a carrier. */
  readonly apart: readonly Apart[]
}

interface Apart {
  readonly kind: 'room' | 'direct'
  readonly conversation: ConversationId
  readonly members: readonly MemberId[]
}

/** All devices of a member belong to the same. */
function castOf(world: World): Cast {
  const isKeeper = (device: SimulatedDevice): boolean =>
    device.state.members.get(device.member)?.role === 'keeper'
  const readers = world.members.filter((device) => !isKeeper(device))
  const members = [...new Set(readers.map(({ member }) => member))]
  const of = (turn: number): SimulatedDevice[] =>
    readers.filter(({ member }) => members.indexOf(member) % 3 === turn)
  const shifts = [of(0), of(1)]
  const some = shifts.map((shift) => [...new Set(shift.map(({ member }) => member))].slice(0, 2))
  return {
    shifts,
    carriers: of(2),
    keepers: world.members.filter(isKeeper),
    apart: [makeRoom(world, shifts[0]?.[0], some.flat()), directOf(shifts, some)],
  }
}

function makeRoom(world: World, maker: SimulatedDevice | undefined, members: readonly MemberId[]): Apart {
  assert.ok(maker)
  const nonce = world.random.bytes(NONCE_BYTES)
  for (const device of world.running) if (device !== maker) world.network.link(maker, device)
  maker.append({ type: 'room', nonce, members: members.toSorted() })
  const conversation = roomIdOf(world.suite, maker.state.id, maker.self, nonce)
  world.rooms.add(conversation)
  world.clock.advance(SPREAD_MS)
  return { kind: 'room', conversation, members }
}

function directOf(
  shifts: readonly (readonly SimulatedDevice[])[],
  some: readonly (readonly MemberId[])[],
): Apart {
  const [one, other] = some.flatMap((members) => members.slice(0, 1))
  const device = shifts[0]?.[0]
  assert.ok(one !== undefined && other !== undefined && device)
  return {
    kind: 'direct',
    conversation: device.state.conversations.direct(one, other),
    members: [one, other],
  }
}

function writeTo(world: World, author: SimulatedDevice, conversation: ConversationId): void {
  const number = world.records.nextNumber
  const text = `m${number} by ${author.name}`
  const sealedTo = sealedToNow(author, conversation)
  const id = author.participant.write(conversation, { kind: 'text', text, mentions: [] })
  world.records.add({
    author,
    sealedTo,
    outcome: 'acknowledged',
    amendments: [],
    frail: false,
    number,
    conversation,
    text,
    id,
    expires: false,
  })
}

function turn(world: World, device: SimulatedDevice, on: boolean): void {
  if (on) device.start()
  else if (world.random.chance(CRASHES)) device.crash()
  else device.stop()
}

function oneHour(world: World, cast: Cast, hour: number, writing: boolean): void {
  const time = hour % HOURS_A_DAY
  for (const [index, { from, to }] of SHIFTS.entries())
    for (const device of cast.shifts[index] ?? []) turn(world, device, time >= from && time < to)
  for (const device of cast.carriers) turn(world, device, world.random.chance(CARRIERS_ON))
  for (const device of cast.keepers) turn(world, device, world.random.chance(KEEPERS_ON))
  for (const device of world.running)
    for (let link = 0; link < LINKS; link++) world.network.link(device, world.random.pick(world.running))
  if (writing) for (const shift of cast.shifts) oneHourOfWriting(world, cast, shift)
  world.clock.advance(HOUR_MS)
  assert.ok(!cast.shifts.every((shift) => shift.some(({ running }) => running)), 'two shifts were on at once')
}

function oneHourOfWriting(world: World, { apart }: Cast, shift: readonly SimulatedDevice[]): void {
  for (const author of shift)
    if (author.running && world.random.chance(WRITES / shift.length))
      writeTo(world, author, author.state.conversations.circle)
  if (!world.random.chance(WRITES_APART)) return
  const { conversation, members } = world.random.pick(apart)
  const authors = shift.filter((device) => device.running && members.includes(device.member))
  if (authors.length > 0) writeTo(world, world.random.pick(authors), conversation)
}

interface Week {
  /** Of each kind of conversation, messages that were written. */
  readonly written: Readonly<Record<'circle' | 'room' | 'direct', number>>
  /** What is missing, or there twice, on whose device, before anything is repaired. */
  readonly wrong: Readonly<Record<'circle' | 'room' | 'direct', readonly string[]>>
}

/** Lives through the week. */
function week(world: World, withThird: boolean): Week {
  const cast = castOf(world)
  for (const device of world.members) device.stop()
  const before = world.records.messages.length
  const among = withThird ? cast : { ...cast, carriers: [], keepers: [] }
  for (let hour = 0; hour < (DAYS + DAYS_AFTER) * HOURS_A_DAY; hour++)
    oneHour(world, among, hour, hour < DAYS * HOURS_A_DAY)
  for (const device of world.members) device.stop()
  const written = world.records.messages.slice(before)
  const kindOf = (conversation: ConversationId): 'circle' | 'room' | 'direct' =>
    cast.apart.find((one) => one.conversation === conversation)?.kind ?? 'circle'
  const of = (kind: string): typeof written =>
    written.filter(({ conversation }) => kindOf(conversation) === kind)
  const wrong = { circle: [], room: [], direct: [] } as Record<'circle' | 'room' | 'direct', string[]>
  for (const device of cast.shifts.flat()) {
    device.start()
    for (const { conversation, text } of written) {
      const one = cast.apart.find((each) => each.conversation === conversation)
      if (one !== undefined && !one.members.includes(device.member)) continue
      const times = device.shown(conversation).filter((message) => message.text === text).length
      if (times !== 1)
        wrong[kindOf(conversation)].push(`${device.name} shows "${text}" ${String(times)} times`)
    }
    device.stop()
  }
  for (const device of world.members) device.start()
  return {
    written: { circle: of('circle').length, room: of('room').length, direct: of('direct').length },
    wrong,
  }
}

/** @returns what the week found, and what the rules of the simulator did */
function lived(seed: string, withThird: boolean): Week & { readonly violations: string[] } {
  let found: Week | undefined
  const { violations } = simulate({
    seed,
    devices: 20,
    steps: 1,
    calm: true,
    beforeRest: (world) => {
      found = week(world, withThird)
    },
  })
  assert.ok(found)
  return { ...found, violations: violations.map(({ rule, what }) => `${rule}: ${what}`) }
}

describe('those who are never on at the same time', () => {
  it('have all that the others wrote in a week, once, by way of a third', (context) => {
    const { written, wrong, violations } = lived('one', true)
    const { circle, room, direct } = written
    context.diagnostic(
      `${String(circle)} messages to all, ${String(room)} to a room, ${String(direct)} to one, in a week`,
    )
    assert.ok(circle >= 60 && room >= 10 && direct >= 10)
    assert.deepEqual(wrong, { circle: [], room: [], direct: [] })
    assert.deepEqual(violations, [])
  })

  it('have nothing of it where there is no third: so the above is its doing', () => {
    const { wrong } = lived('none', false)
    for (const missing of Object.values(wrong)) assert.ok(missing.length > 0)
  })
})
