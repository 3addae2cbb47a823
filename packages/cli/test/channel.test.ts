import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Channel } from '@triode/api'
import { whatItLacks } from '../src/commands/channel.ts'

const dht = (more: Partial<Channel>): Channel => ({
  name: 'dht',
  state: 'on',
  addresses: [],
  reveals: '',
  costly: true,
  ...more,
})

describe('a channel that was turned on', () => {
  it('is said to lack nothing where it works, and else what, with what to do', () => {
    assert.equal(whatItLacks(dht({ state: 'on' })), undefined)
    assert.equal(
      whatItLacks(dht({ state: 'failed', reason: 'No node is known.', remedy: 'Name one.' })),
      'No node is known. Name one.',
    )
  })

  it('counts from the next start on, where the device was started without it', () => {
    assert.match(whatItLacks(dht({ state: 'off' })) ?? '', /started without it.*--channels/)
  })
})
