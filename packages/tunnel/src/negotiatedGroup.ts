/**
 * Which key exchange group a TLS 1.3 handshake used. Node tells it only to the client. On either side OpenSSL writes
 * it into the session, as the field `kex_group`, `[19] EXPLICIT INTEGER`, of its SSL_SESSION structure.
 */
import type { TLSSocket } from 'node:tls'
import type { SuiteTls } from './suiteTls.ts'

const TAG_SEQUENCE = 0x30
const TAG_KEX_GROUP = 0xb3
const TAG_INTEGER = 0x02

/** Whether the handshake of `tls`, a client, used the group of `suite`. */
export function clientUsed(suite: SuiteTls, tls: TLSSocket): boolean {
  const info = tls.getEphemeralKeyInfo()
  return info !== null && 'name' in info && info.name === (suite.curve ?? suite.group)
}

/** Whether the handshake of `tls`, a server, used the group of `suite`. */
export function serverUsed(suite: SuiteTls, tls: TLSSocket): boolean {
  const session = tls.getSession()
  if (session === undefined) return false
  try {
    return kexGroup(session) === suite.groupNumber
  } finally {
    // It holds the resumption secret.
    session.fill(0)
  }
}

/** @returns undefined when `session` is not the DER that is expected */
function kexGroup(session: Buffer): number | undefined {
  const outer = readElement(session, 0)
  if (outer?.tag !== TAG_SEQUENCE) return undefined
  for (let at = outer.start; at < outer.end;) {
    const field = readElement(session, at)
    if (field === undefined) return undefined
    if (field.tag === TAG_KEX_GROUP) {
      const integer = readElement(session, field.start)
      if (integer?.tag !== TAG_INTEGER) return undefined
      return session.subarray(integer.start, integer.end).reduce((value, byte) => value * 256 + byte, 0)
    }
    at = field.end
  }
  return undefined
}

interface Element {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** X.690 §8.1: tag, length (short, or long of up to three bytes), content. */
function readElement(bytes: Buffer, at: number): Element | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return undefined
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 3 || at + 2 + lengthBytes > bytes.length) return undefined
  const start = at + 2 + lengthBytes
  const end = start + (lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes))
  return end <= bytes.length ? { tag, start, end } : undefined
}
