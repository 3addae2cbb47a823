/** Where this machine's packets to the Internet go first: the router, of each kind of IP. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createSocket } from 'node:dgram'
import { isIPv4, isIPv6 } from 'node:net'
import { promisify } from 'node:util'

export type Family = 'IPv4' | 'IPv6'

export interface Gateway {
  readonly family: Family
  /** Its address on the local network; link-local IPv6 with its zone, such as fe80::1%eth0. */
  readonly host: string
}

/** Characters of a routing table that are read. */
const MAX_TABLE_CHARS = 262_144
const GATEWAY_FLAG = 0x2

/** The router of the best default route; undefined when there is none, or the system does not tell. */
export async function findGateway(family: Family): Promise<Gateway | undefined> {
  const host = await (process.platform === 'linux' ? fromProc(family) : fromNetstat(family))
  return host === undefined ? undefined : { family, host }
}

async function fromProc(family: Family): Promise<string | undefined> {
  if (family === 'IPv4') return readIpv4Routes(await text('/proc/net/route'))
  return readIpv6Routes(await text('/proc/net/ipv6_route'))
}

async function fromNetstat(family: Family): Promise<string | undefined> {
  const kind = family === 'IPv4' ? 'inet' : 'inet6'
  try {
    const { stdout } = await promisify(execFile)('netstat', ['-rn', '-f', kind], { timeout: 5_000 })
    return readNetstat(stdout, family)
  } catch {
    return undefined
  }
}

async function text(file: string): Promise<string> {
  try {
    return (await readFile(file, 'latin1')).slice(0, MAX_TABLE_CHARS)
  } catch {
    return ''
  }
}

/** @param table as of Linux's /proc/net/route */
export function readIpv4Routes(table: string): string | undefined {
  const routes = table.split('\n').flatMap((line) => {
    const [, to, via = '', flags = '', , , metric = '', mask] = line.split('\t').map((field) => field.trim())
    const isDefault = to === '00000000' && mask === '00000000' && /^[0-9A-F]{8}$/.test(via)
    if (!isDefault || (Number.parseInt(flags, 16) & GATEWAY_FLAG) === 0) return []
    // The bytes as they lie in memory: of the machines that Node runs on, the lowest first.
    const host = [...Buffer.from(via, 'hex')].reverse().join('.')
    return [{ host, metric: Number.parseInt(metric, 10) }]
  })
  return best(routes)
}

/** @param table as of Linux's /proc/net/ipv6_route */
export function readIpv6Routes(table: string): string | undefined {
  const routes = table.split('\n').flatMap((line) => {
    const [to, prefix, , , via = '', metric = '', , , flags = '', card = ''] = line.trim().split(/\s+/)
    const isDefault = to === '0'.repeat(32) && prefix === '00' && /^[0-9a-f]{32}$/.test(via)
    if (!isDefault || (Number.parseInt(flags, 16) & GATEWAY_FLAG) === 0 || !/^[\w.-]{1,15}$/.test(card))
      return []
    // As the system writes whom a packet came from: answers are known by it.
    const bare = new URL(`http://[${(via.match(/.{4}/g) ?? []).join(':')}]`).hostname.slice(1, -1)
    const host = /^fe[89ab]/.test(via) ? `${bare}%${card}` : bare
    return [{ host, metric: Number.parseInt(metric, 16) }]
  })
  return best(routes)
}

/** @param table as `netstat -rn -f inet` and `-f inet6` of macOS and the BSDs print it */
export function readNetstat(table: string, family: Family): string | undefined {
  const isOne = family === 'IPv4' ? isIPv4 : isIPv6
  for (const line of table.slice(0, MAX_TABLE_CHARS).split('\n')) {
    const [to, via = '', flags = ''] = line.trim().split(/\s+/)
    if (to === 'default' && flags.includes('G') && isOne(via)) return via
  }
  return undefined
}

function best(routes: readonly { host: string; metric: number }[]): string | undefined {
  return routes.toSorted((one, other) => one.metric - other.metric)[0]?.host
}

/** Of nobody: nothing is sent to it, the system is asked which of our addresses would. */
const FAR_IPV6 = '2001:db8::1'

/** This machine's address from which it talks to the router, and over it; undefined when there is none. */
export function localAddress({ family, host }: Gateway): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6')
    const settle = (address?: string): void => {
      socket.removeAllListeners()
      socket.on('error', ignore)
      socket.close()
      resolve(address)
    }
    socket.once('error', () => {
      settle()
    })
    // Of IPv6 there are several addresses: the router's own network tells only the link-local one.
    socket.connect(9, family === 'IPv4' ? host : FAR_IPV6, (cause?: Error) => {
      settle(cause === undefined ? socket.address().address : undefined)
    })
  })
}

function ignore(): void {
  // What a closing socket still complains of concerns nobody.
}
