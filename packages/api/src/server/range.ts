/** The header Range (RFC 9110 §14.2), as far as single ranges of bytes go. */

export interface ByteRange {
  /** First byte. */
  readonly from: number
  /** Byte after the last. */
  readonly to: number
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n`; the unit in any case, blanks as lists may have them. */
const SINGLE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i

/**
 * @param header as it came; several joined by commas, as Node does, are several ranges
 * @param size bytes of the whole
 * @returns the range, cut to what there is; 'whole' where there is no header, or one that a server may ignore: another unit,
 *   several ranges, what is malformed; 'unsatisfiable' where nothing of it is there
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first, last] = SINGLE.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole'
  if (first === '') return suffix(Number(last), size)
  const from = Number(first)
  if (last !== '' && Number(last) < from) return 'whole'
  if (from >= size) return 'unsatisfiable'
  return { from, to: last === '' ? size : Math.min(Number(last) + 1, size) }
}

/** The last `length` bytes. Of nothing there is no range that Content-Range could name. */
function suffix(length: number, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  if (length === 0) return 'unsatisfiable'
  return size === 0 ? 'whole' : { from: Math.max(0, size - length), to: size }
}
