/** Links between others, as they are told: each once, with who says so, and nothing of whom the log does not know. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeviceId, ToldLink } from '@triode/core'
import { linksOfOthers } from '../../src/diagnosis/networkView.ts'

const circle = {
  self: 'me' as DeviceId,
  state: { devices: new Map(['me', 'bob', 'carol', 'dave'].map((id) => [id, { active: id !== 'dave' }])) },
} as unknown as Parameters<typeof linksOfOthers>[0]

function link(device: string, more: Partial<ToldLink> = {}): ToldLink {
  return { device: device as DeviceId, channel: 'lan', via: undefined, tripStep: undefined, ...more }
}

function view(told: Readonly<Record<string, ToldLink[]>>) {
  return linksOfOthers(circle, new Map(Object.entries(told) as [DeviceId, ToldLink[]][]))
}

describe('links of others', () => {
  it('are one where both ends tell of them', () => {
    const links = view({ carol: [link('bob', { tripStep: 4 })], bob: [link('carol', { tripStep: 4 })] })
    assert.deepEqual(links, [
      { between: ['bob', 'carol'], channel: 'lan', roundTripMs: 16, toldBy: ['carol', 'bob'] },
    ])
  })

  it('that one alone tells of are its word', () => {
    const via = 'me' as DeviceId
    assert.deepEqual(view({ bob: [link('carol', { channel: 'forward', via })], carol: [] }), [
      { between: ['bob', 'carol'], channel: 'forward', via: 'me', toldBy: ['bob'] },
    ])
  })

  it('to this device, to themselves, to who is out or unknown are not there, whoever says so', () => {
    const told = [link('me'), link('bob'), link('dave'), link('nobody')]
    assert.deepEqual(view({ bob: told, dave: [link('bob')], nobody: [link('bob')] }), [])
  })
})
