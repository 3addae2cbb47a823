/** The NAT Port Mapping Protocol (RFC 6886). */
import { PeerFault } from '@triode/core'
import { NAT_PMP_VERSION } from './spec.ts'

const ASK_ADDRESS = 0
const MAP_TCP = 2
const ANSWER = 0x80

export const NAT_PMP_RESULT = { success: 0, unsupportedVersion: 1, refused: 2, networkFailure: 3 } as const

/** Asks for the public address (RFC 6886 §3.2). */
export function natPmpAddressRequest(): Uint8Array {
  return Uint8Array.of(NAT_PMP_VERSION, ASK_ADDRESS)
}

/** @param lifetimeS 0 takes the mapping back; then `externalPort` has to be 0 (RFC 6886 §3.4) */
export function natPmpMapRequest(port: number, externalPort: number, lifetimeS: number): Uint8Array {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt8(NAT_PMP_VERSION, 0)
  bytes.writeUInt8(MAP_TCP, 1)
  bytes.writeUInt16BE(port, 4)
  bytes.writeUInt16BE(externalPort, 6)
  bytes.writeUInt32BE(lifetimeS, 8)
  return bytes
}

export interface NatPmpAnswer {
  readonly result: number
  /** Of an answer about the address. */
  readonly address?: string
  /** Of one about a mapping. */
  readonly map?: { readonly port: number; readonly externalPort: number; readonly lifetimeS: number }
}

/** @throws PeerFault 'malformed' */
export function readNatPmpAnswer(bytes: Uint8Array): NatPmpAnswer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.length < 8 || view.length > 16 || view[0] !== NAT_PMP_VERSION) throw new PeerFault('malformed')
  const result = view.readUInt16BE(2)
  const head = { result }
  const about = view.readUInt8(1)
  if (about === (ANSWER | ASK_ADDRESS) && view.length === 12) {
    return { ...head, address: view.subarray(8).join('.') }
  }
  if (about === (ANSWER | MAP_TCP) && view.length === 16) {
    const [port, externalPort] = [view.readUInt16BE(8), view.readUInt16BE(10)]
    return { ...head, map: { port, externalPort, lifetimeS: view.readUInt32BE(12) } }
  }
  // A refusal may say no more than that.
  if (about >= ANSWER && result !== NAT_PMP_RESULT.success) return head
  throw new PeerFault('malformed')
}
