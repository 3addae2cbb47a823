/** Elements of EBML that are in memory (RFC 8794), which are written to: what nobody reads becomes Void, as long as it was. */
import { elementHeadOf } from '../webm.ts'

/** An id of 4 bytes, a size of 8. */
export const MAX_HEAD_BYTES = 12
/** RFC 8794 §11.3. */
export const VOID = 0xec
export const CRC = 0xbf
/** More than any program writes beside each other. */
const MAX_ELEMENTS = 65_536
/** What a size of one byte says at most: with all bits set it would be unknown (§6.2). */
const MAX_SHORT = 126

export interface Element {
  readonly id: number
  /** Where it begins, where its content does, and what follows it. */
  readonly at: number
  readonly body: number
  readonly end: number
}

/** Elements one after another; undefined where something else stands there, or one does not say how long it is. */
export function elementsIn(bytes: Uint8Array, from: number, to: number): Element[] | undefined {
  const elements: Element[] = []
  for (let at = from; at < to;) {
    const head = elementHeadOf(bytes.subarray(at, Math.min(to, at + MAX_HEAD_BYTES)))
    if (head === undefined || elements.length === MAX_ELEMENTS) return undefined
    const body = at + head.bytes
    const end = body + head.size
    if (!(end <= to)) return undefined
    elements.push({ id: head.id, at, body, end })
    at = end
  }
  return elements
}

/** An element has at least 2 bytes, one of its id and one of its size. */
export function makeVoid(bytes: Uint8Array, { at, end }: Element): void {
  bytes.fill(0, at, end)
  bytes[at] = VOID
  const short = end - at - 2
  if (short <= MAX_SHORT) {
    bytes[at + 1] = 0x80 | short
    return
  }
  bytes[at + 1] = 0x01
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + 1, 8)
  // Eight bytes, of which the first says that they are eight.
  view.setBigUint64(0, (1n << 56n) | BigInt(end - at - 9))
}
