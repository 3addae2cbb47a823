/** Devices tell each other of their links while everything goes wrong: nothing else suffers, and in the end all of it is true. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { simulate, type World } from '@triode/testkit'

/** Longer than it takes to notice that a link is silent, and to tell of it. */
const TOLD_MS = 120_000

/** Of each device that others tell: `HEARER heard TELLER: NAMES`. */
function heard(world: World): string[] {
  return world.running.flatMap((hearer) =>
    [...hearer.participant.sync.links.told()].map(([teller, links]) => {
      const names = links.map(({ device }) => world.find(device)?.name ?? '?')
      return `${hearer.name} heard ${world.find(teller)?.name ?? '?'}: ${names.sort().join()}`
    }),
  )
}

/** The same by the network itself: what each may hear, of every neighbour. */
function linked(world: World): string[] {
  return world.running.flatMap((hearer) =>
    world.network.neighbours(hearer).map((teller) => {
      const others = world.network.neighbours(teller).filter((one) => one !== hearer)
      const names = others.map(({ name }) => name).sort()
      return `${hearer.name} heard ${teller.name}: ${names.join()}`
    }),
  )
}

function ring(world: World): void {
  for (const [at, one] of world.running.entries()) {
    const next = world.running[(at + 1) % world.running.length]
    if (next !== undefined) world.network.link(one, next)
  }
}

describe('links that devices tell of', () => {
  for (const [seed, calm] of [
    ['links in peace 2', true],
    ['links in trouble', false],
  ] as const) {
    it(`are as the network is, and all the rest holds (${seed})`, () => {
      let told: string[] = []
      const { violations } = simulate({
        seed,
        devices: 8,
        steps: 120,
        calm,
        tellsLinks: true,
        beforeRest: (world) => {
          ring(world)
          world.clock.advance(TOLD_MS)
          told = heard(world)
          const links = new Set(linked(world))
          assert.deepEqual(
            told.filter((one) => !links.has(one)),
            [],
          )
        },
      })
      assert.deepEqual(violations, [])
      assert.ok(told.length > 0, 'nobody told anything')
    })
  }
})
