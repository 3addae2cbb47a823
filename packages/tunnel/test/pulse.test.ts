import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '@triode/core'
import { watchPulse } from '../src/watchPulse.ts'

const FAST = { intervalMs: 20, timeoutMs: 30 }
type Pong = (error: Error | null, durationMs: number, payload: Buffer) => void

/** A session of which the pings are kept, to answer or not. */
function patient() {
  const pongs: Pong[] = []
  const tls = { bytesRead: 0 }
  const deaths: Fault[] = []
  const session = {
    destroyed: false,
    ping(pong: unknown) {
      pongs.push(pong as Pong)
      return true
    },
  }
  const stop = watchPulse(session, tls, (fault) => deaths.push(fault), FAST)
  return { pongs, tls, deaths, session, stop }
}

test('a far side that answers each ping lives', async () => {
  const { pongs, deaths, stop } = patient()
  for (let round = 0; round < 10; round++) {
    await sleep(15)
    pongs.splice(0).forEach((pong) => {
      pong(null, 1, Buffer.alloc(8))
    })
  }
  assert.deepEqual(deaths, [])
  stop()
})

test('a far side that answers no ping is dead, once its time is over', async () => {
  const { deaths, pongs, stop } = patient()
  await sleep(150)
  assert.equal(deaths[0]?.code, 'peer-silent')
  assert.equal(pongs.length, 1, 'one ping at a time')
  stop()
})

test('a far side of which bytes still come lives, however long its pong takes', async () => {
  const { tls, deaths, stop } = patient()
  for (let round = 0; round < 15; round++) {
    await sleep(10)
    tls.bytesRead += 1_000
  }
  assert.deepEqual(deaths, [])
  await sleep(100)
  assert.equal(deaths.length, 1, 'but not longer')
  stop()
})

test('nothing is asked after the end', async () => {
  const { pongs, deaths, stop } = patient()
  await sleep(30)
  stop()
  const asked = pongs.length
  await sleep(80)
  assert.equal(pongs.length, asked)
  assert.deepEqual(deaths, [])
})
