/** What a device in two circles says on a LAN: every packet of multicast DNS, beside those of a device in a third circle. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { openDevice, type DeviceService } from '../../src/index.ts'
import { CircleNames } from '../../src/circle/circleNames.ts'
import { Bench, CHEAP, eventually, PASSPHRASE } from '../devices.ts'
import { links, Sent } from './sharedBytes.ts'

const MDNS_PORT = 5353
const MDNS_GROUP = '224.0.0.251'
/** Of an SRV record: time to live (120 or 0 seconds), length, priority, weight; the port follows. */
// eslint-disable-next-line no-control-regex -- these are bytes
const BEFORE_PORT = /\x00\x00\x00[\x78\x00]\x00[^]\x00\x00\x00\x00/
const BEFORE_PORT_BYTES = 10

/** Every packet on loopback, until it is closed. */
async function listen() {
  const packets: Buffer[] = []
  const ear = createSocket({ type: 'udp4', reuseAddr: true })
  ear.on('message', (packet: Buffer) => packets.push(packet))
  ear.bind(MDNS_PORT)
  await once(ear, 'listening')
  ear.addMembership(MDNS_GROUP, '127.0.0.1')
  return { packets, close: () => ear.close() }
}

/** The names that each device key, of one circle each, announces from now on. */
function noteNames() {
  const names = new Map<string, Set<string>>()
  const { prototype } = CircleNames
  const announced = Reflect.get<object, string>(prototype, 'announced') as CircleNames['announced']
  prototype.announced = function () {
    const said = announced.call(this)
    const { self } = Reflect.get<object, string>(this, 'context') as { self: string }
    names.set(self, (names.get(self) ?? new Set<string>()).union(new Set(said)))
    return said
  }
  const restore = (): void => {
    prototype.announced = announced
  }
  return { names, restore }
}

/** A packet without the two bytes that say the port, which is one for all circles. */
function aroundPort(packet: Buffer): Uint8Array[] {
  const at = packet.toString('latin1').search(BEFORE_PORT)
  assert.ok(at > 0, 'a packet with a name, and without a port')
  const port = at + BEFORE_PORT_BYTES
  return [new Uint8Array(packet.subarray(0, port)), new Uint8Array(packet.subarray(port + 2))]
}

describe('on a LAN, two circles of one device', () => {
  it('announce names that have nothing in common but host and port', async () => {
    const bench = new Bench()
    const ear = await listen()
    const noted = noteNames()
    const people: DeviceService[] = []
    const keys: string[] = []
    const sentFor = (key: string): Sent => {
      const names = [...(noted.names.get(key) ?? [])]
      const sent = new Sent()
      for (const packet of ear.packets) {
        if (names.some((name) => packet.includes(name))) for (const part of aroundPort(packet)) sent.add(part)
      }
      return sent
    }
    try {
      for (const circles of [['Amber', 'Basalt'], ['Cobalt']]) {
        const lan = { channels: ['lan'], lanInterfaces: ['127.0.0.1'] }
        const device = await openDevice({ ...lan, home: bench.home(), version: 'test', kdf: CHEAP })
        people.push(device)
        await device.init({ passphrase: PASSPHRASE })
        for (const name of circles) {
          const { circle } = await device.createCircle({ name })
          keys.push((await device.circle(circle)).device)
        }
      }
      const heard = await eventually('packets of all three', () => {
        const all = keys.map(sentFor)
        return all.every(({ parts }) => parts.length >= 4) ? (all as [Sent, Sent, Sent]) : undefined
      })
      assert.deepEqual(links(...heard), [])
      assert.ok(
        links(heard[0], heard[0], heard[2]).length > 0,
        'a name is not found: the search finds nothing',
      )
    } finally {
      noted.restore()
      ear.close()
      await Promise.all(people.map((device) => device.close()))
      await bench.end()
    }
  })
})
