/**
 * Films for tests, as telephones and cameras write them: built box by box, since no film of anybody’s belongs here. Samples lie where their track says,
 * so that a test can see what a player would.
 */
import { box, full, u16, u32 } from './isoBoxes.ts'
import { SECRET } from './images.ts'

export interface Samples {
  readonly kind: string
  /** How they are coded. */
  readonly coded?: string
  readonly chunks: readonly Buffer[]
  /** Of its handler. */
  readonly name?: string
  /** Boxes behind the others in its track. */
  readonly more?: readonly Buffer[]
}

export interface FilmChoices {
  /** Boxes behind the others in `moov`. */
  readonly more?: readonly Buffer[]
  /** Tracks besides picture, sound and chapters. */
  readonly tracks?: readonly Samples[]
  /** Whether `moov` stands before what is shown, as in films that are to be streamed. */
  readonly isFirst?: boolean
  /** Of each chunk of the picture. */
  readonly shownBytes?: number
  /** Boxes at the top, behind the others. */
  readonly behind?: readonly Buffer[]
  readonly brand?: string
  /** Without a picture. */
  readonly isSound?: boolean
}

/** When it was made: seconds since 1904. */
export const MADE = 0xdead_beef
/** How it is turned: a quarter (ISO/IEC 14496-12 §6.2.2). */
export const TURNED = u32(0, 0x10000, 0, 0xffff0000, 0, 0, 0x1e00000, 0, 0x40000000)

/** What tells where, when or with what: in all, or moment by moment. */
export const TELLING: Readonly<Record<string, FilmChoices>> = {
  android: {
    more: [box('udta', said('\u00a9xyz', `+48.2082+016.3738/ ${SECRET}`), said('\u00a9mod', SECRET))],
  },
  '3gpp': { more: [box('udta', box('loci', Buffer.from(`\0\0\0\0\x15\xc7${SECRET}\0\0`, 'latin1')))] },
  iphone: { more: [keyed()] },
  'with XMP': {
    behind: [box('uuid', Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'), Buffer.from(SECRET))],
  },
  'with room': { behind: [box('free', Buffer.from(SECRET)), box('skip', Buffer.from(SECRET))] },
  'with what a program adds': {
    more: [box('uuid', Buffer.alloc(16, 7), Buffer.from(SECRET)), box('GoPr', Buffer.from(SECRET))],
  },
  gopro: {
    tracks: [{ kind: 'meta', coded: 'gpmd', chunks: places(5) }],
    more: [box('udta', box('CAME', Buffer.from(SECRET)), Buffer.alloc(4))],
  },
  camm: { tracks: [{ kind: 'camm', coded: 'camm', chunks: places(3) }] },
  'iphone, moment by moment': {
    tracks: [{ kind: 'meta', coded: 'mebx', chunks: places(1), more: [keyed()] }],
  },
  drone: { tracks: [{ kind: 'text', coded: 'tx3g', name: 'DJI.Subtitle', chunks: places(4) }] },
  clock: { tracks: [{ kind: 'tmcd', coded: 'tmcd', chunks: [Buffer.from(SECRET)] }] },
}

/** What stays as it is. */
export const CONTENT: FilmChoices = {
  more: [
    box(
      'udta',
      list([['\u00a9nam', 'a holiday']]),
      box('chpl', Buffer.from('\x01\0\0\0\0chapters', 'latin1')),
    ),
  ],
  tracks: [
    { kind: 'sbtl', coded: 'tx3g', name: 'for those who do not hear', chunks: [Buffer.from('what is said')] },
  ],
}

/** Whatever is played: any bytes do, for nobody decodes them here; also such as tell, so that it would show if they were changed. */
function shown(label: string, bytes: number): Buffer {
  return Buffer.alloc(bytes, `${label} loci gpmd \u00a9xyz moov `, 'latin1')
}

export function film(choices: FilmChoices = {}): Buffer {
  const { more = [], tracks = [], isFirst = false, shownBytes = 3_000, behind = [], brand = 'mp42' } = choices
  const seen = [1, 2, 3].map((n) => shown(`picture ${String(n)}`, shownBytes))
  const all: readonly Samples[] = [
    ...(choices.isSound === true ? [] : [{ kind: 'vide', coded: 'avc1', chunks: seen }]),
    { kind: 'soun', coded: 'mp4a', chunks: [1, 2, 3].map((n) => shown(`sound ${String(n)}`, 200)) },
    {
      kind: 'text',
      coded: 'text',
      name: 'chapters',
      chunks: [Buffer.from('\0\x05First'), Buffer.from('\0\x04Last')],
    },
    ...tracks,
  ]
  const head = [
    box('ftyp', Buffer.from(`${brand}\0\0\0\0isommp42`, 'latin1')),
    isFirst ? Buffer.alloc(0) : box('wide'),
  ]
  const headBytes = Buffer.concat(head).length
  const moovBytes = isFirst ? moov(all, 0, more).length : 0
  const store = box('mdat', ...interleaved(all))
  const moovAt = (at: number): Buffer => moov(all, at, more)
  const movie = moovAt(headBytes + moovBytes + 8)
  return Buffer.concat(isFirst ? [...head, movie, store, ...behind] : [...head, store, movie, ...behind])
}

/** Chunk by chunk of each track, beside each other. */
function interleaved(tracks: readonly Samples[]): Buffer[] {
  const most = Math.max(...tracks.map(({ chunks }) => chunks.length))
  return Array.from({ length: most }, (_, index) =>
    tracks.flatMap(({ chunks }) => chunks[index] ?? []),
  ).flat()
}

function moov(tracks: readonly Samples[], storeAt: number, more: readonly Buffer[]): Buffer {
  const chunks = interleaved(tracks)
  const placeOf = (chunk: Buffer): number =>
    storeAt + chunks.slice(0, chunks.indexOf(chunk)).reduce((sum, { length }) => sum + length, 0)
  const head = full(
    'mvhd',
    0,
    u32(MADE, MADE, 1_000, 3_000, 0x10000),
    u16(0x100),
    Buffer.alloc(10),
    TURNED,
    Buffer.alloc(24),
    u32(9),
  )
  return box('moov', head, ...tracks.map((track, index) => trackBox(track, index + 1, placeOf)), ...more)
}

function trackBox(
  { kind, coded = 'none', chunks, name = `made with ${SECRET}`, more = [] }: Samples,
  id: number,
  placeOf: (chunk: Buffer) => number,
): Buffer {
  const handler = full(
    'hdlr',
    0,
    Buffer.alloc(4),
    Buffer.from(kind),
    Buffer.from(kind === 'vide' ? 'appl' : '\0\0\0\0', 'latin1'),
    Buffer.alloc(8),
    Buffer.from(`${name}\0`),
  )
  const samples = box(
    'stbl',
    full('stsd', 0, u32(1), description(kind, coded)),
    full('stts', 0, u32(1, chunks.length, 1_000)),
    full('stsc', 0, u32(1, 1, 1, 1)),
    full('stsz', 0, u32(0, chunks.length, ...chunks.map(({ length }) => length))),
    full('stco', 0, u32(chunks.length, ...chunks.map(placeOf))),
  )
  const info = box('dinf', full('dref', 0, u32(1), box('url ', Buffer.of(0, 0, 0, 1))))
  return box(
    'trak',
    full('tkhd', 0, u32(MADE, MADE, id, 0, 3_000), Buffer.alloc(16), TURNED, u32(0x1e00000, 0x1100000)),
    box('edts', full('elst', 0, u32(1, 3_000, 0, 0x10000))),
    ...(kind === 'vide' ? [box('tref', box('chap', u32(3)))] : []),
    box(
      'mdia',
      full('mdhd', 0, u32(MADE, MADE, 1_000, 3_000), u16(0x55c4, 0)),
      handler,
      box('minf', full('vmhd', 0, Buffer.alloc(8)), info, samples),
    ),
    ...more,
  )
}

function description(kind: string, coded: string): Buffer {
  const start = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])
  if (kind === 'tmcd') return box(coded, start, Buffer.alloc(18), box('name', Buffer.from(SECRET)))
  if (kind !== 'vide')
    return box(
      coded,
      start,
      Buffer.alloc(20),
      Buffer.from(coded === 'mebx' ? 'mdtacom.apple.quicktime.location.ISO6709' : ''),
    )
  const coder = Buffer.alloc(32)
  coder.write(`\x15${SECRET}`, 'latin1')
  return box(
    coded,
    start,
    Buffer.alloc(4),
    Buffer.from('appl'),
    Buffer.alloc(8),
    u16(480, 272),
    Buffer.alloc(14),
    coder,
    u16(24, 0xffff),
    box('avcC', Buffer.from('how it is coded')),
  )
}

