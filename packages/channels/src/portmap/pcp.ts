/** The Port Control Protocol: the MAP operation alone (RFC 6887 §7, §11). */
import { PeerFault } from '@triode/core'
import { isIPv4 } from 'node:net'
import { MAX_PCP_BYTES, PCP_NONCE_BYTES, PCP_VERSION, TCP } from './spec.ts'

const HEADER_BYTES = 24
const MAP_BYTES = 36
const MAP = 1
const ANSWER = 0x80

export const PCP_RESULT = {
  success: 0,
  unsupportedVersion: 1,
  notAuthorized: 2,
  networkFailure: 7,
  noResources: 8,
  addressMismatch: 12,
} as const

export interface PcpMap {
  readonly nonce: Uint8Array
  /** The address that the request is sent from. */
  readonly client: string
  readonly port: number
  /** 0 and undefined: as the router likes. */
  readonly externalPort: number
  /** Seconds; 0 takes the mapping back. */
  readonly lifetimeS: number
}

export interface PcpAnswer {
  readonly version: number
  readonly result: number
  readonly lifetimeS: number
  /** Absent in refusals of what it does not understand at all. */
  readonly map?: {
    readonly nonce: Uint8Array
    readonly protocol: number
    readonly port: number
    readonly externalPort: number
    readonly externalHost: string
  }
}

export function pcpMapRequest({ nonce, client, port, externalPort, lifetimeS }: PcpMap): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES + MAP_BYTES)
  bytes.writeUInt8(PCP_VERSION, 0)
  bytes.writeUInt8(MAP, 1)
  bytes.writeUInt32BE(lifetimeS, 4)
  bytes.set(addressBytes(client), 8)
  bytes.set(nonce, 24)
  bytes.writeUInt8(TCP, 36)
  bytes.writeUInt16BE(port, 40)
  bytes.writeUInt16BE(externalPort, 42)
  // No address is suggested: all zeroes of the same kind (RFC 6887 §11.1).
  bytes.set(addressBytes(isIPv4(client) ? '0.0.0.0' : '::'), 44)
  return bytes
}

/** @throws PeerFault 'malformed' */
export function readPcpAnswer(bytes: Uint8Array): PcpAnswer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Whoever knows the older protocol alone says so in eight bytes (RFC 6887 Appendix A).
  if (view.length >= 4 && view[0] !== PCP_VERSION && (view[1] ?? 0) >= ANSWER) {
    return { version: view[0] ?? 0, result: PCP_RESULT.unsupportedVersion, lifetimeS: 0 }
  }
  const isSound = view.length >= HEADER_BYTES && view.length <= MAX_PCP_BYTES && view.length % 4 === 0
  if (!isSound || view[0] !== PCP_VERSION || view[1] !== (ANSWER | MAP)) throw new PeerFault('malformed')
  const result = view.readUInt8(3)
  const head = { version: PCP_VERSION, result, lifetimeS: view.readUInt32BE(4) }
  if (view.length < HEADER_BYTES + MAP_BYTES) {
    if (result === PCP_RESULT.success) throw new PeerFault('malformed')
    return head
  }
  return {
    ...head,
    map: {
      nonce: Uint8Array.from(view.subarray(24, 24 + PCP_NONCE_BYTES)),
      protocol: view.readUInt8(36),
      port: view.readUInt16BE(40),
      externalPort: view.readUInt16BE(42),
      externalHost: hostOf(view.subarray(44, 60)),
    },
  }
}

/** 16 bytes; an IPv4 address in ::ffff:0:0/96 (RFC 6887 §5). @param host an IP literal */
function addressBytes(host: string): Uint8Array {
  const bytes = new Uint8Array(16)
  if (isIPv4(host)) {
    bytes.fill(0xff, 10, 12)
    bytes.set(host.split('.').map(Number), 12)
    return bytes
  }
  const [head = '', tail] = (host.split('%')[0] ?? '').split('::')
  const groups = (part: string): number[] => part.split(':').filter(Boolean).flatMap(groupBytes)
  const front = groups(head)
  const back = groups(tail ?? '')
  bytes.set(front)
  bytes.set(back, 16 - back.length)
  return bytes
}

function groupBytes(group: string): number[] {
  if (group.includes('.')) return group.split('.').map(Number)
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 0xff]
}

function hostOf(bytes: Buffer): string {
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff
  if (isMapped) return bytes.subarray(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return canonical(groups.join(':'))
}

/** As the system writes it, so that it compares to what that gives. */
function canonical(host: string): string {
  return new URL(`http://[${host}]`).hostname.slice(1, -1)
}
