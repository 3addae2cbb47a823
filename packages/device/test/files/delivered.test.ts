import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { BlobId, CircleId, ConversationId, DeviceId, MemberId } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { Delivered, type DeliveredOptions } from '../../src/files/delivered.ts'
import { BLOB_PART, newRecord, sentOnToo } from '../../src/files/fileRecords.ts'

const CIRCLE = 'circle' as CircleId
const BLOB = 'blob' as BlobId
const [ROOM, OTHER_ROOM] = ['room', 'other room'] as [ConversationId, ConversationId]

it('who named a file where it reads no more does not hear who has all of it, and who still reads does', () => {
  const named = {
    conversation: ROOM,
    from: 'author' as MemberId,
    message: undefined,
    part: BLOB_PART.content,
    size: 1,
    usedAt: 0,
  }
  const record = {
    ...sentOnToo(newRecord(named), { by: 'forwarder' as MemberId, conversation: OTHER_ROOM }),
    whole: true,
  }
  const told: string[] = []
  const members = ['author', 'forwarder'].map((name) => [name, { devices: [`${name}’s device`] }] as const)
  const devices = ['author', 'forwarder'].map((name) => [`${name}’s device`, { member: name }] as const)
  const runtime = {
    self: 'here',
    state: { members: new Map(members), devices: new Map(devices) },
    participant: {
      shares: (device: DeviceId, conversation: ConversationId) =>
        device.startsWith('author') && conversation === ROOM,
      sync: { keepers: { signed: () => undefined } },
    },
  }
  const delivered = new Delivered({
    book: { get: () => record, of: () => ({ all: () => [[BLOB, record]] }) },
    transfers: { tellComplete: (_: CircleId, device: DeviceId) => told.push(device) },
    clock: createVirtualClock(),
    circle: () => runtime,
    isUp: () => true,
    failed: assert.fail,
  } as unknown as DeliveredOptions)
  delivered.complete(CIRCLE, BLOB)
  for (const [device] of devices) delivered.attached(CIRCLE, device as DeviceId)
  delivered.stop()
  assert.deepEqual(told, ['author’s device', 'author’s device'])
})
