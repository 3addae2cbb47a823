/**
 * People who meet nobody but keepers, while these come and go: are appointed and dismissed, crash, have no room on their disks, and
 * wrong clocks; and while people move to other machines by a backup. When that is over, all have what was sealed to them, once, and
 * its authors know.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Unavailable, type ConversationId } from '@triode/core'
import { simulate, writeOne, type SimulatedDevice, type World, type WrittenMessage } from '@triode/testkit'

/** Of eight devices the seventh is a keeper’s; two others become such now and then. */
const DEVICES = 8
const TURNS = 60
/** In the end. */
const ROUNDS = 6
const HOUR_MS = 3_600_000
/** Of a meeting; some are cut short. */
const [MEETING_MS, SHORT_MS] = [20_000, 300] as const
const SEEDS = [3, 5, 7, 9].map((seed) => `keepers come and go ${String(seed)}`)

interface Scene {
  readonly world: World
  readonly owner: SimulatedDevice
  /** Who reads; none of them is ever a keeper. */
  readonly people: readonly SimulatedDevice[]
  /** Who is a keeper now and then. */
  readonly pool: readonly SimulatedDevice[]
}

function sceneOf(world: World): Scene {
  const roleOf = ({ state, member }: SimulatedDevice): string | undefined => state.members.get(member)?.role
  const owner = world.running.find((device) => roleOf(device) === 'owner')
  const keeper = world.running.find((device) => roleOf(device) === 'keeper')
  const others = world.running.filter(
    (device) => roleOf(device) === 'member' && device.state.members.get(device.member)?.devices.length === 1,
  )
  assert.ok(owner && keeper && others.length >= 2)
  const pool = [keeper, ...others.slice(0, 2)]
  apart(world)
  const readers = owner.participant.membership.readers(circleOf(owner))
  const people = world.running.filter((device) => readers.includes(device.self) && !pool.includes(device))
  assert.ok(people.length >= 3)
  return { world, owner, people, pool }
}

function apart(world: World): void {
  for (const device of world.running)
    for (const other of world.network.neighbours(device)) world.network.cut(device, other)
}

function circleOf({ state }: SimulatedDevice): ConversationId {
  return state.conversations.circle
}

// ---- meetings

/** `person` meets those of the pool alone, and goes again. */
function visit(
  { world }: Scene,
  person: SimulatedDevice,
  pool: readonly SimulatedDevice[],
  during: () => void = () => undefined,
  ms: number = MEETING_MS,
): void {
  for (const one of pool) world.network.link(person, one)
  world.clock.advance(ms)
  during()
  world.clock.advance(ms)
  for (const one of pool) world.network.cut(person, one)
  world.clock.advance(1_000)
}

/** To all, or to one of them. */
function say({ world, people }: Scene, person: SimulatedDevice): void {
  if (!person.running) return
  const other = world.random.pick(people)
  const { conversations } = person.state
  const isDirect = other.member !== person.member && world.random.chance(0.3)
  writeOne(world, person, isDirect ? conversations.direct(person.member, other.member) : conversations.circle)
}

function turn(scene: Scene): void {
  const { world, people, pool } = scene
  const { random } = world
  random.pick(TROUBLES)(scene)
  const person = random.pick(people)
  person.start()
  const met = random.shuffle(pool).slice(0, 1 + random.int(pool.length))
  if (random.chance(0.3)) say(scene, person)
  const during = (): void => {
    if (random.chance(0.4)) say(scene, person)
    if (random.chance(0.1)) person.crash()
  }
  // Who is a keeper now may have read something before.
  world.readers.look(world.running)
  visit(scene, person, met, during, random.chance(0.2) ? random.int(SHORT_MS) : MEETING_MS)
}

// ---- troubles

