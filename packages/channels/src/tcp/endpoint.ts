/** Addresses of TCP: an IP literal and a port. Names are not resolved: a resolver would learn who is called (spec §8.1). */
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { CallerFault } from '@triode/core'

export interface Endpoint {
  /** IPv4, or IPv6 without brackets. */
  readonly host: string
  /** 0..65535; 0 asks for a free one when listening. */
  readonly port: number
}

/** The longest IPv6 literal with a zone and brackets, and a port. */
const MAX_LENGTH = 80
const FORM = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]{1,15})?)\]|([0-9.]+)):(\d{1,5})$/

/**
 * Reads `HOST:PORT`, such as `192.0.2.1:4711` or `[2001:db8::1]:4711`.
 * @throws CallerFault 'address-malformed'
 */
export function parseEndpoint(text: string): Endpoint {
  const match = text.length <= MAX_LENGTH ? FORM.exec(text) : null
  const [, v6, v4, digits = ''] = match ?? []
  const port = Number(digits)
  if (v6 !== undefined && isIPv6(v6) && port <= 65_535) return { host: v6, port }
  if (v4 !== undefined && isIPv4(v4) && port <= 65_535) return { host: v4, port }
  throw malformed()
}

/**
 * Reads an address of `scheme` that can be dialed: one host, one port.
 * @throws CallerFault 'address-malformed'
 */
export function parseAddress(scheme: string, address: string): Endpoint {
  if (!address.startsWith(`${scheme}:`)) throw malformed()
  const endpoint = parseEndpoint(address.slice(scheme.length + 1))
  if (endpoint.port === 0 || !isOneHost(endpoint.host)) throw malformed()
  return endpoint
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`
}

export function formatAddress(scheme: string, endpoint: Endpoint): string {
  return `${scheme}:${formatEndpoint(endpoint)}`
}

/** Whether `host` stands for every address of its kind. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || /^[0:]+$/.test(host)
}

/** Where an address leads that means another machine, or another link, to whoever dials it; undefined: to one place for all. */
export type NearKind = 'loopback' | 'link-local'

/** @param address of TCP; anything else leads nowhere near */
export function nearKind(address: string): NearKind | undefined {
  if (!address.startsWith('tcp:')) return undefined
  try {
    const { host } = parseEndpoint(address.slice('tcp:'.length))
    if (isIn(LOOPBACK, host)) return 'loopback'
    return isIn(LINK_LOCAL, host) ? 'link-local' : undefined
  } catch {
    return undefined
  }
}

/** Neither all of them, nor a multicast group, nor broadcast; IPv4 inside IPv6 counts as IPv4. */
function isOneHost(host: string): boolean {
  return !isIn(MANY_HOSTS, host)
}

function isIn(list: BlockList, host: string): boolean {
  return list.check(host.split('%')[0] ?? host, host.includes(':') ? 'ipv6' : 'ipv4')
}

function listOf(...subnets: readonly (readonly [net: string, prefix: number])[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4')
  return list
}

const MANY_HOSTS = listOf(['0.0.0.0', 8], ['224.0.0.0', 3], ['::', 128], ['ff00::', 8])
const LOOPBACK = listOf(['127.0.0.0', 8], ['::1', 128])
const LINK_LOCAL = listOf(['169.254.0.0', 16], ['fe80::', 10])

function malformed(): CallerFault {
  return new CallerFault('address-malformed', {
    message: 'This is not an address that can be dialed.',
    remedy: 'Write it as 192.0.2.1:4711 or [2001:db8::1]:4711.',
  })
}
