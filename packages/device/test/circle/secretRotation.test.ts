/** Real devices, and what one that was removed can still tell of the others by their names on the network. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { Bench, event, eventually, inside, join2, pair, PASSPHRASE, type TestDevice } from '../devices.ts'

const bench = new Bench()
after(() => bench.end())

function runtimeOf(one: TestDevice): CircleRuntime {
  const [circle] = inside(one).circles
  assert.ok(circle)
  return circle
}

/** Whether who has these names has a key to the onion service of `to`. */
function visits(names: CircleRuntime['names'], to: CircleRuntime): boolean {
  const fitting = new Set(to.names.visitorKeys().map((key) => key.toHex()))
  return names.visitKeys(to.self).some((key) => fitting.has(key.toHex()))
}

async function trio() {
  const { alice, bob, circle } = await pair(bench)
  const cy = await bench.make('Cy')
  await join2(alice, cy, circle)
  await eventually('all to know all', async () => {
    const all = await Promise.all([alice, bob, cy].map(({ device }) => device.members(circle)))
    return all.every((members) => members.length === 3) ? true : undefined
  })
  return { alice, bob, cy, circle }
}

describe('after a removal', () => {
  it('the removed device recognises no name of the others, and the others meet under new ones', async () => {
    const { alice, bob, cy, circle } = await trio()
    const [ours, theirs] = [[runtimeOf(alice), runtimeOf(bob)], runtimeOf(cy)]
    const stolen = theirs.names
    const ids = ours.map(({ self }) => self)
    /** By calling them, and by what they announce. */
    const recognised = (): boolean =>
      ours.some(
        (one) =>
          stolen.knocks(one.self).some((knock) => one.names.isMemberKnock(knock)) ||
          one.names.announced().some((name) => stolen.discovered(name, 'lan:x', ids) !== undefined) ||
          visits(stolen, one),
      )
    const heard = (): boolean =>
      ours.some((one) => one.names.knocks(theirs.self).some((knock) => stolen.isMemberKnock(knock)))
    assert.ok(recognised() && heard() && ours.every((one) => visits(stolen, one)))
    await alice.device.remove({ circle, member: theirs.member })
    await eventually('nothing to be recognised', () => (recognised() ? undefined : true))
    const [one, other] = ours
    assert.ok(one && other)
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      assert.deepEqual(
        from.names.knocks(to.self).filter((knock) => !to.names.isMemberKnock(knock)),
        [],
      )
      assert.ok(visits(from.names, to), 'the others still visit each other through Tor')
      // After it come those for invitees.
      assert.equal(from.whereabouts.discovered(to.names.announced()[0] ?? '', 'lan:x'), to.self)
      assert.ok(
        !from.names.knocks(to.self).some((knock) => stolen.isMemberKnock(knock)),
        'nor by being called',
      )
    }
    await bob.device.lock()
    bob.events.length = 0
    await bob.device.unlock(PASSPHRASE)
    await event(bob, 'peer-up')
    await eventually('Bob to reach Alice', async () =>
      (await bob.device.peers(circle)).length > 0 ? true : undefined,
    )
  })

  it('a device that was away comes back by the old name, and then knows the new one', async () => {
    const { alice, bob, cy, circle } = await trio()
    const [owner, away] = [runtimeOf(alice), runtimeOf(bob).self]
    const [old] = owner.names.knocks(away)
    await bob.device.lock()
    await alice.device.remove({ circle, member: runtimeOf(cy).member })
    assert.equal(owner.names.knocks(away).length, 2, 'the new name, and the one that Bob knows')
    assert.ok(owner.names.isMemberKnock(old ?? ''))
    await bob.device.unlock(PASSPHRASE)
    await eventually('Bob to have the new one', () => {
      const [first] = runtimeOf(bob).names.knocks(owner.self)
      return first !== old && first === owner.names.knocks(away)[0] ? true : undefined
    })
    await eventually('the old one to be out of use', () =>
      owner.names.isMemberKnock(old ?? '') ? undefined : true,
    )
    assert.equal(owner.names.knocks(away).length, 1)
  })
})
