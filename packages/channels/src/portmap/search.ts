/** Finds where the router's UPnP description stands: asked by itself first, then with its group, and heard alone. */
import { exchange } from './exchange.ts'
import { readSearchAnswer, searchRequest } from './igd.ts'
import { GATEWAYS, SSDP_GROUP, SSDP_GROUP_IPV6, SSDP_PORT } from './spec.ts'
import { SEARCH_WAITS_MS } from './tuning.ts'

export interface Search {
  /** The router; link-local IPv6 with its zone. */
  readonly host: string
  /** Default: the protocol's, and then its group is asked too. */
  readonly port?: number
  /** This machine's address to ask from. */
  readonly local: string
  readonly signal: AbortSignal
}

/** @throws Unavailable 'router-silent' */
export function search({ host, port, local, signal }: Search): Promise<URL> {
  const isSix = host.includes(':')
  const group = isSix ? SSDP_GROUP_IPV6 : SSDP_GROUP
  return exchange({
    family: isSix ? 'udp6' : 'udp4',
    waitsMs: SEARCH_WAITS_MS,
    // Asked from a link-local address a router answers from its own: the system chooses the one that fits the router's.
    ...{ local: isSix ? '::' : local, signal },
    prepare: (socket, done) => {
      const [, zone] = host.split('%')
      if (!isSix || zone !== undefined) socket.setMulticastInterface(isSix ? `::%${zone ?? ''}` : local)
      socket.setMulticastTTL(1)
      done()
    },
    send: (socket, turn) => {
      // Devices of the first version answer their group alone.
      const to = turn === 0 || port !== undefined ? host : group
      const at = port ?? SSDP_PORT
      const named = isSix ? `[${to.split('%')[0] ?? ''}]` : to
      for (const target of GATEWAYS)
        socket.send(searchRequest(`${named}:${String(at)}`, target), at, to, () => undefined)
    },
    isHeard: (from) => from === host,
    accept: (bytes) => readSearchAnswer(bytes.toString('latin1'), host),
  })
}
