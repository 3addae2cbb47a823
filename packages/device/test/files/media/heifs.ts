/** A HEIC for tests, with what telephones put into one. */
import { SECRET, tiff } from './images.ts'
import { box, full, u16, u32 } from './isoBoxes.ts'

export interface HeicChoices {
  /** How the picture is coded. */
  readonly coded?: string
  /** Boxes behind the others. */
  readonly behind?: readonly Buffer[]
  /** How far the place of Exif is off: with enough, it lies in the picture. */
  readonly exifOff?: number
  /** Quarters against the clock. */
  readonly turned?: number
  /** As cameras with larger files write places: fields of 64 bits, and a base. */
  readonly wide?: boolean
}

/** What is shown: any bytes do, for nobody decodes them here. */
export const PICTURE = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7) % 251))
export const SIZE = { width: 4_032, height: 3_024 } as const

/** A picture in `mdat` and a grid in `idat`, Exif, XMP in two pieces, a description, something private, and what no item names. */
export function tellingHeic(choices: HeicChoices = {}): Buffer {
  const { coded = 'hvc1', behind = [], exifOff = 0, turned = 0, wide = false } = choices
  const exif = Buffer.concat([Buffer.alloc(4), tiff(6, false)])
  const xmp = Buffer.from(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${SECRET.repeat(3)}</x:xmpmeta>`)
  const grid = Buffer.from([0, 0, 0, 0, 0x0f, 0xc0, 0x0b, 0xd0])
  const store = Buffer.concat([PICTURE, exif, xmp, Buffer.from(`left over ${SECRET}`)])
  const head = box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1'))
  const described = full('udes', 0, Buffer.from(`en\0at home\0${SECRET}\0\0`))
  const properties = [
    full('ispe', 0, u32(SIZE.width, SIZE.height)),
    box('irot', Buffer.of(turned)),
    described,
  ]
  const metaAt = (at: number): Buffer => {
    const [exifAt, xmpAt, half] = [at + PICTURE.length, at + PICTURE.length + exif.length, xmp.length >> 1]
    const places = [
      place(1, 0, [[at, PICTURE.length]], wide),
      place(2, 1, [[0, grid.length]], wide),
      place(3, 0, [[exifAt - exifOff, exif.length]], wide),
      place(
        4,
        0,
        [
          [xmpAt, half],
          [xmpAt + half, xmp.length - half],
        ],
        wide,
      ),
    ]
    const items = [item(1, coded), item(2, 'grid'), item(3, 'Exif'), item(4, 'mime', 'application/rdf+xml\0')]
    return full(
      'meta',
      0,
      full('hdlr', 0, Buffer.from('\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1')),
      full('pitm', 0, u16(2)),
      full('iinf', 0, u16(items.length), ...items),
      full('iloc', 1, Buffer.of(wide ? 0x88 : 0x44, wide ? 0x80 : 0), u16(places.length), ...places),
      full('iref', 0, box('cdsc', u16(3, 1, 2)), box('dimg', u16(2, 1, 1))),
      box('iprp', box('ipco', ...properties), full('ipma', 0, u32(1), u16(2), Buffer.of(3, 0x81, 0x82, 3))),
      box('idat', grid, Buffer.from(SECRET)),
      box('xml ', Buffer.from(`\0\0\0\0<x>${SECRET}</x>`)),
    )
  }
  const before = head.length + metaAt(4_096).length + 8
  return Buffer.concat([
    head,
    metaAt(before),
    box('mdat', store),
    box('uuid', Buffer.from(`${'u'.repeat(16)}${SECRET}`)),
    ...behind,
  ])
}

function item(id: number, type: string, more = ''): Buffer {
  return full('infe', 2, u16(id, 0), Buffer.from(`${type}\0${more}`, 'latin1'))
}

type Run = readonly [from: number, length: number]

function place(id: number, method: number, runs: readonly Run[], wide: boolean): Buffer {
  const number = (value: number): Buffer => (wide ? u32(0, value) : u32(value))
  // With a base, places are counted from it.
  const base = wide ? (runs[0]?.[0] ?? 0) : 0
  const extents = runs.flatMap(([from, length]) => [number(from - base), number(length)])
  return Buffer.concat([
    u16(id, method, 0),
    wide ? number(base) : Buffer.alloc(0),
    u16(runs.length),
    ...extents,
  ])
}
