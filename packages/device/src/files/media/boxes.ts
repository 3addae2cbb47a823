/** Boxes of the ISO base media file format (ISO/IEC 14496-12 §4.2): what HEIC, AVIF, MP4 and QuickTime are made of. */

export interface Box {
  /** Four letters. */
  readonly type: string
  /** Where it begins, where its content does, and what follows it. */
  readonly at: number
  readonly body: number
  readonly end: number
}

const HEAD_BYTES = 8
const LONG_HEAD_BYTES = 16
/** Version and flags of those that have them. */
export const FULL_BYTES = 4
/** More than an honest image has of them beside each other. */
const MAX_BOXES = 65_536

/** Boxes one after another from `from` to `to`; undefined where something else stands there, or more than `most`. */
export function boxesIn(view: DataView, from: number, to: number, most = MAX_BOXES): Box[] | undefined {
  const boxes: Box[] = []
  for (let at = from; at < to;) {
    const box = boxAt(view, at, to)
    if (box === undefined || boxes.length === most) return undefined
    boxes.push(box)
    at = box.end
  }
  return boxes
}

/** The only box of its type; undefined where there is none, or several. */
export function only(boxes: readonly Box[], type: string): Box | undefined {
  const [found, ...more] = boxes.filter((box) => box.type === type)
  return more.length === 0 ? found : undefined
}

/** What is not known of it: neither how it goes on nor what it holds. */
function boxAt(view: DataView, at: number, to: number): Box | undefined {
  if (at + HEAD_BYTES > to) return undefined
  const size = view.getUint32(at)
  const isLong = size === 1
  if (isLong && at + LONG_HEAD_BYTES > to) return undefined
  const body = at + (isLong ? LONG_HEAD_BYTES : HEAD_BYTES)
  const length = isLong ? Number(view.getBigUint64(at + HEAD_BYTES)) : size
  // With 0 it goes on to the end.
  const end = size === 0 ? to : at + length
  return end < body || end > to ? undefined : { type: fourLetters(view, at + 4), at, body, end }
}

export function fourLetters(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  )
}