const TROUBLES: readonly ((scene: Scene) => void)[] = [
  ({ world, pool }) => {
    world.random.pick(pool).crash()
  },
  ({ world, pool }) => {
    world.random.pick(pool).stop()
  },
  ({ pool }) => {
    for (const one of pool) one.start()
  },
  ({ pool }) => {
    for (const one of pool) one.start()
  },
  ({ world, pool }) => {
    world.random.pick(pool).fillDisk(new Unavailable('disk-full'))
  },
  ({ pool }) => {
    for (const one of pool) one.fillDisk(undefined)
  },
  ({ world, pool, people }) => {
    const hours = world.random.pick([-40, -3, 3, 40])
    world.random.pick([...pool, ...people]).clock.jump(hours * HOUR_MS)
  },
  ({ world, pool }) => {
    const one = world.random.pick(pool)
    if (one.running) one.dieAt({ writes: world.random.int(12), afterCommit: world.random.chance(0.4) })
  },
  appoint,
  appoint,
  // Moves to another machine: what it wrote before is in feeds that it does not go on with.
  ({ world, people }) => {
    const one = world.random.pick(people)
    one.takeBackup()
    one.restore()
    world.records.makeFrail(one.member)
  },
  ({ world }) => {
    world.clock.advance(world.random.int(6 * HOUR_MS))
  },
  () => undefined,
]

/** The owner makes one of the pool a keeper, or a member again. */
function appoint({ world, owner, pool }: Scene): void {
  const { member } = world.random.pick(pool)
  if (!owner.running) return
  const role = owner.state.members.get(member)?.role === 'keeper' ? 'member' : 'keeper'
  owner.append({ type: 'role', member, role })
  world.records.makeFrail(member)
}

/** All of the pool work again, and one is a keeper for certain; everybody meets them some times more. */
function calm(scene: Scene): void {
  const { owner, people, pool } = scene
  const [keeper] = pool
  for (const one of [...people, ...pool]) {
    one.fillDisk(undefined)
    if (one.dying) one.crash()
    one.start()
  }
  if (keeper !== undefined && owner.state.members.get(keeper.member)?.role !== 'keeper')
    owner.append({ type: 'role', member: keeper.member, role: 'keeper' })
  visit(scene, owner, pool)
  for (let round = 0; round < ROUNDS; round++) {
    // What a keeper lost that was said to an author by way of it is said again six hours later.
    if (round === ROUNDS / 2) scene.world.clock.advance(7 * HOUR_MS)
    for (const person of people) visit(scene, person, pool)
  }
}

/** What was said since the `from`-th message; what disappears does not count. */
function saidIn({ world }: Scene, from: number): WrittenMessage[] {
  const said = world.records.messages.slice(from)
  return said.filter(({ outcome, expires }) => outcome === 'acknowledged' && !expires)
}

/** Who lacks some of what was sealed to them, or has it twice. */
function lacking({ people }: Scene, said: readonly WrittenMessage[]): string[] {
  return said.flatMap(({ number, author, conversation, id, sealedTo }) =>
    people.flatMap((person) => {
      if (person !== author && !sealedTo.has(person.self)) return []
      const times = person.shown(conversation).filter((message) => message.id === id).length
      return times === 1 ? [] : [`${person.name} has ${author.name}'s message ${number} ${times} times`]
    }),
  )
}

/** Authors who were not told that all have what they wrote. */
function untold({ people }: Scene, said: readonly WrittenMessage[]): string[] {
  return said.flatMap(({ number, author, conversation, id, sealedTo }) => {
    const message = id && author.participant.timeline(conversation).get(id)
    if (message === undefined) return []
    const { delivered } = author.participant.delivery(conversation, message)
    const others = people.filter(({ self, member }) => sealedTo.has(self) && member !== author.member)
    const members = new Set(others.map(({ member }) => member))
    if (delivered.count >= members.size) return []
    return [`${author.name} knows of ${delivered.count} who have message ${number}, of ${members.size}`]
  })
}

function played(seed: string): string[] {
  const found: string[] = []
  const { violations } = simulate({
    seed,
    devices: DEVICES,
    steps: 1,
    calm: true,
    beforeRest: (world) => {
      const scene = sceneOf(world)
      const from = world.records.messages.length
      for (let at = 0; at < TURNS; at++) turn(scene)
      calm(scene)
      const said = saidIn(scene, from)
      assert.ok(said.length > TURNS / 4)
      found.push(...lacking(scene, said), ...untold(scene, said))
    },
  })
  return [...found, ...violations.map(({ rule, what }) => `${rule}: ${what}`)]
}

describe('people who never meet, and keepers that come and go', () => {
  for (const seed of SEEDS)
    it(`have all that was sealed to them (seed ${seed})`, () => {
      assert.deepEqual(played(seed), [])
    })
})
