/** What a router is asked for, and what comes of it. */
import { Unavailable } from '@triode/core'
import type { Endpoint } from '../tcp/endpoint.ts'
import type { Gateway } from './gateway.ts'

export interface Wanted {
  readonly gateway: Gateway
  /** This machine's address on the network of the router. */
  readonly local: string
  /** The TCP port that is listened on. */
  readonly port: number
  /** The port to ask for at the router: the one of before, or the same. */
  readonly external: number
}

export interface Grant {
  /** Where others come in. Not checked: see isPublicAddress(). */
  readonly external: Endpoint
  /** Seconds that it lasts unless renewed; at least 1. */
  readonly lifetimeS: number
}

/** One way of asking; it may remember what it learnt of one router, and is used for that one alone. */
export interface Method {
  /** The protocol's name, for people. */
  readonly name: string
  /**
   * Asks for a mapping, or renews it.
   * @throws Unavailable 'router-silent', 'router-refused', 'router-keeps-for-ever', 'router-offline'; PeerFault 'malformed'
   */
  map(wanted: Wanted, signal: AbortSignal): Promise<Grant>
  /** Takes it back; that there is none is no fault. @throws as map() */
  unmap(wanted: Wanted, signal: AbortSignal): Promise<void>
}

export function silent(cause?: unknown): Unavailable {
  return new Unavailable('router-silent', {
    message: 'Your router does not answer when it is asked to let calls in.',
    remedy:
      'Turn on UPnP, NAT-PMP or PCP in its settings, or forward the port there by hand; or do without: the channel dht gets through most routers.',
    cause,
  })
}

/** @param words what the router said, of the protocol's own words alone: never text that it sent */
export function refused(words: string): Unavailable {
  return new Unavailable('router-refused', {
    message: `Your router refuses to let calls in (${words}).`,
    remedy: 'Allow it to this machine in the settings of the router, or forward the port there by hand.',
  })
}

/** @param words as of refused() */
export function offline(words: string): Unavailable {
  return new Unavailable('router-offline', {
    message: `Your router says that it has no public address (${words}).`,
    remedy: `Look at its line to the provider. If that is up, another router stands before it. ${BEHIND_ANOTHER}`,
  })
}

export function keepsForEver(): Unavailable {
  return new Unavailable('router-keeps-for-ever', {
    message:
      'Your router opens ports for ever only: one that this device leaves behind when it is cut off would stay open.',
    remedy: 'Forward the port by hand in the settings of the router, and take it out there again.',
  })
}

export function doubleNat(host: string): Unavailable {
  return new Unavailable('router-behind-another', {
    message: `Your router would open a port, but its own address (${host}) is no public one: another router stands before it.`,
    remedy: BEHIND_ANOTHER,
  })
}

const BEHIND_ANOTHER =
  'If that one is yours, let it pass everything on, or make one of the two a bridge. If it is your provider\u2019s, ask for a public address or for IPv6; or use the channel dht.'
