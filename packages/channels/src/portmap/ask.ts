/** Questions to the router over UDP: only it is heard, for a while, and so many packets. */
import { isIPv6 } from 'node:net'
import { exchange } from './exchange.ts'
import { ASK_PORT } from './spec.ts'
import { ASK_WAITS_MS } from './tuning.ts'

export interface Ask<T> {
  /** The router. */
  readonly host: string
  /** Default: that of PCP and NAT-PMP. */
  readonly port?: number
  /** This machine's address to ask from. */
  readonly local: string
  readonly request: Uint8Array
  /** Of an answer; undefined: it is not the one that is waited for. What it throws counts as that. */
  readonly accept: (bytes: Uint8Array) => T | undefined
  readonly waitsMs?: readonly number[]
  readonly signal: AbortSignal
}

/** The first answer that is accepted. @throws Unavailable 'router-silent' */
export function ask<T>({
  host,
  port = ASK_PORT,
  local,
  request,
  accept,
  waitsMs = ASK_WAITS_MS,
  signal,
}: Ask<T>): Promise<T> {
  return exchange({
    family: isIPv6(host.split('%')[0] ?? '') ? 'udp6' : 'udp4',
    ...{ local, waitsMs, signal, accept },
    // The system drops what comes from anybody else, once it is connected.
    prepare: (socket, done) => {
      socket.connect(port, host, done)
    },
    isHeard: () => true,
    send: (socket) => {
      socket.send(request)
    },
  })
}
