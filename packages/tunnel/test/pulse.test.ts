import { constants } from 'node:http2'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Fault } from '@triode/core'
import { watchPulse } from '../src/watchPulse.ts'

const INTERVAL_MS = 20
const TIMEOUT_MS = 30
type Pong = (error: Error | null, durationMs: number, payload: Buffer) => void

/** A session of which the pings are kept, to answer or not; time passes only by `pass`. */
function patient({ mock }: TestContext, type: number = constants.NGHTTP2_SESSION_CLIENT) {
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  const pongs: Pong[] = []
  const tls = { bytesRead: 0 }
  const deaths: Fault[] = []
  const session = {
    destroyed: false,
    type,
    ping(pong: unknown) {
      pongs.push(pong as Pong)
      return true
    },
  }
  const { check, stop } = watchPulse(session, tls, (fault) => deaths.push(fault), {
    intervalMs: INTERVAL_MS,
    timeoutMs: TIMEOUT_MS,
  })
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed++) mock.timers.tick(1)
  }
  return { pongs, tls, deaths, session, check, stop, pass }
}

test('a far side that answers each ping lives', (t) => {
  const { pongs, deaths, stop, pass } = patient(t)
  let answered = 0
  for (let round = 0; round < 10; round++) {
    pass(INTERVAL_MS)
    for (const pong of pongs.splice(0)) {
      pong(null, 1, Buffer.alloc(8))
      answered++
    }
  }
  assert.equal(answered, 10, 'it is asked each time')
  assert.deepEqual(deaths, [])
  stop()
})

test('a far side that answers no ping is dead, once its time is over', (t) => {
  const { deaths, pongs, stop, pass } = patient(t)
  pass(INTERVAL_MS + TIMEOUT_MS - 1)
  assert.equal(deaths.length, 0, 'not before')
  pass(1)
  assert.equal(deaths[0]?.code, 'peer-silent')
  assert.equal(pongs.length, 1, 'one ping at a time')
  stop()
})

test('a far side of which bytes still come lives, however long its pong takes', (t) => {
  const { tls, deaths, stop, pass } = patient(t)
  for (let round = 0; round < 15; round++) {
    pass(TIMEOUT_MS / 3)
    tls.bytesRead += 1_000
  }
  assert.equal(deaths.length, 0)
  pass(2 * TIMEOUT_MS)
  assert.equal(deaths.length, 1, 'but not longer')
  stop()
})

test('nothing is asked after the end', (t) => {
  const { pongs, deaths, stop, pass } = patient(t)
  pass(INTERVAL_MS + 1)
  stop()
  assert.equal(pongs.length, 1)
  pass(10 * (INTERVAL_MS + TIMEOUT_MS))
  assert.equal(pongs.length, 1)
  assert.deepEqual(deaths, [])
})

test('a far side that is asked in between has to answer in the time given, and is asked once for it', (t) => {
  const { pongs, deaths, check, stop, pass } = patient(t)
  check(10)
  check(10)
  assert.equal(pongs.length, 1)
  pongs.shift()?.(null, 1, Buffer.alloc(8))
  pass(INTERVAL_MS)
  assert.equal(deaths.length, 0)
  check(TIMEOUT_MS + 1)
  assert.equal(pongs.length, 1, 'the ping of each minute is under way, and has less time')
  check(5)
  assert.equal(pongs.length, 2, 'less time than that has a ping of its own')
  pass(5)
  assert.deepEqual(
    deaths.map(({ code }) => code),
    ['peer-silent'],
  )
  stop()
})

test('an acceptor waits a little longer than the dialer, whose ping it then hears', (t) => {
  const { pongs, stop, pass } = patient(t, constants.NGHTTP2_SESSION_SERVER)
  pass(INTERVAL_MS)
  assert.equal(pongs.length, 0)
  pass(INTERVAL_MS / 4)
  assert.equal(pongs.length, 1)
  stop()
})

test('a far side that is heard is not asked: the pings of one end serve both', (t) => {
  const { pongs, tls, deaths, stop, pass } = patient(t)
  for (let round = 0; round < 10; round++) {
    pass(INTERVAL_MS / 2)
    tls.bytesRead += 17
  }
  assert.equal(pongs.length, 0)
  assert.deepEqual(deaths, [])
  pass(2 * INTERVAL_MS)
  assert.equal(pongs.length, 1, 'once it is quiet, it is asked')
  stop()
})
