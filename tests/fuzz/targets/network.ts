/** Addresses, names and packets of the network, and what a tunnel is asked for. */
import { CallerFault } from '@triode/core'
import { createRequire } from 'node:module'
import { parseNode } from '../../../packages/channels/src/dht/nodeAddress.ts'
import {
  answer,
  askingIn,
  question,
  sightings,
  type Packet,
} from '../../../packages/channels/src/lan/packets.ts'
import { formatEndpoint, parseAddress, parseEndpoint } from '../../../packages/channels/src/tcp/endpoint.ts'
import { KNOCK, STREAM_PATH } from '../../../packages/tunnel/src/spec.ts'
import { ContractBroken, target, textTarget, type Target } from '../target.ts'

/** The codec inside of multicast-dns, which hands on what it decodes and drops what it can't. */
const dns = createRequire(
  createRequire(import.meta.resolve('../../../packages/channels/src/index.ts')).resolve('multicast-dns'),
)('dns-packet') as { decode(bytes: Buffer): Packet; encode(packet: Packet): Buffer }

const ADDRESS_WORDS = ['tcp:', '[', ']', ':', '.', '::', '%', '0', '255', '65536', 'ff02', '127.0.0.1']

export const networkTargets: readonly Target[] = [
  textTarget({
    name: 'tcp-endpoint',
    covers: ['channels/tcp/endpoint.ts parseEndpoint'],
    faults: [CallerFault],
    seeds: () => ['192.0.2.1:4711', '[2001:db8::1]:4711', '[fe80::1%eth0]:1', '0.0.0.0:0'],
    words: ADDRESS_WORDS,
    decode: parseEndpoint,
    format: formatEndpoint,
  }),
  textTarget({
    name: 'tcp-address',
    covers: ['channels/tcp/endpoint.ts parseAddress'],
    faults: [CallerFault],
    seeds: () => ['tcp:192.0.2.1:4711', 'tcp:[2001:db8::1]:4711'],
    words: ADDRESS_WORDS,
    decode: (text) => parseAddress('tcp', text),
  }),
  textTarget({
    name: 'dht-node',
    covers: ['channels/dht/nodeAddress.ts parseNode'],
    faults: [CallerFault],
    seeds: () => ['192.0.2.1:49737', '[2001:db8::1]:4711', '0.0.0.0:0', '192.0.2.1:65533'],
    words: ADDRESS_WORDS,
    decode: parseNode,
    format: formatEndpoint,
  }),
  target({
    name: 'mdns-packet',
    covers: ['channels/lan/packets.ts'],
    faults: [],
    seeds: () => {
      const name = 'a'.repeat(26)
      const here = { address: '192.0.2.1', port: 4_711 }
      return [
        question() as Packet,
        answer(name, here) as Packet,
        answer(name, { ...here, address: 'fe80::1' }, 0) as Packet,
      ].map((packet) => dns.encode(packet))
    },
    decode: heard,
  }),
  textTarget({
    name: 'stream-path',
    covers: ['tunnel/spec.ts'],
    faults: [],
    seeds: () => ['/join', '/sync', '/blob/abc?from=1&to=2', `/${'a'.repeat(255)}`],
    words: ['/', '..', '?', '%2f', '\u0000', '\r\n', 'é'],
    decode: (text) => {
      const odd = /[^!-~]/.test(text) || text.length > 256 || !text.startsWith('/')
      if (odd && STREAM_PATH.test(text)) throw new ContractBroken('a path that is none')
      if (!/^[\w]+$/.test(text) && KNOCK.test(text)) throw new ContractBroken('a knock that is no DNS label')
    },
  }),
]

function heard(input: Uint8Array): unknown {
  let packet: Packet
  try {
    packet = dns.decode(Buffer.from(input))
  } catch {
    return undefined
  }
  const seen = sightings(packet)
  for (const { name, port } of seen) {
    if (!/^[a-z2-7]{26}$/.test(name) || port < 1 || port > 65_535)
      throw new ContractBroken('a sighting that is none')
  }
  const known = askingIn(packet)?.known
  if (known !== undefined && (known.size > 256 || [...known].some((name) => !/^[a-z2-7]{26}$/.test(name))))
    throw new ContractBroken('a known name that is none')
  return [known === undefined ? undefined : [...known], seen]
}
