/**
 * A week of twenty devices of which those who write and those who read are never on at the same time: what is written reaches
 * everybody all the same, by way of others who may read it too, and who come and go (spec §10).
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sealedToNow, simulate, type SimulatedDevice, type World } from '@triode/testkit'

const HOUR_MS = 3_600_000
const HOURS_A_DAY = 24
const DAYS = 7
/** Everyone has been on for once more by then. */
const DAYS_AFTER = 1
/** Share of the hours in which a device that carries is on, and messages of a shift in an hour. */
const [CARRIERS_ON, WRITES] = [0.3, 1]
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
  readonly carriers: readonly SimulatedDevice[]
}

/** All devices of a member belong to the same. Keepers read nothing, and so carry nothing here. */
function castOf(world: World): Cast {
  const readers = world.members.filter((device) => device.state.members.get(device.member)?.role !== 'keeper')
  const members = [...new Set(readers.map(({ member }) => member))]
  const of = (turn: number): SimulatedDevice[] =>
    readers.filter(({ member }) => members.indexOf(member) % 3 === turn)
  return { shifts: [of(0), of(1)], carriers: of(2) }
}

function writeTo(world: World, author: SimulatedDevice): void {
  const { circle: conversation } = author.state.conversations
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
  for (const device of world.running)
    for (let link = 0; link < LINKS; link++) world.network.link(device, world.random.pick(world.running))
  for (const shift of cast.shifts)
    for (const author of shift)
      if (writing && author.running && world.random.chance(WRITES / shift.length)) writeTo(world, author)
  world.clock.advance(HOUR_MS)
  assert.ok(!cast.shifts.every((shift) => shift.some(({ running }) => running)), 'two shifts were on at once')
}

/** Lives through the week. @returns what is missing, or there twice, on whose device, before anything is repaired */
function week(world: World, withCarriers: boolean): { readonly written: number; readonly wrong: string[] } {
  const cast = castOf(world)
  for (const device of world.members) device.stop()
  const before = world.records.messages.length
  const among = withCarriers ? cast : { ...cast, carriers: [] }
  for (let hour = 0; hour < (DAYS + DAYS_AFTER) * HOURS_A_DAY; hour++)
    oneHour(world, among, hour, hour < DAYS * HOURS_A_DAY)
  const written = world.records.messages.slice(before)
  for (const device of world.members) device.stop()
  const wrong = cast.shifts.flat().flatMap((device) => {
    device.start()
    const shown = device.shown(device.state.conversations.circle).map(({ text }) => text)
    device.stop()
    return written.flatMap(({ text }) => {
      const times = shown.filter((one) => one === text).length
      return times === 1 ? [] : [`${device.name} shows "${text}" ${times} times`]
    })
  })
  for (const device of world.members) device.start()
  return { written: written.length, wrong }
}

/** @returns what the week found, and what the rules of the simulator did */
function lived(
  seed: string,
  withCarriers: boolean,
): ReturnType<typeof week> & { readonly violations: string[] } {
  let found: ReturnType<typeof week> | undefined
  const { violations } = simulate({
    seed,
    devices: 20,
    steps: 1,
    calm: true,
    beforeRest: (world) => {
      found = week(world, withCarriers)
    },
  })
  assert.ok(found)
  return { ...found, violations: violations.map(({ rule, what }) => `${rule}: ${what}`) }
}

describe('those who are never on at the same time', () => {
  it('have all that the others wrote in a week, once, by way of a third', (context) => {
    const { written, wrong, violations } = lived('one', true)
    context.diagnostic(`${written} messages in a week`)
    assert.ok(written >= 60)
    assert.deepEqual(wrong, [])
    assert.deepEqual(violations, [])
  })

  it('have nothing of it where there is no third: so the above is his doing', () => {
    const { wrong } = lived('none', false)
    assert.ok(wrong.length > 0)
  })
})
