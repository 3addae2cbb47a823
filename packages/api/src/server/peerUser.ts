/**
 * Whose connection it is, as Linux tells (proc(5), `/proc/net/tcp`): a launch code stands in the arguments of the program that opens a
 * window, which every user of the machine may read.
 */
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { endianness } from 'node:os'

/** One end of a connection. */
export interface End {
  /** As Node writes it. */
  readonly address: string
  readonly port: number
}

/** A program may speak IPv4 over a socket of IPv6. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']
/** A table that changes while it is read may lack a line. */
const TRIES = 3
/** It can do everything anyway, and relays into virtual machines run as it. */
const ROOT = 0

/**
 * Whether the far end of a connection within this machine belongs to another user.
 * @returns false where the system tells of neither end
 */
export async function isAnotherUsers(socket: Socket): Promise<boolean> {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  const own = process.getuid?.()
  if (own === undefined || remoteAddress === undefined || localAddress === undefined) return false
  const [far, near] = [
    { address: remoteAddress, port: remotePort ?? 0 },
    { address: localAddress, port: localPort ?? 0 },
  ]
  for (let tried = 0; tried < TRIES; tried++) {
    const table = await connections()
    const user = userIn(table, far, near)
    if (user !== undefined) return user !== own && user !== ROOT
    if (userIn(table, near, far) === undefined) return false
  }
  return true
}

async function connections(): Promise<string> {
  const texts = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')))
  return texts.join('\n')
}

/**
 * The user whose socket goes from one end to the other.
 * @param table lines of proc(5): number, local and remote address as HEX:PORT, state, queues, timer, retransmissions, user
 */
export function userIn(table: string, from: End, to: End): number | undefined {
  const [fromPort, toPort] = [hexPort(from), hexPort(to)]
  for (const line of table.split('\n')) {
    // Addresses are taken apart only where the ports fit.
    if (!line.includes(fromPort) || !line.includes(toPort)) continue
    const [, local = '', remote = '', , , , , user = ''] = line.trim().split(/\s+/)
    if (isEnd(local, from) && isEnd(remote, to) && /^\d{1,10}$/.test(user)) return Number(user)
  }
  return undefined
}

function hexPort({ port }: End): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`
}

function isEnd(text: string, end: End): boolean {
  const [hex = '', port = ''] = text.split(':')
  return `:${port}` === hexPort(end) && addressOf(hex) === plainAddress(end.address)
}

/** Four bytes or sixteen, in words of four that have the byte order of the machine. */
function addressOf(hex: string): string | undefined {
  if (!/^(?:[\dA-F]{8}|[\dA-F]{32})$/.test(hex)) return undefined
  const bytes = Buffer.from(hex, 'hex')
  if (endianness() === 'LE') bytes.swap32()
  if (bytes.length === 4) return bytes.join('.')
  const groups = bytes.toString('hex').match(/.{4}/g) ?? []
  return plainAddress(groups.join(':'))
}

/** One way of writing for each address; IPv4 within IPv6 is IPv4. */
function plainAddress(address: string): string | undefined {
  if (!address.includes(':')) return address
  const { hostname } = URL.parse(`http://[${address}]`) ?? {}
  const mapped = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(hostname ?? '')
  if (!mapped) return hostname
  const bytes = mapped.slice(1).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff])
  return bytes.join('.')
}
