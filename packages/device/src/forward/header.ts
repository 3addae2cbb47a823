/** What a forwarded link begins with: a byte and a device id (spec §8.6). */
import type { Duplex } from 'node:stream'
import { base32, fromBase32, PeerFault, type DeviceId } from '@triode/core'
import { HEADER_BYTES, KIND, type Kind } from './spec.ts'

export interface Header {
  readonly kind: Kind
  readonly device: DeviceId
}

export function encodeHeader({ kind, device }: Header): Buffer {
  return Buffer.concat([Buffer.of(kind), fromBase32(device)])
}

/** @throws PeerFault 'malformed' */
export function decodeHeader(bytes: Uint8Array): Header {
  const [first] = bytes
  const kind = Object.values(KIND).find((each) => each === first)
  if (bytes.length !== HEADER_BYTES || kind === undefined) throw new PeerFault('malformed')
  return { kind, device: base32(bytes.subarray(1)) as DeviceId }
}

/** The header of `stream`, which goes on behind it; undefined when it ends before. @throws PeerFault 'malformed' */
export function readHeader(stream: Duplex): Promise<Header | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      stream.off('readable', read).off('end', none).off('close', none)
      act()
    }
    const none = (): void => {
      settle(() => {
        resolve(undefined)
      })
    }
    const read = (): void => {
      const bytes = stream.read(HEADER_BYTES) as Buffer | null
      if (bytes === null) return
      settle(() => {
        try {
          resolve(decodeHeader(bytes))
        } catch (fault) {
          reject(fault instanceof Error ? fault : new PeerFault('malformed'))
        }
      })
    }
    stream.on('readable', read).on('end', none).on('close', none)
    read()
  })
}
