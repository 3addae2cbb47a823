/** Where a DHT can be entered: an IPv4 address and a UDP port (spec §8.3). Names are not resolved. */
import { isIPv4 } from 'node:net'
import { CallerFault } from '@triode/core'
import { formatEndpoint, parseAddress, parseEndpoint, type Endpoint } from '../tcp/endpoint.ts'
import { NODE_SCHEME, SERVED_NODES } from './spec.ts'

/** Reads `192.0.2.1:49737`, as a person types it. @throws CallerFault 'dht-node-malformed' */
export function parseNode(text: string): Endpoint {
  try {
    const { host, port } = parseEndpoint(text)
    const one = parseAddress(NODE_SCHEME, `${NODE_SCHEME}:${formatEndpoint({ host, port })}`)
    if (isIPv4(one.host) && one.port + SERVED_NODES <= 65_536) return one
  } catch (cause) {
    throw malformed(cause)
  }
  throw malformed()
}

/** Whether `address` is not a device's, but where a DHT can be entered. */
export function isDhtNode(address: string): boolean {
  return address.startsWith(`${NODE_SCHEME}:`)
}

/** The node that an address of a card or an invitation names; undefined when it names none. */
export function nodeOfAddress(address: string): Endpoint | undefined {
  if (!isDhtNode(address)) return undefined
  try {
    return parseNode(address.slice(NODE_SCHEME.length + 1))
  } catch {
    return undefined
  }
}

function malformed(cause?: unknown): CallerFault {
  return new CallerFault('dht-node-malformed', {
    message: 'This is not a node at which a DHT can be entered.',
    remedy: 'Write it as an IPv4 address and a UDP port, such as 192.0.2.1:49737.',
    ...(cause !== undefined && { cause }),
  })
}
