import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { DeviceProcess } from '../e2e/circleOfTwo.ts'
import { attacked, eventually, residentBytes, stands, type Attacked } from './victim.ts'

const CYCLES = 20
const PASSPHRASE = 'a passphrase for tests'
/** What garbage and caches may add over all cycles; one leaked timeline or tunnel a cycle would be more. */
const MAX_GROWTH_BYTES = 64 * 1_048_576

describe(`a device locked and unlocked ${String(CYCLES)} times while the other sends`, () => {
  let on: Attacked
  before(async () => {
    on = await attacked()
  })
  after(async () => {
    await on.two.end()
  })

  it('has its tunnel again each time, everything once, and no more memory than before', async () => {
    const { alice, circle, two } = on
    const home = join(two.folder, 'Carol')
    const carol = new DeviceProcess({
      name: 'Carol',
      home,
      passphrase: PASSPHRASE,
      args: ['--channels', 'tcp'],
    })
    await carol.start()
    await carol.client.join({ link: (await alice.client.invite({ circle })).link })
    const sent: string[] = []
    const sizes: number[] = []
    await stands(on, async () => {
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        const text = `cycle ${String(cycle)}`
        const [, { id }] = await Promise.all([
          carol.client.lock(),
          alice.client.send({ where: circle, text }),
        ])
        await carol.client.unlock({ passphrase: PASSPHRASE })
        await eventually('the message to come', async () => {
          const { messages } = await carol.client.messages({ where: circle, limit: 50 })
          return messages.find((message) => message.id === id)
        })
        sent.push(text)
        sizes.push(residentBytes(carol))
      }
    })
    const { messages } = await carol.client.messages({ where: circle, limit: 100 })
    assert.deepEqual(
      messages.map((message) => message.text).filter((text) => text.startsWith('cycle')),
      sent,
    )
    assert.equal((await alice.client.peers({})).peers.length, 2)
    const growth = (sizes.at(-1) ?? 0) - (sizes[3] ?? 0)
    process.stdout.write(
      `  memory of the locked one: +${String(Math.round(growth / 1_048_576))} MiB after the fourth\n`,
    )
    assert.ok(growth < MAX_GROWTH_BYTES)
    await carol.stop()
  })
})
