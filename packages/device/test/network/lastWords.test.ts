/** A reader that is locked right after it got something: its author hears so by a keeper all the same (spec §16.7). */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { CircleId, Clock } from '@triode/core'
import { systemClock } from '@triode/crypto'
import { sayLastWords } from '../../src/network/lastWords.ts'
import { LAST_WORDS_MS } from '../../src/tuning.ts'
import { Bench, event, eventually, join2, PASSPHRASE, type TestDevice } from '../devices.ts'

describe('a reader that goes at once', () => {
  let bench: Bench
  let alice: TestDevice
  let bob: TestDevice
  let kim: TestDevice
  let circle: string

  before(async () => {
    bench = new Bench()
    alice = await bench.make('Alice')
    bob = await bench.make('Bob')
    bench.keeper = {}
    kim = await bench.make('Kim')
    circle = (await alice.device.createCircle({ name: 'Circle' })).circle
    await join2(alice, bob, circle)
    await join2(alice, kim, circle, 'keeper')
    await linked(bob, kim)
  })
  after(() => bench.end())

  async function linked(one: TestDevice, other: TestDevice): Promise<void> {
    const { device } = await other.device.circle(circle)
    await eventually('a tunnel', async () =>
      (await one.device.peers(circle)).find((peer) => peer.device === device),
    )
  }

  it('has said before that it has it, and read it', async () => {
    await bob.device.lock()
    const { id } = await alice.device.send({ where: circle, text: 'on your way?' })
    await eventually('Kim to hold it', async () => {
      const { messages } = await alice.device.messages({ where: circle, limit: 1 })
      return messages[0]?.state === 'held' || undefined
    })
    await alice.device.lock()
    const came = event(bob, 'message', ({ message }) => message.id === id)
    await bob.device.unlock(PASSPHRASE)
    await came
    await bob.device.read(circle, id)
    await bob.device.lock()
    await alice.device.unlock(PASSPHRASE)
    await eventually('Alice to hear of it, from Kim', async () => {
      const { messages } = await alice.device.messages({ where: circle, limit: 1 })
      return messages[0]?.read.count === 1 || undefined
    })
  })

  it('tells faces nothing more from when that was asked for, whatever comes meanwhile', async () => {
    await bob.device.unlock(PASSPHRASE)
    await linked(bob, alice)
    const before = bob.events.length
    const inside = bob.device as unknown as { readonly state: { readonly name: string } }
    const told: string[] = []
    const stopListening = bob.device.subscribe(() => told.push(inside.state.name))
    const locked = bob.device.lock()
    await eventually('it to count as locked', async () =>
      (await bob.device.status()).state === 'locked' ? true : undefined,
    )
    await alice.device.send({ where: circle, text: 'too late' })
    await locked
    stopListening()
    assert.deepEqual(bob.events.slice(before), [{ type: 'lock' }])
    assert.deepEqual(told, ['stopping'], 'at once, so that faces hide what they show')
  })
})

describe('last words', () => {
  const [here, there] = ['here', 'there'] as [CircleId, CircleId]
  const circleThatSays = (id: CircleId, says: boolean) =>
    ({ id, participant: { sync: { lastWords: () => says } } }) as unknown as Parameters<
      typeof sayLastWords
    >[0] extends Iterable<infer T>
      ? T
      : never
  const asked: CircleId[] = []
  const peerThat = (ping: () => Promise<number>) => (circle: CircleId) => {
    asked.push(circle)
    return [{ tunnel: { ping } }] as unknown as ReturnType<Parameters<typeof sayLastWords>[1]>
  }
  /** Patience is over as soon as it begins. */
  const impatient: Clock = {
    now: () => 0,
    elapsed: () => 0,
    after: (ms, run) => {
      assert.equal(ms, LAST_WORDS_MS)
      queueMicrotask(run)
      return () => undefined
    },
  }

  it('are waited for no longer than a moment, whoever does not answer', async () => {
    await sayLastWords(
      [circleThatSays(here, true)],
      peerThat(() => new Promise(() => undefined)),
      impatient,
    )
  })

  it('are nothing to wait for where there are none, or where the other is gone', async () => {
    asked.length = 0
    const never = peerThat(() => new Promise(() => undefined))
    await sayLastWords([circleThatSays(here, false)], never, systemClock)
    assert.deepEqual(asked, [])
    const gone = peerThat(() => Promise.reject(new Error('closed')))
    await sayLastWords([circleThatSays(here, false), circleThatSays(there, true)], gone, systemClock)
    assert.deepEqual(asked, [there])
  })
})
