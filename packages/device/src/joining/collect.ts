/** All of a stream, within a size and a time. */
import type { Readable } from 'node:stream'
import { PeerFault, Unavailable } from '@triode/core'

/** @throws PeerFault 'oversize'; Unavailable 'timed-out' | 'link-broken' */
export function collect(stream: Readable, maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let bytes = 0
    const timer = setTimeout(() => {
      fail(new Unavailable('timed-out', { message: 'The far device did not answer in time.' }))
    }, timeoutMs)
    const fail = (fault: Error): void => {
      clearTimeout(timer)
      reject(fault)
      stream.destroy()
    }
    stream.on('data', (chunk: Buffer) => {
      parts.push(chunk)
      bytes += chunk.length
      if (bytes > maxBytes) fail(new PeerFault('oversize'))
    })
    stream.on('end', () => {
      clearTimeout(timer)
      resolve(new Uint8Array(Buffer.concat(parts)))
    })
    const broken = (cause?: unknown): void => {
      fail(new Unavailable('link-broken', { message: 'The connection was lost.', cause }))
    }
    stream.on('error', broken)
    stream.on('close', () => {
      broken()
    })
  })
}
