import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HostDevice } from '../lab/hostDevice.ts'
import { lacksNetworkLab } from '../lab/needs.ts'
import { twoHosts, type TwoHosts } from '../lab/twoHosts.ts'
import { eventually } from './circleOfTwo.ts'

const PASSPHRASE = 'a passphrase of two hosts'
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('two hosts whose cable is pulled', { skip: lacksNetworkLab() }, () => {
  let folder: string
  let lab: TwoHosts
  let alice: HostDevice
  let bob: HostDevice

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'triode-partition-'))
    lab = await twoHosts(folder)
    alice = new HostDevice(lab.place(0), join(folder, 'home0'), PASSPHRASE)
    bob = new HostDevice(lab.place(1), join(folder, 'home1'), PASSPHRASE)
    for (const host of [alice, bob]) host.cli('init', '--name', host === alice ? 'Alice' : 'Bob')
    await Promise.all([alice.start(), bob.start()])
    alice.cli('circle', 'create', 'Circle')
    bob.cli('join', (alice.cli('invite', 'Circle') as { link: string }).link)
  })

  after(async () => {
    await Promise.all([alice.stop(), bob.stop()])
    await lab.end()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const cutMs of [1_000, 8_000]) {
    it(`have the same messages soon after ${String(cutMs / 1_000)} s without it`, async () => {
      lab.cable(false)
      alice.cli('send', 'Circle', `Alice alone for ${String(cutMs)}`)
      bob.cli('send', 'Circle', `Bob alone for ${String(cutMs)}`)
      await pause(cutMs)
      lab.cable(true)
      const plugged = performance.now()
      await eventually(
        'both to have both',
        () => {
          const [one, other] = [alice.texts('Circle'), bob.texts('Circle')]
          const both =
            one.includes(`Bob alone for ${String(cutMs)}`) &&
            other.includes(`Alice alone for ${String(cutMs)}`)
          return both && one.join('\n') === other.join('\n') ? true : undefined
        },
        60_000,
      )
      process.stdout.write(`healed ${((performance.now() - plugged) / 1_000).toFixed(1)} s after the cable\n`)
    })
  }

  /** Milliseconds until each has what the other wrote. */
  const healed = async (about: string): Promise<void> => {
    const since = performance.now()
    alice.cli('send', 'Circle', `Alice ${about}`)
    bob.cli('send', 'Circle', `Bob ${about}`)
    await eventually(
      `what was written ${about}`,
      () => {
        const [one, other] = [alice.texts('Circle'), bob.texts('Circle')]
        return one.includes(`Bob ${about}`) && one.join('\n') === other.join('\n') ? true : undefined
      },
      60_000,
    )
    process.stdout.write(`healed ${about} in ${((performance.now() - since) / 1_000).toFixed(1)} s\n`)
  }

  it('talk on when one gets another address', async () => {
    const { peers: before } = bob.cli('peers') as { peers: { since: number }[] }
    lab.readdress()
    await healed('at another address')
    const { peers: after } = bob.cli('peers') as { peers: { since: number }[] }
    assert.notEqual(after[0]?.since, before[0]?.since, 'over another tunnel: that of before is of no use')
  })

  it('talk on when one slept, and the network was away meanwhile', async () => {
    alice.sleep(true)
    lab.cable(false)
    // The other notices and gives the tunnel up.
    bob.cli('send', 'Circle', 'while Alice slept')
    await eventually('the end of the tunnel', () => {
      const { peers } = bob.cli('peers') as { peers: unknown[] }
      return peers.length === 0 ? true : undefined
    })
    lab.cable(true)
    alice.sleep(false)
    await healed('after a sleep')
  })

  it('find each other again when one died and came back meanwhile', async () => {
    lab.cable(false)
    await bob.stop('SIGKILL')
    alice.cli('send', 'Circle', 'while Bob was dead')
    await bob.start()
    lab.cable(true)
    await eventually(
      'Bob to have it',
      () => (bob.texts('Circle').includes('while Bob was dead') ? true : undefined),
      60_000,
    )
    const texts = bob.texts('Circle')
    assert.equal(new Set(texts).size, texts.length)
  })
})
