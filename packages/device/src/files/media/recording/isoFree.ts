/** Room in a file of boxes that nobody reads (ISO/IEC 14496-12 §8.1.2). */
import type { Box } from '../boxes.ts'

const FREE = Buffer.from('free', 'latin1')

/** Makes room of a box, as long as it was. */
export function free(view: DataView, { at, body, end }: Box): void {
  letters(view, at + 4, at + 8).set(FREE)
  letters(view, body, end).fill(0)
}

/** Bytes of what is looked at, which are written to. */
export function letters(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from)
}
