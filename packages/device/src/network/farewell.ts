/**
 * A device that is out of the circle calls (spec §7.3): it gets the entries of the log that ended it, and their past, as far as
 * it lacks them; then the tunnel ends. Of what it sends only where its log ends is read.
 */
import type { Duplex } from 'node:stream'
import {
  decodeFrame,
  encodeFrame,
  FrameSplitter,
  frameLength,
  PeerFault,
  SYNC_VERSION,
  type DeviceId,
  type Frame,
  type Suite,
} from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import { FAREWELL_MAX_BYTES, FAREWELL_MS } from '../tuning.ts'

/** Bytes of its greeting: a hello, and at most 256 heads and 64 hashes of a locator. */
const MAX_GREETING_BYTES = 32_768
/** Entries of a frame: of 16,384 bytes at most, so that they fit. */
const ENTRIES_PER_FRAME = 32

/** The circle that the device is out of. */
export interface FarewellHost {
  readonly suite: Suite
  /** What it may still learn, in lists that fit a frame. @param known hashes of entries that it says to have */
  farewellTo(device: DeviceId, known: readonly Uint8Array[], limitBytes: number): Uint8Array[][]
}

/** Serves one stream of `tunnel`, which is destroyed soon after, whatever the far side does. */
export function sayFarewell(circle: FarewellHost, device: DeviceId, tunnel: Tunnel, syncPath: string): void {
  const deadline = setTimeout(() => {
    tunnel.destroy(notAMember())
  }, FAREWELL_MS)
  void tunnel.closed.then(() => {
    clearTimeout(deadline)
  })
  let asked = false
  tunnel.onStream((path, stream) => {
    if (path !== syncPath || asked) stream.destroy()
    else answer(circle, device, tunnel, stream)
    asked = true
  })
}

function answer(circle: FarewellHost, device: DeviceId, tunnel: Tunnel, stream: Duplex): void {
  const frames = new FrameSplitter()
  let bytes = 0
  let cards: Uint8Array = new Uint8Array(0)
  let answered = false
  stream.on('error', () => {
    tunnel.destroy(notAMember())
  })
  stream.on('data', (chunk: Buffer) => {
    if (answered) return
    bytes += chunk.length
    try {
      for (const bytes of frames.push(chunk)) {
        const frame = answered ? undefined : decodeFrame(bytes, circle.suite.hashBytes)
        if (frame?.type === 'hello') cards = frame.cards
        if (frame?.type !== 'log-heads') continue
        answered = true
        send(stream, { type: 'hello', version: SYNC_VERSION, cards })
        for (const entries of circle.farewellTo(
          device,
          [...frame.heads, ...frame.locator],
          FAREWELL_MAX_BYTES,
        ))
          send(stream, { type: 'log-entries', entries })
      }
      if (!answered && bytes > MAX_GREETING_BYTES) throw new PeerFault('oversize')
    } catch (fault) {
      tunnel.destroy(fault instanceof PeerFault ? fault : new PeerFault('malformed', { cause: fault }))
    }
  })
}

/** In lists that fit a frame. */
export function inFrames(entries: readonly Uint8Array[]): Uint8Array[][] {
  const lists: Uint8Array[][] = []
  for (let at = 0; at < entries.length; at += ENTRIES_PER_FRAME)
    lists.push(entries.slice(at, at + ENTRIES_PER_FRAME))
  return lists
}

function send(stream: Duplex, frame: Frame): void {
  const bytes = encodeFrame(frame)
  stream.write(Buffer.concat([frameLength(bytes.length), bytes]))
}

function notAMember(): PeerFault {
  return new PeerFault('not-a-member')
}
