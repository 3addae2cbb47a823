import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unreachable } from '../src/keeping.ts'
import type { ChannelStatus } from '../src/service.ts'

function channel(name: string, state: ChannelStatus['state'], code?: string): ChannelStatus {
  const rest = { addresses: [], reveals: '', costly: false }
  return { name, state, ...(code !== undefined && { code }), ...rest }
}

describe('a keeper that others can’t call', () => {
  const cases: [string, ChannelStatus[], ReturnType<typeof unreachable>['unreachable']][] = [
    ['is none while a channel works', [channel('tcp', 'on'), channel('dht', 'off')], undefined],
    ['runs no channel', [], 'no-channel'],
    ['has none that works', [channel('tcp', 'off'), channel('lan', 'failed', 'port-taken')], 'no-channel'],
    ['is none while its cable is out', [channel('lan', 'failed', 'no-network')], undefined],
    [
      'can’t listen where it was told to',
      [channel('lan', 'on'), channel('tcp', 'failed', 'cannot-listen')],
      'cannot-listen',
    ],
    ['can’t listen at some of these', [channel('tcp', 'on', 'cannot-listen')], 'cannot-listen'],
    [
      'can’t have the ports of a DHT',
      [channel('tcp', 'on'), channel('dht', 'failed', 'port-taken')],
      'cannot-listen',
    ],
    ['is none for want of a LAN', [channel('tcp', 'on'), channel('lan', 'failed', 'port-taken')], undefined],
  ]
  for (const [what, channels, expected] of cases)
    it(what, () => {
      assert.equal(unreachable({ channels }).unreachable, expected)
    })
})
