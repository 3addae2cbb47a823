/** In a large circle a device dials few of the others: the keepers must be among them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ROLE, type CircleState, type DeviceId } from '@triode/core'
import { isKeepers, keepersFirst } from '../../src/network/keepersFirst.ts'

const ids = ['alice', 'bob', 'keep', 'carol', 'store'] as DeviceId[]
const state = {
  devices: new Map(ids.map((id) => [id, { member: id }])),
  members: new Map(
    ids.map((id) => [id as string, { role: ['keep', 'store'].includes(id) ? ROLE.keeper : ROLE.member }]),
  ),
} as unknown as CircleState

describe('the order in which devices are dialed', () => {
  it('begins with the keepers, and is else as it was', () => {
    assert.deepEqual(keepersFirst(state, ids), ['keep', 'store', 'alice', 'bob', 'carol'])
    assert.deepEqual(keepersFirst(state, ['bob', 'alice'] as DeviceId[]), ['bob', 'alice'])
  })

  it('knows a keeper by its member', () => {
    assert.equal(isKeepers(state, 'keep' as DeviceId), true)
    assert.equal(isKeepers(state, 'bob' as DeviceId), false)
    assert.equal(isKeepers(state, 'nobody' as DeviceId), false)
  })
})
