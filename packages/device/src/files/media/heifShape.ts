/** How large the picture of a HEIC or AVIF is, and how it is turned: by properties of its primary item (ISO/IEC 23008-12 §6.5). */
import { boxesIn, FULL_BYTES, only, type Box } from './boxes.ts'

interface Shape {
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/** More than any item has. */
const MAX_PROPERTIES = 64
/** Exif's word for being turned so many quarters, against the clock. */
const TURNED = [1, 8, 3, 6]

/** As stored: before it is turned. @throws RangeError where it ends early */
export function heifDimensions(view: DataView): Shape | undefined {
  const extent = propertiesOf(view)?.find(({ type }) => type === 'ispe')
  if (extent === undefined) return undefined
  const at = extent.body + FULL_BYTES
  return { width: view.getUint32(at), height: view.getUint32(at + 4) }
}

/** 1 to 8, as Exif says it: what stands in Exif itself counts for nothing here. @throws RangeError where it ends early */
export function turnOf(view: DataView): number | undefined {
  const turn = propertiesOf(view)?.find(({ type }) => type === 'irot')
  return turn && TURNED[view.getUint8(turn.body) & 3]
}

/** Those of the picture that is shown. */
function propertiesOf(view: DataView): Box[] | undefined {
  const top = boxesIn(view, 0, view.byteLength)
  const box = top && only(top, 'meta')
  const meta = box && boxesIn(view, box.body + FULL_BYTES, box.end)
  const [primary, properties] = [meta && only(meta, 'pitm'), meta && only(meta, 'iprp')]
  const inside = properties && boxesIn(view, properties.body, properties.end)
  const list = inside && only(inside, 'ipco')
  const all = list && boxesIn(view, list.body, list.end)
  if (primary === undefined || inside === undefined || all === undefined) return undefined
  const id =
    view.getUint8(primary.body) === 0
      ? view.getUint16(primary.body + FULL_BYTES)
      : view.getUint32(primary.body + FULL_BYTES)
  for (const association of inside.filter(({ type }) => type === 'ipma')) {
    const numbers = numbersOf(view, association, id)
    if (numbers !== undefined) return numbers.flatMap((number) => all[number - 1] ?? [])
  }
  return undefined
}

/** Which properties an item has, counted from 1 (ISO/IEC 14496-12 §8.11.14). */
function numbersOf(view: DataView, { body, end }: Box, wanted: number): number[] | undefined {
  const [isShort, isWide] = [view.getUint8(body) === 0, (view.getUint8(body + 3) & 1) !== 0]
  let at = body + FULL_BYTES + 4
  for (let left = view.getUint32(body + FULL_BYTES); left > 0 && at < end; left--) {
    const id = isShort ? view.getUint16(at) : view.getUint32(at)
    at += isShort ? 2 : 4
    const count = view.getUint8(at++)
    const bytes = isWide ? 2 : 1
    if (id === wanted)
      return Array.from({ length: Math.min(count, MAX_PROPERTIES) }, (_, index) =>
        isWide ? view.getUint16(at + 2 * index) & 0x7fff : view.getUint8(at + index) & 0x7f,
      )
    at += count * bytes
  }
  return undefined
}
