/** Strangers who guessed the number of a spoken code, which is not hard, and call with it again and again (spec §6.8). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createVirtualClock } from '@triode/testkit'
import type { Tunnel } from '@triode/tunnel'
import { Strangers } from '../../packages/device/src/network/strangers.ts'
import { MAX_GUESTS } from '../../packages/device/src/tuning.ts'

interface Guest extends Tunnel {
  gone: boolean
}

/** As much of a tunnel as those who keep it look at. */
function guest(knock: string): Guest {
  const one = {
    knock,
    gone: false,
    closed: new Promise<undefined>(() => undefined),
    destroy: () => {
      one.gone = true
    },
  }
  return one as unknown as Guest
}

const strangers = (): Strangers => new Strangers(createVirtualClock(), () => undefined)

describe('whoever calls with a number that can be guessed', () => {
  it('keeps nobody out who calls from elsewhere', () => {
    const kept = strangers()
    const honest = guest('spoken')
    kept.keep(honest, '192.0.2.7:4000')
    const flood = Array.from({ length: 100 }, () => guest('spoken'))
    for (const [n, one] of flood.entries()) kept.keep(one, `198.51.100.1:${n}`)
    assert.equal(honest.gone, false)
    assert.equal(flood.filter(({ gone }) => !gone).length, MAX_GUESTS - 1)
    assert.equal(flood.at(-1)?.gone, false, 'the newest count')
    kept.stop()
  })

  it('keeps nobody out who holds a link, though all calls seem to come from one host', () => {
    const kept = strangers()
    const honest = guest('link')
    kept.keep(honest, '127.0.0.1:4000')
    for (let n = 0; n < 100; n++) kept.keep(guest('spoken'), `127.0.0.1:${n}`)
    assert.equal(honest.gone, false)
    kept.stop()
  })
})
