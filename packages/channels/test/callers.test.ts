import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Callers } from '../src/dht/callers.ts'
import { LET_IN_MS, MAX_MET } from '../src/dht/tuning.ts'

const OWN = '198.18.0.1'
const OTHER = '198.18.0.2'

function started(own = OWN) {
  const time = { ms: 0 }
  const callers = new Callers(own, () => time.ms)
  time.ms = LET_IN_MS
  return { time, callers }
}

void describe('a node that serves is called from outside', () => {
  it('by whom it sent nothing for minutes', () => {
    const { time, callers } = started()
    callers.met(OTHER)
    time.ms += LET_IN_MS - 1
    callers.came(OTHER)
    assert.equal(callers.isReached, false, 'that was an answer, or may have been')
    time.ms += LET_IN_MS - 1
    callers.came(OTHER)
    assert.equal(callers.isReached, false, 'each call keeps the way open that it came by')
    time.ms += LET_IN_MS
    callers.came(OTHER)
    assert.equal(callers.isReached, true)
    callers.anew()
    assert.equal(callers.isReached, false, 'another network')
  })

  it('by nobody with whom it has a link', () => {
    const { time, callers } = started()
    for (const isOpen of [true, true, false]) callers.linked(OTHER, isOpen)
    time.ms += 10 * LET_IN_MS
    callers.came(OTHER)
    assert.equal(callers.isReached, false)
    callers.linked(OTHER, false)
    time.ms += LET_IN_MS
    callers.came(OTHER)
    assert.equal(callers.isReached, true)
  })

  it('neither by itself, nor by its own network where its address is public', () => {
    const { callers } = started('8.8.8.8')
    for (const host of ['8.8.8.8', '192.168.1.2', '10.0.0.1', '127.0.0.1']) callers.came(host)
    assert.equal(callers.isReached, false)
    callers.came('9.9.9.9')
    assert.equal(callers.isReached, true)
  })

  it('by somebody who is remembered, however many there are', () => {
    const { callers } = started()
    for (let n = 0; n < 2 * MAX_MET; n++)
      callers.met(`10.${String(n >> 16)}.${String((n >> 8) & 255)}.${String(n & 255)}`)
    assert.equal(callers.isReached, false)
  })
})
