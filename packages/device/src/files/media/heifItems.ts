/** What a HEIC or AVIF holds, and where (ISO/IEC 23008-12, ISO/IEC 14496-12 §8.11): its items, and bytes of each. */
import type { Extent } from './blank.ts'
import { boxesIn, FULL_BYTES, fourLetters, only, type Box } from './boxes.ts'

export interface Heif {
  readonly top: readonly Box[]
  /** What is in its box `meta`. */
  readonly meta: readonly Box[]
  readonly items: readonly Item[]
}

export interface Item {
  readonly id: number
  /** Four letters: how it is coded. */
  readonly type: string
  /** Its bytes in the file, in order; what is made of others alone has none. */
  readonly extents: readonly Extent[]
}

/** More than any camera writes: of large pictures each tile is one. */
const MAX_ITEMS = 16_384
const MAX_EXTENTS = 65_536
/** How an item is found (§8.11.3): in the file, or in the box `idat`. In other items none is that a camera writes. */
const METHOD = { file: 0, idat: 1 } as const

/** undefined for what is none, or not whole, or where it can't be told what all of its bytes are. @throws RangeError where it ends early */
export function heifOf(view: DataView): Heif | undefined {
  const top = boxesIn(view, 0, view.byteLength)
  if (top?.[0]?.type !== 'ftyp') return undefined
  const box = only(top, 'meta')
  const meta = box && boxesIn(view, box.body + FULL_BYTES, box.end)
  const [info, location] = [meta && only(meta, 'iinf'), meta && only(meta, 'iloc')]
  if (meta === undefined || info === undefined || location === undefined) return undefined
  const types = typesIn(view, info)
  const places = types && placesIn(view, location, only(meta, 'idat'))
  if (types === undefined || places === undefined) return undefined
  const items = [...types].map(([id, type]): Item => ({ id, type, extents: places.get(id) ?? [] }))
  // What has a place and no name is not known.
  return [...places.keys()].every((id) => types.has(id)) ? { top, meta, items } : undefined
}

/** §8.11.6. */
function typesIn(view: DataView, info: Box): Map<number, string> | undefined {
  const isShort = view.getUint8(info.body) === 0
  const entries = boxesIn(view, info.body + FULL_BYTES + (isShort ? 2 : 4), info.end)
  if (entries === undefined || entries.length > MAX_ITEMS) return undefined
  const types = new Map<number, string>()
  for (const { type, body } of entries) {
    const version = view.getUint8(body)
    if (type !== 'infe' || (version !== 2 && version !== 3)) return undefined
    const id = version === 2 ? view.getUint16(body + FULL_BYTES) : view.getUint32(body + FULL_BYTES)
    // Behind it: which protection it has.
    const coded = fourLetters(view, body + FULL_BYTES + (version === 2 ? 2 : 4) + 2)
    if (types.has(id)) return undefined
    types.set(id, coded)
  }
  return types
}

/** §8.11.3. */
function placesIn(
  view: DataView,
  { body, end }: Box,
  idat: Box | undefined,
): Map<number, Extent[]> | undefined {
  const fields = new Fields(view, body + FULL_BYTES, end)
  const version = view.getUint8(body)
  if (version > 2) return undefined
  const [sizes, more] = [fields.uint(1), fields.uint(1)]
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 4, sizes & 15, more >> 4]
  const indexBytes = version === 0 ? 0 : more & 15
  const places = new Map<number, Extent[]>()
  const count = fields.uint(version < 2 ? 2 : 4)
  for (let left = Math.min(count, MAX_ITEMS + 1), extents = 0; left > 0; left--) {
    const id = fields.uint(version < 2 ? 2 : 4)
    const method = version === 0 ? METHOD.file : fields.uint(2) & 15
    const isElsewhere = fields.uint(2) !== 0
    const base = fields.uint(baseBytes)
    const of = fields.uint(2)
    if (isElsewhere || method > METHOD.idat || places.has(id) || (extents += of) > MAX_EXTENTS)
      return undefined
    const found: Extent[] = []
    const start = method === METHOD.file ? 0 : (idat?.body ?? Infinity)
    const most = method === METHOD.file ? view.byteLength : (idat?.end ?? 0)
    for (let index = 0; index < of; index++) {
      fields.uint(indexBytes)
      const from = start + base + fields.uint(offsetBytes)
      const to = from + fields.uint(lengthBytes)
      // Without a length it is all there is: what that is, is not said in one way.
      if (from === to || to > most) return undefined
      found.push({ from, to })
    }
    places.set(id, found)
  }
  return count > MAX_ITEMS ? undefined : places
}

/** Numbers one after another. */
class Fields {
  private readonly view: DataView
  private readonly end: number
  private at: number

  constructor(view: DataView, at: number, end: number) {
    this.view = view
    this.at = at
    this.end = end
  }

  /** @param bytes 0 gives 0 @throws RangeError where there is no more, or there are no such numbers */
  uint(bytes: number): number {
    const at = this.at
    this.at += bytes
    if (this.at > this.end) throw new RangeError('it ends early')
    switch (bytes) {
      case 0:
        return 0
      case 1:
        return this.view.getUint8(at)
      case 2:
        return this.view.getUint16(at)
      case 4:
        return this.view.getUint32(at)
      case 8:
        return Number(this.view.getBigUint64(at))
      default:
        throw new RangeError('no field has so many bytes')
    }
  }
}
