/**
 * What a device's state is worth to who copies all of it, unlocked, and has everything that was ever sent to it, with TLS taken away.
 * What the store itself keeps readable, the history, is the vault's matter: here only ciphertexts count.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeFrame, type Clock, type DeviceId } from '@triode/core'
import { systemClock } from '@triode/crypto'
import { Bench, eventually, join2, type TestDevice } from '../devices.ts'
import {
  keysIn,
  noteStoreNames,
  openedByEnvelopes,
  openedByKeys,
  recordingOf,
  steal,
  suite,
  type Recording,
  type Stolen,
} from '../thief.ts'
import { messagesIn, Wiretap } from '../wiretap.ts'

const DAY_MS = 86_400_000

/** Both write on these days. An epoch lasts a day: 7.1 is in that of 6.9, 21.1 and 21.2 in that of 20.8, 28.5 in that of 27.9. */
const BEFORE = [0.1, 6.9, 7.1, 8, 13.9, 14.1, 20.8]
const BETWEEN = [21.1]
const AFTER = [21.2, 27.9, 28.5, 29.1, 36.5]
/** When sealing keys are a week old, and changed: the first is erased at the third change, two weeks after the first. */
const CHANGES = [7.01, 14.02, 21.03, 28.04, 35.05]

describe('the unlocked state of a device, stolen on days 20.8 and 21.1', () => {
  const tap = new Wiretap()
  const names = noteStoreNames()
  let day = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + Math.round(day * DAY_MS) }
  let bench: Bench
  let alice: TestDevice
  let bob: TestDevice
  let circle: Awaited<ReturnType<typeof join2>>['circle']
  let self: DeviceId
  let early: Stolen
  let late: Stolen
  let beforeEarly: Recording
  let beforeLate: Recording
  let all: Recording

  /** Moves on, lets both change what is due, and has Alice write. */
  async function writeOn(days: readonly number[]): Promise<void> {
    for (const at of days) {
      const change = CHANGES.find((due) => due > day && due < at)
      if (change !== undefined) await changeKeys(change)
      day = at
      await said(alice, bob, `from Alice, day ${String(at)};`)
      await said(bob, alice, `from Bob, day ${String(at)};`)
    }
  }

  async function changeKeys(at: number): Promise<void> {
    const cards = cardsSaid()
    day = at
    await eventually('the new card of each', () => cardsSaid() >= cards + 2 || undefined)
  }

  function cardsSaid(): number {
    const frames = tap.said.filter(({ path }) => path === '/sync').flatMap((one) => [...messagesIn(one)])
    return frames.filter((frame) => decodeFrame(frame, suite.hashBytes).type === 'cards').length
  }

  async function stolen(): Promise<Stolen> {
    const taken = await steal(bob, bench.home(), names)
    await eventually('a tunnel', async () => (await alice.device.peers(circle))[0])
    return taken
  }

  async function said(from: TestDevice, to: TestDevice, text: string): Promise<void> {
    const { id } = await from.device.send({ where: circle, text })
    await eventually(`it: ${text}`, async () => {
      const { messages } = await to.device.messages({ where: circle, limit: 50 })
      return messages.some((message) => message.id === id) || undefined
    })
  }

  before(async () => {
    bench = new Bench()
    alice = await bench.make('Alice', ['tcp'], clock)
    bob = await bench.make('Bob', ['tcp'], clock)
    const made = await alice.device.createCircle({ name: 'Circle' })
    circle = (await join2(alice, bob, made.circle)).circle
    self = (await bob.device.circle(circle)).device
    await writeOn(BEFORE)
    beforeEarly = recordingOf(tap)
    early = await stolen()
    await writeOn(BETWEEN)
    beforeLate = recordingOf(tap)
    late = await stolen()
    await writeOn(AFTER)
    all = recordingOf(tap)
  })
  after(async () => {
    await bench.end()
    tap.end()
  })

  it('opens nothing that was sent before with any key that is in it: each is gone once it was used', () => {
    assert.equal(days(openedByKeys(keysIn(early), beforeEarly)), '')
    assert.equal(days(openedByKeys(keysIn(late), beforeLate)), '')
    // That the keys were found and tried: those of the next entries are there, until the epochs end.
    assert.equal(days(openedByKeys(keysIn(early), all)), '21.1 21.2')
    assert.equal(days(openedByKeys(keysIn(late), all)), '21.2')
  })

  it('opens, with sealing keys and recorded envelopes, epochs of the last two to three weeks and none before', () => {
    const opened = (state: Stolen, recording: Recording): string =>
      days(openedByEnvelopes(state, circle, self, recording))
    // 20.8 days: the three keys reach back to the beginning.
    assert.equal(opened(early, beforeEarly), BEFORE.join(' '))
    // 0.3 days later: what was sealed to the key of the first week is closed for ever.
    assert.equal(opened(late, beforeLate), [...BEFORE.slice(3), ...BETWEEN].join(' '))
  })

  it('opens nothing of epochs that begin after the next change of the sealing key', () => {
    const opened = days(openedByEnvelopes(late, circle, self, all))
    assert.equal(opened, [...BEFORE.slice(3), ...BETWEEN, 21.2, 27.9, 28.5].join(' '))
    assert.equal(days(openedByKeys(keysIn(late), all)), '21.2')
  })

  /** Days of which messages of both were opened; fails where one is, and the other is not. */
  function days(plaintexts: string): string {
    const of = (who: string): string => {
      const found = [...plaintexts.matchAll(new RegExp(`from ${who}, day ([\\d.]+);`, 'g'))]
      const numbers = new Set(found.map(([, at]) => Number(at)))
      return [...numbers].sort((a, b) => a - b).join(' ')
    }
    assert.equal(of('Alice'), of('Bob'))
    return of('Bob')
  }
})
