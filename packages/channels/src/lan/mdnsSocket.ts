/** Multicast DNS on one interface. Every error but "the port is taken" is weather: it passes, or the interface goes. */
import { createSocket } from 'node:dgram'
import makeMdns from 'multicast-dns'
import type { Interface } from './interfaces.ts'
import type { Packet } from './packets.ts'
import { MDNS_IPV4, MDNS_IPV6 } from './spec.ts'

export interface MdnsEvents {
  /** It can send. */
  ready(this: void): void
  packet(this: void, packet: Packet, from: { readonly address: string; readonly port: number }): void
  /** It can't work here; `code` is the system's, such as EADDRINUSE. */
  failed(this: void, code: string): void
}

export interface MdnsSocket {
  ask(packet: makeMdns.QueryOutgoingPacket): void
  /** Resolves when `packet` is on its way or never will be. */
  tell(packet: makeMdns.ResponseOutgoingPacket): Promise<void>
  close(): Promise<void>
}

export function openMdns(at: Interface, port: number, events: MdnsEvents): MdnsSocket {
  const six = at.family === 'IPv6'
  const type = six ? 'udp6' : 'udp4'
  const mdns = makeMdns({
    socket: createSocket({ type, reuseAddr: true, ipv6Only: six }),
    type,
    ip: six ? MDNS_IPV6 : MDNS_IPV4,
    port,
    interface: six ? `::%${at.device}` : at.address,
    // Multicast is received on the wildcard only.
    bind: six ? '::' : '0.0.0.0',
  })
  mdns.on('ready', events.ready)
  mdns.on('packet', events.packet)
  mdns.on('warning', ignore)
  mdns.on('error', (error) => {
    events.failed('code' in error ? String(error.code) : error.message)
  })
  return {
    ask: (packet) => {
      mdns.query(packet)
    },
    tell: (packet) =>
      new Promise((resolve) => {
        mdns.respond(packet, () => {
          resolve()
        })
      }),
    close: () =>
      new Promise((resolve) => {
        mdns.destroy(resolve)
      }),
  }
}

function ignore(): void {
  // A malformed packet, or a network that just went: see above.
}
