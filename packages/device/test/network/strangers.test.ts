/** Callers whom nobody knows yet: how many of them, and what is told of them. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { PeerFault } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import type { Tunnel } from '@triode/tunnel'
import { Strangers } from '../../src/network/strangers.ts'
import { COMPLAINTS_PERIOD_MS, MAX_COMPLAINTS, MAX_GUESTS, MAX_HANDSHAKES } from '../../src/tuning.ts'

function caller(host: string): { link: Parameters<Strangers['called']>[0]; stream: PassThrough } {
  const stream = new PassThrough()
  return { stream, link: { stream, channel: 'tcp', remote: `tcp:${host}:1000` } }
}

function guest(): Tunnel & { destroyed: boolean } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const fake = {
    destroyed: false,
    closed: promise,
    destroy() {
      fake.destroyed = true
      resolve(undefined)
    },
  }
  return fake as unknown as Tunnel & { destroyed: boolean }
}

describe('strangers who call', () => {
  it('keep nobody else out by holding links: of the host with the most the oldest goes', () => {
    const strangers = new Strangers(createVirtualClock(), () => undefined)
    const honest = caller('10.0.0.2')
    strangers.called(honest.link)
    const flood = Array.from({ length: MAX_HANDSHAKES + 10 }, () => caller('10.0.0.66'))
    for (const { link } of flood) strangers.called(link)
    assert.equal(honest.stream.destroyed, false)
    assert.equal(flood.filter(({ stream }) => stream.destroyed).length, 11)
    assert.equal(flood[0]?.stream.destroyed, true)
    assert.equal(flood.at(-1)?.stream.destroyed, false)
    strangers.stop()
    assert.ok([honest, ...flood].every(({ stream }) => stream.destroyed))
  })

  it('with a link may have so many tunnels; the newest count', async () => {
    const strangers = new Strangers(createVirtualClock(), () => undefined)
    const guests = Array.from({ length: MAX_GUESTS + 3 }, guest)
    for (const one of guests) strangers.keep(one)
    assert.deepEqual(
      guests.map((one) => one.destroyed),
      guests.map((_, index) => index < 3),
    )
    guests[5]?.destroy()
    await Promise.resolve()
    const last = guest()
    strangers.keep(last)
    assert.equal(guests[3]?.destroyed, false, 'there was room again')
    strangers.stop()
    assert.equal(last.destroyed, true)
  })

  it('are told of, up to a number in a time', () => {
    const clock = createVirtualClock()
    const told: string[] = []
    const strangers = new Strangers(clock, (fault) => told.push(fault.code))
    const complain = (): void => {
      strangers.complain(new PeerFault('knock-unknown'), caller('10.0.0.66').link)
    }
    for (let n = 0; n < 1_000; n++) complain()
    assert.equal(told.length, MAX_COMPLAINTS + 1)
    assert.equal(told.at(-1), 'callers-refused')
    clock.advance(COMPLAINTS_PERIOD_MS)
    complain()
    assert.equal(told.length, MAX_COMPLAINTS + 2)
    strangers.complain(new PeerFault('proof-invalid'), caller('10.0.0.67').link)
    assert.equal(told.at(-1), 'proof-invalid', 'noise does not hide a guess')
    strangers.stop()
    complain()
    assert.equal(told.length, MAX_COMPLAINTS + 3)
  })
})
