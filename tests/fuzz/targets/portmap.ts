/** What a router answers when it is asked to let calls in, and what the system says of the router. */
import { PeerFault } from '@triode/core'
import { isIP } from 'node:net'
import {
  readIpv4Routes,
  readIpv6Routes,
  readNetstat,
} from '../../../packages/channels/src/portmap/gateway.ts'
import {
  readCallAnswer,
  readDescription,
  readSearchAnswer,
} from '../../../packages/channels/src/portmap/igd.ts'
import { natPmpMapRequest, readNatPmpAnswer } from '../../../packages/channels/src/portmap/natPmp.ts'
import { pcpMapRequest, readPcpAnswer } from '../../../packages/channels/src/portmap/pcp.ts'
import { readXml } from '../../../packages/channels/src/portmap/xml.ts'
import { ContractBroken, target, textTarget, type Target } from '../target.ts'

const ROUTER = '192.0.2.1'
const ROUTER6 = 'fe80::1%eth0'
const XML_WORDS = [
  '<',
  '>',
  '</',
  '/>',
  '<!--',
  '-->',
  '<?',
  '?>',
  '<!DOCTYPE',
  '<![CDATA[',
  '&amp;',
  '&x;',
  '"',
  "'",
  'service',
  ':',
]
const DESCRIPTION =
  '<?xml version="1.0"?><root><device><serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>' +
  '<controlURL>/control</controlURL></service></serviceList></device></root>'
const ANSWER =
  '<s:Envelope xmlns:s="x"><s:Body><u:GetResponse xmlns:u="y"><NewExternalIPAddress>192.0.2.7</NewExternalIPAddress></u:GetResponse></s:Body></s:Envelope>'
const FAULT = '<e><s:Fault><detail><UPnPError><errorCode>718</errorCode></UPnPError></detail></s:Fault></e>'

export const portmapTargets: readonly Target[] = [
  target({
    name: 'pcp-answer',
    covers: ['channels/portmap/pcp.ts readPcpAnswer'],
    faults: [PeerFault],
    seeds: () =>
      ['192.0.2.1', '2001:db8::1'].map((client) => {
        const nonce = new Uint8Array(12).fill(1)
        const bytes = pcpMapRequest({ nonce, client, port: 4_711, externalPort: 4_711, lifetimeS: 600 })
        bytes[1] = 0x81
        return bytes
      }),
    decode: (input) => {
      const { map } = readPcpAnswer(input)
      if (map !== undefined && isIP(map.externalHost) === 0)
        throw new ContractBroken('an address that is none')
    },
  }),
  target({
    name: 'nat-pmp-answer',
    covers: ['channels/portmap/natPmp.ts readNatPmpAnswer'],
    faults: [PeerFault],
    seeds: () => [
      Uint8Array.of(0, 0x80, 0, 0, 0, 0, 0, 9, 192, 0, 2, 1),
      Uint8Array.of(0, 0x82, 0, 0, 0, 0, 0, 9, ...natPmpMapRequest(4_711, 4_711, 600).subarray(4)),
      Uint8Array.of(0, 0x82, 0, 2, 0, 0, 0, 9),
    ],
    decode: (input) => {
      const { address } = readNatPmpAnswer(input)
      if (address !== undefined && isIP(address) !== 4) throw new ContractBroken('an address that is none')
    },
  }),
  textTarget({
    name: 'upnp-search-answer',
    covers: ['channels/portmap/igd.ts readSearchAnswer'],
    faults: [PeerFault],
    seeds: () => [
      ...[ROUTER, '[fe80::1]'].map(
        (host) =>
          `HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nLOCATION: http://${host}:5000/root.xml\r\n\r\n`,
      ),
    ],
    words: ['HTTP/1.1 200', 'ST:', 'LOCATION:', 'http://', ROUTER, '@', '[::1]', '\r\n', '//', '\\', '%2e'],
    decode: (text) => {
      if (text.includes('[')) {
        const { hostname, protocol } = readSearchAnswer(text, ROUTER6)
        // Where it leads is not what counts there, but that it is no name, and no other protocol.
        if (isIP(hostname.slice(1, -1)) !== 6 || protocol !== 'http:') throw new ContractBroken('a name')
      }
      const { hostname, protocol } = readSearchAnswer(text, ROUTER)
      if (hostname !== ROUTER || protocol !== 'http:') throw new ContractBroken('it leads elsewhere')
    },
  }),
  textTarget({
    name: 'upnp-description',
    covers: ['channels/portmap/igd.ts readDescription', 'channels/portmap/xml.ts readXml'],
    faults: [PeerFault],
    seeds: () => [DESCRIPTION, DESCRIPTION.replace('/control', `http://${ROUTER}:49000/c`)],
    words: [...XML_WORDS, 'http://', ROUTER, '@', '//'],
    decode: (text) => {
      readXml(text)
      for (const { control } of readDescription(text, new URL(`http://${ROUTER}:5000/root.xml`), ROUTER)) {
        if (control.hostname !== ROUTER) throw new ContractBroken('it leads elsewhere')
      }
    },
  }),
  textTarget({
    name: 'upnp-call-answer',
    covers: ['channels/portmap/igd.ts readCallAnswer'],
    faults: [PeerFault],
    seeds: () => [ANSWER, FAULT],
    words: [...XML_WORDS, 'UPnPError', 'errorCode', 'GetResponse'],
    decode: (text) => readCallAnswer(text, 'Get'),
  }),
  textTarget({
    name: 'routing-table',
    covers: [
      'channels/portmap/gateway.ts readIpv4Routes',
      'channels/portmap/gateway.ts readIpv6Routes',
      'channels/portmap/gateway.ts readNetstat',
    ],
    faults: [],
    seeds: () => [
      'eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n',
      `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fe80${'0'.repeat(27)}1 00000400 1 0 00000003 eth0\n`,
      'default 192.0.2.1 UGScg en0\n',
    ],
    words: ['default', '00000000', '\t', '\n', ' ', '0003', 'UG'],
    decode: (text) => {
      const found = [
        readIpv4Routes(text),
        readIpv6Routes(text),
        readNetstat(text, 'IPv4'),
        readNetstat(text, 'IPv6'),
      ]
      for (const host of found) {
        if (host !== undefined && isIP(host) === 0) throw new ContractBroken('a router that is none')
      }
    },
  }),
]
