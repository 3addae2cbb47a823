/** Finds where the router's UPnP description stands: asked by itself first, then with its group, and heard alone. */
import { exchange } from './exchange.ts'
import { readSearchAnswer, searchRequest } from './igd.ts'
import { GATEWAYS, SSDP_GROUP, SSDP_PORT } from './spec.ts'
import { SEARCH_WAITS_MS } from './tuning.ts'

export interface Search {
  /** The router, IPv4. */
  readonly host: string
  /** Default: the protocol's, and then its group is asked too. */
  readonly port?: number
  /** This machine's address to ask from. */
  readonly local: string
  readonly signal: AbortSignal
}

/** @throws Unavailable 'router-silent' */
export function search({ host, port, local, signal }: Search): Promise<URL> {
  return exchange({
    family: 'udp4',
    waitsMs: SEARCH_WAITS_MS,
    ...{ local, signal },
    prepare: (socket, done) => {
      socket.setMulticastInterface(local)
      socket.setMulticastTTL(1)
      done()
    },
    send: (socket, turn) => {
      // Devices of the first version answer their group alone.
      const to = turn === 0 || port !== undefined ? host : SSDP_GROUP
      const at = port ?? SSDP_PORT
      for (const target of GATEWAYS)
        socket.send(searchRequest(`${to}:${String(at)}`, target), at, to, () => undefined)
    },
    isHeard: (from) => from === host,
    accept: (bytes) => readSearchAnswer(bytes.toString('latin1'), host),
  })
}
