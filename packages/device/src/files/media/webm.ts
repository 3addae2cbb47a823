/** The last moment of a WebM recording, by its blocks (RFC 8794 for the form, RFC 9559 for the elements). */
import type { RandomAccess } from './randomAccess.ts'

/** Of RFC 9559 §5.1, as they stand in a file, with the bits that say how long they are. */
const ELEMENT = {
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
} as const

/** Looked into, instead of passed over. */
const HOLDERS: ReadonlySet<number> = new Set([
  ELEMENT.segment,
  ELEMENT.info,
  ELEMENT.cluster,
  ELEMENT.blockGroup,
])

/** Elements that are looked at: of blocks of 20 ms, three hours. */
const MAX_ELEMENTS = 1_000_000
/** An id of 4 bytes, a size of 8. */
const MAX_HEAD_BYTES = 12
/** Of a block: track (8), time (2). */
const BLOCK_HEAD_BYTES = 10
/** Nanoseconds, unless it says otherwise (RFC 9559 §5.1.2.9). */
const DEFAULT_SCALE_NS = 1_000_000

/** @returns seconds from the beginning; undefined where there is no block */
export async function lastTimeOf(file: RandomAccess): Promise<number | undefined> {
  let [scaleNs, cluster, block] = [DEFAULT_SCALE_NS, 0, 0]
  let last: number | undefined
  for (let at = 0, seen = 0; at < file.size && seen < MAX_ELEMENTS; seen++) {
    const head = elementHeadOf(await file.read(at, Math.min(file.size, at + MAX_HEAD_BYTES)))
    if (head === undefined) break
    const from = at + head.bytes
    at = HOLDERS.has(head.id) ? from : from + head.size
    if (head.id === ELEMENT.timestampScale) scaleNs = await numberAt(file, from, head.size)
    else if (head.id === ELEMENT.timestamp) cluster = await numberAt(file, from, head.size)
    else if (head.id === ELEMENT.simpleBlock || head.id === ELEMENT.block) {
      block = cluster + timeOf(await file.read(from, Math.min(file.size, from + BLOCK_HEAD_BYTES)))
      last = Math.max(last ?? 0, block)
    } else if (head.id === ELEMENT.blockDuration)
      last = Math.max(last ?? 0, block + (await numberAt(file, from, head.size)))
  }
  return last === undefined ? undefined : (last * scaleNs) / 1e9
}

export interface Head {
  readonly id: number
  /** Of what follows; Infinity where that was not known when it began. */
  readonly size: number
  /** Of the head itself. */
  readonly bytes: number
}

/** @param bytes from its beginning, at most 12 @returns undefined for what is none */
export function elementHeadOf(bytes: Uint8Array): Head | undefined {
  const idBytes = Math.clz32(bytes[0] ?? 0) - 23
  const sizeBytes = Math.clz32(bytes[idBytes] ?? 0) - 23
  if (idBytes > 4 || sizeBytes > 8 || idBytes + sizeBytes > bytes.length) return undefined
  const id = unsigned(bytes.subarray(0, idBytes))
  // A copy: the slice of a Buffer is none.
  const field = Uint8Array.from(bytes.subarray(idBytes, idBytes + sizeBytes))
  field[0] = (field[0] ?? 0) & (0xff >> sizeBytes)
  const isUnknown = field.every((byte, index) => byte === (index === 0 ? 0xff >> sizeBytes : 0xff))
  return { id, size: isUnknown ? Infinity : unsigned(field), bytes: idBytes + sizeBytes }
}

/** Of a block: after the number of its track, signed (RFC 9559 §10.1). */
function timeOf(bytes: Uint8Array): number {
  const at = Math.clz32(bytes[0] ?? 0) - 23
  const time = unsigned(bytes.subarray(at, at + 2))
  return time < 0x8000 ? time : time - 0x10000
}

async function numberAt(file: RandomAccess, from: number, size: number): Promise<number> {
  if (size > 8) throw new RangeError('a number has at most 8 bytes')
  return unsigned(await file.read(from, Math.min(file.size, from + size)))
}

function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}
