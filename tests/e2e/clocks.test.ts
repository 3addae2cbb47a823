import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Clock } from '@triode/core'
import { systemClock } from '@triode/crypto'
import { Bench, event, eventually, join2, type TestDevice } from '../../packages/device/test/devices.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The machine's clock, wrong by `offMs`. Intervals and timers are not. */
interface WrongClock extends Clock {
  offMs: number
}

function wrongBy(offMs: number): WrongClock {
  const clock: WrongClock = { ...systemClock, offMs, now: () => systemClock.now() + clock.offMs }
  return clock
}

let bench: Bench
before(() => {
  bench = new Bench()
})
after(async () => {
  await bench.end()
})

async function textsOf({ device }: TestDevice, circle: string): Promise<string[]> {
  const { messages } = await device.messages({ where: circle, limit: 100 })
  return messages.map((message) => message.text)
}

/** They answer each other in turn; each waits for what it answers to. */
async function talk(one: TestDevice, other: TestDevice, circle: string, about: string): Promise<string[]> {
  const said: string[] = []
  for (let turn = 0; turn < 6; turn++) {
    const [from, to] = turn % 2 === 0 ? [one, other] : [other, one]
    const text = `${about} ${String(turn)}`
    await from.device.send({ where: circle, text })
    await event(to, 'message', ({ message }) => message.text === text)
    said.push(text)
  }
  return said
}

async function epochOf({ device }: TestDevice, circle: string): Promise<number> {
  return (await device.circle(circle)).epoch?.number ?? -1
}

/** Bob's device is told to look again for whom to dial. */
async function redial(bob: TestDevice): Promise<void> {
  await bob.device.lock()
  await bob.device.unlock('a passphrase for tests')
}

describe('two devices whose clocks are twenty hours apart', () => {
  for (const offMs of [20 * HOUR_MS, -20 * HOUR_MS]) {
    it(`join, talk in order, and meet again (${String(offMs / HOUR_MS)} h)`, async () => {
      const alice = await bench.make('Alice')
      const bob = await bench.make('Bob', undefined, wrongBy(offMs))
      const { circle } = await alice.device.createCircle({ name: 'Circle' })
      await join2(alice, bob, circle)
      const said = await talk(alice, bob, circle, 'near')
      assert.deepEqual(await textsOf(alice, circle), said)
      assert.deepEqual(await textsOf(bob, circle), said)
      await redial(bob)
      said.push(...(await talk(bob, alice, circle, 'again')))
      assert.deepEqual(await textsOf(bob, circle), said)
      const { messages } = await alice.device.messages({ where: circle, limit: 100 })
      const doubted = messages.filter(({ atSuspect }) => atSuspect === true)
      const ahead = offMs > 0 ? messages.filter(({ state }) => state === 'received') : []
      assert.deepEqual(doubted, ahead, 'a time that is still to come is said to be wrong, and no other')
    })
  }
})

describe('an invitation for a device whose clock is days off', () => {
  it('has expired for one that is ahead, which is told to look at its clock', async () => {
    const alice = await bench.make('Alice')
    const bob = await bench.make('Bob', undefined, wrongBy(3 * DAY_MS))
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    const { link } = await alice.device.invite({ circle })
    await assert.rejects(bob.device.join({ link }), { code: 'invitation-expired', remedy: /clock/ })
  })

  it('leads nowhere for one that is behind; both are told of clocks', async () => {
    const alice = await bench.make('Alice')
    const clock = wrongBy(-3 * DAY_MS)
    const bob = await bench.make('Bob', undefined, clock)
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    const { link } = await alice.device.invite({ circle })
    await assert.rejects(bob.device.join({ link, timeoutMs: 3_000 }), {
      code: 'inviter-unreachable',
      remedy: /clock/,
    })
    const told = await event(alice, 'fault', ({ code }) => code === 'clock-differs')
    assert.match(told.message, /3 days behind this one's/)
    clock.offMs = 0
    await join2(alice, bob, circle).catch(() => bob.device.join({ link }))
    assert.equal((await alice.device.members(circle)).length, 2)
  })
})

describe('two devices of a circle, one of which wakes with a clock that is days off', () => {
  for (const days of [4, -4]) {
    it(`go on over the tunnel they have, in order and in a new epoch (${String(days)} days)`, async () => {
      const clock = wrongBy(0)
      const alice = await bench.make('Alice')
      const bob = await bench.make('Bob', undefined, clock)
      const { circle } = await alice.device.createCircle({ name: 'Circle' })
      await join2(alice, bob, circle)
      const said = await talk(alice, bob, circle, 'before')
      const epochs = [await epochOf(alice, circle), await epochOf(bob, circle)]
      clock.offMs = days * DAY_MS
      said.push(...(await talk(alice, bob, circle, 'after')))
      assert.deepEqual(await textsOf(alice, circle), said)
      assert.deepEqual(await textsOf(bob, circle), said)
      assert.equal(await epochOf(alice, circle), epochs[0], 'the clock of another is no reason')
      if (days > 0) assert.ok((await epochOf(bob, circle)) > (epochs[1] ?? 0), 'a day is over, for Bob')

      await redial(bob)
      // Whoever is called can tell by how much; whoever calls hears nothing from those to whom it is a stranger.
      const called = await event(alice, 'fault', ({ code }) => code === 'clock-differs')
      const [theirs, ours] = days > 0 ? ['ahead of', 'behind'] : ['behind', 'ahead of']
      assert.ok(called.message.includes(`4 days ${theirs} this one's`), called.message)
      assert.ok(called.remedy?.includes(`Your clock is 4 days ${ours} theirs`), called.message)
      const caller = await event(bob, 'fault', ({ code }) => code === 'clock-suspected')
      assert.match(caller.remedy ?? '', /clock/)
      assert.equal((await bob.device.peers(circle)).length, 0)
      for (const one of [alice, bob]) assert.equal((await one.device.status()).warnings?.length, 1)
      await alice.device.send({ where: circle, text: 'meanwhile' })
      await bob.device.send({ where: circle, text: 'also meanwhile' })

      clock.offMs = 0
      await redial(bob)
      await eventually('both to have both', async () => {
        const [one, other] = [await textsOf(alice, circle), await textsOf(bob, circle)]
        return one.length === said.length + 2 && one.join() === other.join() ? true : undefined
      })
      said.push(...(await talk(bob, alice, circle, 'mended')))
      const texts = await textsOf(alice, circle)
      assert.deepEqual(texts.slice(0, 12), said.slice(0, 12))
      assert.deepEqual(texts.slice(-6), said.slice(-6))
    })
  }
})
