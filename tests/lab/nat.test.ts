/** Two devices behind routers reach each other with the help of a member whom both can reach, and of nobody else: by themselves, or handed on by it. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { NETWORK, type Network } from './natLab.ts'
import { lacksNetworkLab } from './needs.ts'
import { checkDoctor } from './doctorWords.ts'
import { ReachLab } from './reach.ts'

/** Pairs that cost little time; `npm run lab` tries all. */
const PAIRS: readonly (readonly [Network, Network, string])[] = [
  [NETWORK.independent, NETWORK.independent, 'dht'],
  [NETWORK.independent, NETWORK.open, 'tcp'],
  [NETWORK.symmetric, NETWORK.noUdp, 'forward'],
]
const PATIENCE_MS = 40_000

describe('two devices behind NATs', { skip: lacksNetworkLab(), timeout: 300_000 }, () => {
  let lab: ReachLab
  before(async () => {
    lab = new ReachLab()
    await lab.start()
  })
  after(async () => {
    await lab.end()
  })

  for (const [one, other, channel] of PAIRS) {
    it(`${one} and ${other} have a tunnel over ${channel}`, async () => {
      const { steps, messageMs, doctor } = await lab.reach(one, other, PATIENCE_MS, channel)
      assert.ok(messageMs !== undefined, 'a message to the other alone did not come')
      assert.equal(steps.at(-1)?.channel, channel, JSON.stringify(steps))
      checkDoctor(one, doctor[0])
      checkDoctor(other, doctor[1])
    })
  }

  it('whose cable is out are told by the doctor', async () => {
    checkDoctor('unplugged', await lab.unplugged())
  })

  it('sent no packet to anybody but the members and the routers between them', () => {
    assert.equal(lab.strays(), 0)
  })
})
