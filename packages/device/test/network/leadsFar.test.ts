import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Channel } from '@triode/channels'
import { leadsFar } from '../../src/network/leadsFar.ts'
import { Bench } from '../devices.ts'

const bench = new Bench()
after(() => bench.end())

const channel = (name: string, state: string): Channel =>
  ({ name, status: () => ({ state }) }) as unknown as Channel

describe('an invitation', () => {
  const cases: [string, Channel[], string[], boolean][] = [
    ['of a device on a LAN alone', [channel('lan', 'on')], ['lan:192.168.1.7:4711'], false],
    ['with an address of a home network', [channel('tcp', 'on')], ['tcp:192.168.1.7:4711'], false],
    ['with a public address of IPv4', [channel('tcp', 'on')], ['tcp:9.9.9.9:4711'], true],
    ['with a public address of IPv6', [channel('tcp', 'on')], ['tcp:[2620:fe::9]:4711'], true],
    ['of a device in a DHT', [channel('dht', 'on')], [], true],
    [
      'with the way into a DHT where this device is not',
      [channel('dht', 'unavailable')],
      ['dht-node:9.9.9.9:1'],
      false,
    ],
    ['of a device that Tor reaches', [channel('tor', 'on')], [], true],
    ['of one that has Tor off', [channel('tor', 'off')], [], false],
  ]
  for (const [what, channels, addresses, far] of cases)
    it(`${what} leads ${far ? 'far' : 'no further than its network'}`, () => {
      assert.equal(leadsFar(channels, addresses), far)
    })

  it('says that to who makes it', async () => {
    const { device } = await bench.make('Alice')
    const { circle } = await device.createCircle({ name: 'Circle' })
    assert.equal((await device.invite({ circle })).nearOnly, true)
  })
})
