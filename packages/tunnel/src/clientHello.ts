/** Reads the knock from a ClientHello (RFC 8446 §4.1.2, spec §7.3) before TLS begins, so that a stranger is shown nothing. */
import type { Duplex } from 'node:stream'
import { PeerFault } from '@triode/core'
import { MAX_HELLO_BYTES } from './spec.ts'

const RECORD_HEADER_BYTES = 5
const CONTENT_TYPE_HANDSHAKE = 22
const HANDSHAKE_CLIENT_HELLO = 1
const EXTENSION_SERVER_NAME = 0
const NAME_TYPE_HOST = 0

/**
 * Takes the first TLS record off `link`.
 * @returns the record, whole, and whatever came after it: hand all of it to TLS
 * @throws PeerFault 'hello-malformed' (not a ClientHello, too large, or the link ended)
 */
export async function readHelloRecord(link: Duplex, signal: AbortSignal): Promise<Buffer> {
  let held = Buffer.alloc(0)
  while (held.length < neededBytes(held)) held = Buffer.concat([held, await readSome(link, signal)])
  return held
}

/** How many bytes the record needs, as far as `held` tells. */
function neededBytes(held: Buffer): number {
  if (held.length > 0 && held[0] !== CONTENT_TYPE_HANDSHAKE) throw malformedHello()
  if (held.length < RECORD_HEADER_BYTES) return RECORD_HEADER_BYTES
  const length = RECORD_HEADER_BYTES + held.readUInt16BE(3)
  if (length > MAX_HELLO_BYTES) throw malformedHello()
  return length
}

/** The next bytes of `link`, which is left paused. */
function readSome(link: Duplex, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      link.off('readable', take).off('end', fail).off('close', fail).off('error', fail)
      signal.removeEventListener('abort', fail)
      act()
    }
    const take = () => {
      const chunk = link.read() as Buffer | null
      if (chunk !== null)
        settle(() => {
          resolve(chunk)
        })
    }
    const fail = () => {
      settle(() => {
        reject(malformedHello())
      })
    }
    link.on('readable', take).on('end', fail).on('close', fail).on('error', fail)
    signal.addEventListener('abort', fail)
    if (link.destroyed || link.readableEnded || signal.aborted) fail()
    else take()
  })
}

/**
 * The server name of a ClientHello in `record`, or undefined when it has none.
 * @throws PeerFault 'hello-malformed'
 */
export function serverName(record: Uint8Array): string | undefined {
  const hello = new Cursor(record)
  hello.skip(RECORD_HEADER_BYTES)
  if (hello.u8() !== HANDSHAKE_CLIENT_HELLO) throw malformedHello()
  const body = hello.vector(3)
  body.skip(2 + 32) // legacy_version, random
  body.vector(1) // legacy_session_id
  body.vector(2) // cipher_suites
  body.vector(1) // legacy_compression_methods
  const extensions = body.vector(2)
  while (extensions.more) {
    const type = extensions.u16()
    const data = extensions.vector(2)
    if (type === EXTENSION_SERVER_NAME) return hostName(data)
  }
  return undefined
}

/** RFC 6066 §3: a list with exactly one host name. */
function hostName(data: Cursor): string {
  const list = data.vector(2)
  if (list.u8() !== NAME_TYPE_HOST) throw malformedHello()
  return Buffer.from(list.vector(2).rest()).toString('latin1')
}

/** Reads forward through bytes; never beyond their end. */
class Cursor {
  private at = 0
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get more(): boolean {
    return this.at < this.bytes.length
  }

  u8(): number {
    return this.number(1)
  }

  u16(): number {
    return this.number(2)
  }

  skip(count: number): void {
    this.take(count)
  }

  /** A vector whose length is written in `lengthBytes` (RFC 8446 §3.4). */
  vector(lengthBytes: 1 | 2 | 3): Cursor {
    return new Cursor(this.take(this.number(lengthBytes)))
  }

  rest(): Uint8Array {
    return this.take(this.bytes.length - this.at)
  }

  private number(bytes: 1 | 2 | 3): number {
    return this.take(bytes).reduce((value, byte) => value * 256 + byte, 0)
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw malformedHello()
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }
}

function malformedHello(): PeerFault {
  return new PeerFault('hello-malformed', { message: 'The caller did not begin with a TLS ClientHello.' })
}
