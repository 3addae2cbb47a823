import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import {
  circleOfTwo,
  eventually,
  everything,
  CIRCLE,
  type CircleOfTwo,
  type DeviceProcess,
} from './circleOfTwo.ts'

/** Kills in all, of either device in turn. */
const KILLS = Number(process.env['TRIODE_KILLS'] ?? 200)
/** A device lives this long at least and at most before it is killed. */
const [LIFE_MIN_MS, LIFE_MAX_MS] = [20, 300]

/** Sends numbered messages as fast as they are taken, through restarts; remembers which were acknowledged. */
class Sender {
  readonly acknowledged: string[] = []
  private readonly device: DeviceProcess
  private going = true
  private count = 0

  constructor(device: DeviceProcess) {
    this.device = device
  }

  async run(): Promise<void> {
    while (this.going) {
      const text = `${this.device.name} ${++this.count}`
      try {
        await this.device.client.send({ where: CIRCLE, text })
        this.acknowledged.push(text)
      } catch {
        // It was killed: whether the message is there is open. The next one has another number.
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
  }

  stop(): void {
    this.going = false
  }
}

describe(`two devices killed ${String(KILLS)} times while both send`, () => {
  let two: CircleOfTwo
  before(async () => {
    two = await circleOfTwo()
  })
  after(async () => {
    await two.end()
  })

  it('keep every acknowledged message, once, in order, on both sides', async () => {
    const { alice, bob } = two
    const senders = [new Sender(alice), new Sender(bob)]
    const runs = senders.map((sender) => sender.run())
    const killed = [alice, bob].map((device, index) =>
      killAgainAndAgain(device, index === 0 ? Math.ceil(KILLS / 2) : Math.floor(KILLS / 2)),
    )
    await Promise.all(killed)
    for (const sender of senders) sender.stop()
    await Promise.all(runs)
    const [ofAlice] = await eventually(
      'both sides to have the same',
      async () => {
        const lists = await Promise.all([everything(alice), everything(bob)])
        const [one, other] = lists.map((list) => list.map((message) => message.id).join())
        return one === other ? lists : undefined
      },
      60_000,
    )
    const texts = ofAlice.map((message) => message.text)
    assert.equal(new Set(texts).size, texts.length, 'none is doubled')
    for (const sender of senders) {
      const missing = sender.acknowledged.filter((text) => !texts.includes(text))
      assert.deepEqual(missing, [], 'none that was acknowledged is lost')
    }
    for (const name of ['Alice', 'Bob']) {
      const numbers = texts.filter((text) => text.startsWith(name)).map((text) => Number(text.split(' ')[1]))
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        'in the order they were sent',
      )
    }
    const total = senders.reduce((sum, sender) => sum + sender.acknowledged.length, 0)
    assert.ok(total >= KILLS, `only ${String(total)} messages were sent: the test shows little`)
    process.stdout.write(
      `${String(KILLS)} kills, ${String(total)} messages acknowledged, ${String(texts.length)} there\n`,
    )
  })
})

async function killAgainAndAgain(device: DeviceProcess, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    const lifeMs = randomInt(LIFE_MIN_MS, LIFE_MAX_MS)
    await new Promise((resolve) => setTimeout(resolve, lifeMs))
    await device.kill()
    await device.start()
  }
}
