import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Unavailable } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { Outlook } from '../../src/network/outlook.ts'
import { LET_OUT_AT_ONCE, LET_OUT_EVERY_MS, SHUT_HURRY_MS, UNREACHED_MS } from '../../src/tuning.ts'

const BOB = 'tcp:11.0.0.5:4711'
const CAROL = 'tcp:[2a11:7::1]:4711'

function refused(code = 'ECONNREFUSED'): Unavailable {
  return new Unavailable('unreachable', { cause: Object.assign(new Error(code), { code }) })
}

function scene() {
  const clock = createVirtualClock()
  const remotes: string[] = []
  return { clock, remotes, outlook: new Outlook({ clock, remotes: () => remotes }) }
}

describe('the outlook', () => {
  it('counts hosts far away that were called in vain, and who refused', () => {
    const { outlook } = scene()
    assert.equal(outlook.unreached(), undefined)
    outlook.failed(BOB, refused())
    outlook.failed(BOB, refused('EHOSTUNREACH'))
    outlook.failed(CAROL, new Unavailable('unreachable', { cause: new Error('gave up') }))
    outlook.failed(
      'tcp:11.0.0.6:1',
      new Unavailable('aborted', { cause: new DOMException('', 'TimeoutError') }),
    )
    assert.deepEqual(outlook.unreached(), { hosts: 3, refused: 1 })
  })

  it('makes nothing of calls that were given up, of neighbours, and of other channels', () => {
    const { outlook } = scene()
    outlook.failed(BOB, new Unavailable('aborted', { cause: new DOMException('', 'AbortError') }))
    outlook.failed(BOB, new Unavailable('no-channel'))
    outlook.failed(BOB, new Error('a defect'))
    outlook.failed('tcp:192.168.1.5:4711', refused())
    outlook.failed('lan:11.0.0.5:4711', refused())
    outlook.failed('dht:00', refused())
    assert.equal(outlook.unreached(), undefined)
  })

  it('is none while somebody far away is reached: a neighbour, or who is handed on, is not', () => {
    const { outlook, remotes } = scene()
    outlook.failed(BOB, refused())
    remotes.push('lan:192.168.1.5:1', 'tcp:192.168.1.6:1', 'forward:x')
    assert.deepEqual(outlook.unreached(), { hosts: 1, refused: 1 })
    remotes.push('dht:11.0.0.9:1')
    assert.equal(outlook.unreached(), undefined)
  })

  it('has others called anew now and then, however often somebody is reached who was called in vain elsewhere', () => {
    const { outlook, clock } = scene()
    let anew = 0
    for (let second = 0; second < 600; second++) {
      clock.advance(1_000)
      outlook.failed(BOB, refused())
      if (outlook.reached(CAROL)) anew++
    }
    assert.ok(anew <= LET_OUT_AT_ONCE + 600_000 / LET_OUT_EVERY_MS, `${String(anew)} times`)
    assert.ok(anew > 1)
  })

  it('tells once that somebody is reached where nobody was', () => {
    const { outlook } = scene()
    assert.equal(outlook.reached(CAROL), false)
    outlook.failed(BOB, refused())
    assert.equal(outlook.reached('lan:192.168.1.5:1'), false)
    assert.equal(outlook.reached(CAROL), true)
    assert.equal(outlook.reached(CAROL), false)
    assert.equal(outlook.unreached(), undefined)
  })

  it('forgets after a while, and hurries for as long as somebody may be signing in', () => {
    const { clock, outlook } = scene()
    outlook.failed(BOB, refused())
    assert.equal(outlook.isShut, true)
    clock.advance(UNREACHED_MS + 1)
    assert.equal(outlook.unreached(), undefined)
    assert.equal(outlook.isShut, false)
    for (let passed = UNREACHED_MS + 1; passed < SHUT_HURRY_MS; passed += 60_000) {
      outlook.failed(BOB, refused())
      assert.equal(outlook.isShut, true)
      clock.advance(60_000)
    }
    outlook.failed(BOB, refused())
    assert.equal(outlook.isShut, false, 'the others are away, it seems')
    assert.deepEqual(outlook.unreached(), { hosts: 1, refused: 1 })
  })

  it('remembers only so many hosts', () => {
    const { outlook } = scene()
    for (let host = 0; host < 200; host++) outlook.failed(`tcp:11.0.1.${String(host)}:1`, refused())
    assert.equal(outlook.unreached()?.hosts, 64)
  })
})
