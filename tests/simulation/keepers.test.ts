/** Schedules in which nobody ever meets but keepers: what one says all others have in the end, once, whatever keepers do. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MISDEED, simulate, writeOne, type Misdeed, type SimulatedDevice, type World } from '@triode/testkit'

/** Of eight devices the seventh is a keeper’s; another member is made one. */
const DEVICES = 8
const MEETING_MS = 20_000

interface Scene {
  readonly world: World
  readonly people: readonly SimulatedDevice[]
  readonly keepers: readonly [SimulatedDevice, SimulatedDevice]
}

/** What `play` left undone, and what the judges found afterwards. */
function played(seed: string, play: (scene: Scene) => void): string[] {
  const { violations } = simulate({
    seed,
    devices: DEVICES,
    steps: 1,
    calm: true,
    beforeRest: (world) => {
      play(sceneOf(world))
    },
  })
  return violations.map(({ rule, what }) => `${rule}: ${what}`)
}

function sceneOf(world: World): Scene {
  const roleOf = ({ state, member }: SimulatedDevice): string | undefined => state.members.get(member)?.role
  const owner = world.running.find((device) => roleOf(device) === 'owner')
  const first = world.running.find((device) => roleOf(device) === 'keeper')
  const second = world.running.find(
    (device) => roleOf(device) === 'member' && device.state.members.get(device.member)?.devices.length === 1,
  )
  assert.ok(owner && first && second)
  owner.append({ type: 'role', member: second.member, role: 'keeper' })
  world.clock.advance(60_000)
  for (const device of world.running)
    for (const other of world.network.neighbours(device)) world.network.cut(device, other)
  const keepers = [first, second] as const
  // The one step before may have put somebody out.
  const readers = owner.participant.membership.readers(circleOf(owner))
  return { world, people: world.running.filter(({ self }) => readers.includes(self)), keepers }
}

/** `person` meets the keepers alone, says something if asked to, and goes again. */
function visit(
  { world }: Scene,
  person: SimulatedDevice,
  keepers: readonly SimulatedDevice[],
  says: boolean,
): void {
  for (const keeper of keepers) if (keeper.running) world.network.link(person, keeper)
  world.clock.advance(MEETING_MS)
  if (says) writeOne(world, person, circleOf(person))
  world.clock.advance(MEETING_MS)
  for (const keeper of keepers) world.network.cut(person, keeper)
  world.clock.advance(1_000)
}

function circleOf({ state }: SimulatedDevice) {
  return state.conversations.circle
}

/** Who lacks some of what was said since the `from`-th message, or has it twice; what disappears does not count. */
function lacking({ world, people }: Scene, from: number): string[] {
  const said = world.records.messages.slice(from).flatMap(({ id, expires }) => (expires ? [] : (id ?? [])))
  assert.ok(said.length > 0)
  return people.flatMap((person) => {
    const shown = person.shown(circleOf(person)).map(({ id }) => id)
    const has = said.map((id) => shown.filter((one) => one === id).length)
    return has.every((times) => times === 1) ? [] : [`${person.name} has ${has.join()}`]
  })
}

/** Each says something, then comes once more; `between` happens in the middle. */
function rounds(scene: Scene, keepers: readonly SimulatedDevice[], between?: () => void): string[] {
  const from = scene.world.records.messages.length
  for (const person of scene.people) visit(scene, person, keepers, true)
  between?.()
  for (const person of scene.people) visit(scene, person, keepers, false)
  return lacking(scene, from)
}

describe('people who never meet', () => {
  it('have all that was said, once, by a single keeper', () => {
    for (const seed of ['one keeper', 'one more']) {
      const found = played(seed, (scene) => {
        assert.deepEqual(rounds(scene, [scene.keepers[0]]), [])
      })
      assert.deepEqual(found, [])
    }
  })

  it('have it by two keepers of which one is lost in the middle, and the other crashes', () => {
    for (const seed of ['two keepers', 'two more']) {
      const found = played(seed, (scene) => {
        const [lost, left] = scene.keepers
        const missing = rounds(scene, scene.keepers, () => {
          lost.crash()
          left.crash()
          left.start()
        })
        assert.deepEqual(missing, [])
        lost.start()
      })
      assert.deepEqual(found, [])
    }
  })

  for (const misdeed of [MISDEED.forge, MISDEED.withhold, MISDEED.replay] satisfies Misdeed[]) {
    it(`have it though one keeper does this: ${misdeed}; and nothing wrong is taken from that one`, () => {
      const found = played(`a keeper: ${misdeed}`, (scene) => {
        const [bad] = scene.keepers
        scene.world.makeHostile(bad, misdeed)
        // Alone with it, whatever comes is what was said: the judges look.
        for (const person of scene.people) visit(scene, person, [bad], false)
        assert.deepEqual(rounds(scene, scene.keepers), [])
      })
      assert.deepEqual(found, [])
    })
  }
})
