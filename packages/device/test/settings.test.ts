/** What a device keeps of its person's choices. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IntegrityFault } from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import { Settings } from '../src/settings.ts'

describe('settings', () => {
  it('come back as they were put, with never as a choice of its own', () => {
    const store = createMemoryStore()
    const settings = new Settings(store)
    assert.equal(settings.name, undefined)
    assert.equal(settings.idleLockMs, null)
    settings.name = 'Alice'
    settings.idleLockMs = 90 * 86_400_000
    const again = new Settings(store)
    assert.equal(again.name, 'Alice')
    assert.equal(again.idleLockMs, 90 * 86_400_000)
    again.idleLockMs = null
    again.name = undefined
    assert.equal(settings.idleLockMs, null)
    assert.equal(settings.name, undefined)
  })

  it('are called damaged when they do not decode', () => {
    const store = createMemoryStore()
    store.map('settings').set('name', Uint8Array.of(0x01))
    assert.throws(() => new Settings(store).name, IntegrityFault)
  })
})
