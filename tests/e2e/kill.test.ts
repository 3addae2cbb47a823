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
/** A device lives this long at least and at most before it is killed… */
const [LIFE_MIN_MS, LIFE_MAX_MS] = [20, 300]
/** …and in half of its lives at least until so many of its messages were acknowledged, however slow the machine is. */
const LEAST_SENT = 2
/** Of four kills one hits a device within this share of what starting took the last time: nearly always before it is ready. */
const STARTING_SHARE = 1.2

/** Sends numbered messages as fast as they are taken, through restarts; remembers which were acknowledged. */
class Sender {
  readonly acknowledged: string[] = []
  readonly device: DeviceProcess
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
    const killed = senders.map((sender, index) =>
      killAgainAndAgain(sender, index === 0 ? Math.ceil(KILLS / 2) : Math.floor(KILLS / 2)),
    )
    const starting = (await Promise.all(killed)).reduce((sum, count) => sum + count, 0)
    assert.ok(starting >= KILLS / 16, `only ${String(starting)} kills hit a device that was starting`)
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
    assert.ok(total >= KILLS - 8, `only ${String(total)} messages were sent: the test shows little`)
    process.stdout.write(
      `${String(KILLS)} kills, ${String(starting)} of them before it was ready, ${String(total)} messages acknowledged, ${String(texts.length)} there\n`,
    )
  })
})

/** @returns how many of the kills hit a device that was not ready yet */
async function killAgainAndAgain(sender: Sender, times: number): Promise<number> {
  const { device } = sender
  let starting = 0
  let startMs = 0
  for (let count = 0; count < times; count++) {
    if (count % 4 === 3) {
      if (!(await device.dieStarting(randomInt(Math.ceil(startMs * STARTING_SHARE))))) starting++
    } else {
      await live(sender, count % 4 === 0 ? 0 : LEAST_SENT)
      await device.kill()
    }
    // A fourth of the kills comes on top of one, without a start between that succeeds.
    if (count % 4 === 2) continue
    const began = performance.now()
    await device.start()
    startMs = performance.now() - began
  }
  if (times % 4 === 3) await device.start()
  return starting
}

/** A while, and until `least` more messages were acknowledged. */
async function live(sender: Sender, least: number): Promise<void> {
  const wanted = sender.acknowledged.length + least
  await new Promise((resolve) => setTimeout(resolve, randomInt(LIFE_MIN_MS, LIFE_MAX_MS)))
  await eventually('messages to be taken', () => (sender.acknowledged.length >= wanted ? true : undefined))
}
