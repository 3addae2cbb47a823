import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Attention, FOLLOWS_MS, TELL_EVERY_MS, watchInput } from '../src/device/attention.ts'

describe('whether somebody is at the page', () => {
  it('is so for a moment after each touch', () => {
    let now = 0
    const attention = new Attention(() => now)
    assert.equal(attention.isThere(), false)
    attention.noticed()
    now += FOLLOWS_MS - 1
    assert.equal(attention.isThere(), true)
    now += 1
    assert.equal(attention.isThere(), false)
  })

  it('is told now and then, however often somebody moves', () => {
    let now = 0
    const attention = new Attention(() => now)
    let told = 0
    for (; now < 10 * TELL_EVERY_MS; now += 100) if (attention.noticed()) told++
    assert.equal(told, 10)
  })

  it('is not shown by events that a script made', () => {
    const target = new EventTarget()
    const watching = new AbortController()
    let noticed = 0
    watchInput(target, watching.signal, () => noticed++)
    target.dispatchEvent(new Event('keydown'))
    assert.equal(noticed, 0)
  })
})