function places(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`${SECRET} at ${String(index)} `))
}

/** QuickTime's text of user data. */
function said(type: string, text: string): Buffer {
  return box(type, u16(text.length, 0x15c7), Buffer.from(text, 'latin1'))
}

/** iTunes's list. */
export function list(items: readonly (readonly [type: string, text: string | Buffer])[]): Buffer {
  const handler = full('hdlr', 0, Buffer.from('\0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0', 'latin1'))
  const boxes = items.map(([type, text]) =>
    box(type, box('data', u32(kindOf(type, text), 0), Buffer.from(text))),
  )
  return full('meta', 0, handler, box('ilst', ...boxes), box('free', Buffer.from(SECRET)))
}

/** Of a value: text, a JPEG, or anything. */
function kindOf(type: string, value: string | Buffer): number {
  return typeof value === 'string' ? 1 : type === 'covr' ? 13 : 0
}

/** As telephones of one maker write it: names, and values by their number. */
function keyed(): Buffer {
  const names = ['com.apple.quicktime.location.ISO6709', 'com.apple.quicktime.model']
  const keys = names.map((name) => box('mdta', Buffer.from(name)))
  const values = names.map((_, index) =>
    Buffer.concat([u32(24 + SECRET.length, index + 1), box('data', u32(1, 0), Buffer.from(SECRET))]),
  )
  return box(
    'meta',
    full('hdlr', 0, Buffer.from('\0\0\0\0mdta\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1')),
    full('keys', 0, u32(names.length), ...keys),
    box('ilst', ...values),
  )
}
