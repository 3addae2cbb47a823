/** Counts what this process sends and receives over the UDP sockets of the DHT library. */
import { createRequire } from 'node:module'

export interface Traffic {
  readonly sentPackets: number
  /** With the headers of IPv4 and UDP. */
  readonly sentBytes: number
  readonly receivedPackets: number
  readonly receivedBytes: number
  /** Of what was sent, by streams: links, and not the DHT. */
  readonly streamPackets: number
  readonly streamBytes: number
}

/** Of IPv4 (20) and UDP (8). */
const HEADER_BYTES = 28

/** What is used of the library's native part. */
interface Counted {
  readonly bytesTransmitted: number
  readonly packetsTransmitted: number
  readonly bytesReceived: number
  readonly packetsReceived: number
}
interface Socket {
  readonly udx: Counted
  bind: (this: Socket, ...where: unknown[]) => void
  send: (this: Socket, bytes: Uint8Array, ...where: unknown[]) => unknown
  trySend: (this: Socket, bytes: Uint8Array, ...where: unknown[]) => unknown
}

/** From when this is called, and for sockets that are opened later. @returns what went so far */
export function countUdp(): () => Traffic {
  // Beside the library's entry: its prototype is where every socket passes.
  const { prototype } = createRequire(import.meta.url)('udx-native/lib/socket.js') as { prototype: Socket }
  const ends = new Set<Counted>()
  let [packets, bytes] = [0, 0]
  const note = (message: Uint8Array): void => {
    packets++
    bytes += message.length
  }
  const { bind, send, trySend } = prototype
  prototype.bind = function (...where) {
    ends.add(this.udx)
    bind.apply(this, where)
  }
  prototype.send = function (message, ...where) {
    note(message)
    return send.call(this, message, ...where)
  }
  prototype.trySend = function (message, ...where) {
    note(message)
    return trySend.call(this, message, ...where)
  }
  return () => {
    const all = [...ends]
    const sum = (of: (end: Counted) => number): number => all.reduce((total, end) => total + of(end), 0)
    // The native part counts what streams send by itself, and all that comes.
    const streamPackets = sum((end) => end.packetsTransmitted)
    const streamBytes = sum((end) => end.bytesTransmitted) + streamPackets * HEADER_BYTES
    const sentPackets = packets + streamPackets
    const receivedPackets = sum((end) => end.packetsReceived)
    return {
      sentPackets,
      sentBytes: bytes + packets * HEADER_BYTES + streamBytes,
      receivedPackets,
      receivedBytes: sum((end) => end.bytesReceived) + receivedPackets * HEADER_BYTES,
      streamPackets,
      streamBytes,
    }
  }
}

export function since(before: Traffic, now: Traffic): Traffic {
  return {
    sentPackets: now.sentPackets - before.sentPackets,
    sentBytes: now.sentBytes - before.sentBytes,
    receivedPackets: now.receivedPackets - before.receivedPackets,
    receivedBytes: now.receivedBytes - before.receivedBytes,
    streamPackets: now.streamPackets - before.streamPackets,
    streamBytes: now.streamBytes - before.streamBytes,
  }
}
