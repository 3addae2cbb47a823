/** What the control conversation brings goes by those that have all of a feed's entries, and by nobody who came later (spec §9.6). */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { equalBytes } from '@triode/core'
import { simulate, type SimulatedDevice, type World } from '@triode/testkit'

/** So few that nobody but the owner makes secrets: what another hands on begins a feed, and whoever came later has all of that. */
const [DEVICES, SEEDS] = [3, 12]
const MINUTE_MS = 60_000

function cutAll(world: World, device: SimulatedDevice): void {
  for (const other of world.network.neighbours(device)) world.network.cut(device, other)
}

function active(world: World, role: string): SimulatedDevice[] {
  return world.running.filter(({ member, state }) => state.members.get(member)?.role === role)
}

/** While `late` is alone the secret changes; then somebody joins, who was sealed nothing of before, and `late` meets that one alone. */
function meetOnlyWhoCameLater(world: World): void {
  const [[owner], [late, leaving]] = [active(world, 'owner'), active(world, 'member')]
  assert.ok(owner && late && leaving)
  cutAll(world, late)
  for (const other of world.running) if (other !== late) world.network.link(owner, other)
  world.clock.advance(MINUTE_MS)
  const { secret } = owner.now.secrets.current
  leaving.append({ type: 'leave' })
  leaving.gone = true
  for (let minutes = 0; minutes < 15; minutes++) {
    for (const device of world.running) device.tickSecrets()
    world.clock.advance(MINUTE_MS)
  }
  assert.ok(!equalBytes(owner.now.secrets.current.secret, secret), 'there is a new secret')
  const newcomer = world.join(owner, 'member')
  assert.ok(newcomer)
  world.network.link(newcomer, owner)
  world.network.link(newcomer, late)
}

it('a device whose neighbours came later than the secret was made meets others in the end, and gets it', () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const { violations } = simulate({
      ...{ seed: `came later ${seed}`, devices: DEVICES, steps: 0, calm: true },
      beforeRest: meetOnlyWhoCameLater,
    })
    assert.deepEqual(violations, [], `seed ${seed}`)
  }
})
