/**
 * A HEIC or AVIF without Exif, XMP and what nothing in it is shown by (ISO/IEC 23008-12; AV1 Image File Format). Places in such a file are counted from its
 * beginning: so nothing is cut out of it, but written over.
 */
import { boxesIn, type Box } from './boxes.ts'
import { heifOf, type Heif, type Item } from './heifItems.ts'
import { writtenOver, type Blank, type Extent } from './blank.ts'
import { MAX_PARTS, UPRIGHT, whole, type Stripped } from './part.ts'
import { turnOf } from './heifShape.ts'

/** What a picture is made of: how it is coded, or how it is made of others. Anything else may be needed or tell: then nothing is touched. */
const SHOWN = ['hvc1', 'av01', 'avc1', 'jpeg', 'j2k1', 'vvc1', 'grid', 'iden', 'iovl', 'tmap']
/** Exif, XMP as a media type, and what is named by an address. */
const TELLING = ['Exif', 'mime', 'uri ']
/** At the top: films of the moment, which have places of their own, are left alone. */
const TOP = ['ftyp', 'meta', 'mdat']
const META = ['hdlr', 'pitm', 'iinf', 'iloc', 'iprp', 'iref', 'idat', 'dinf', 'grpl']
/** Properties that describe, and when: texts, times, and whatever somebody added. */
const TELLING_PROPERTIES = ['udes', 'altt', 'crtt', 'mdft', 'uuid']
/** Exif of nothing: where its TIFF structure begins, and that with no entry (§A.2.1). */
const NO_EXIF = Uint8Array.of(0, 0, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0)
/** XMP of nothing; spaces follow. */
const NO_XMP = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>', 'latin1')
const SPACE = 0x20
/** Pieces of Exif and XMP: an honest image has one of each, perhaps one more for each picture in it. */
const MAX_TELLING = 64
const FREE = Buffer.from('free', 'latin1')

/** undefined for what is not a whole HEIC or AVIF, or holds what is not known. */
export function stripHeif(bytes: Uint8Array): Stripped | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  try {
    const heif = heifOf(view)
    const blanks = heif && blanksIn(view, heif)
    if (blanks === undefined) return undefined
    const needed = blanks.filter((blank) => !isThere(bytes, blank)).sort((a, b) => a.from - b.from)
    const orientation = turnOf(view) ?? UPRIGHT
    if (needed.length === 0) return { ...whole(bytes.length), orientation }
    return { parts: writtenOver(needed, bytes.length), changed: true, orientation }
  } catch (error) {
    // It ended early.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function blanksIn(view: DataView, { top, meta, items }: Heif): Blank[] | undefined {
  if (top.some(({ type }) => type === 'moov' || type === 'moof')) return undefined
  const shown = items.filter(({ type }) => SHOWN.includes(type))
  const telling = items.filter(({ type }) => TELLING.includes(type))
  if (shown.length === 0 || shown.length + telling.length < items.length) return undefined
  const kept = shown.flatMap(({ extents }) => extents).sort((a, b) => a.from - b.from)
  const stores = [...top.filter(({ type }) => type === 'mdat'), ...meta.filter(({ type }) => type === 'idat')]
  // What lies in no store would be written over that says where everything is.
  if (!kept.every((extent) => stores.some((store) => isIn(extent, store)))) return undefined
  const nothings = nothingsFor(telling, view.byteLength)
  const properties = propertiesIn(view, meta)
  if (nothings === undefined || properties === undefined) return undefined
  const gaps = stores.flatMap((store) => gapsIn(store, kept))
  const isFree = nothings.every(({ from, bytes }) =>
    gaps.some((gap) => from >= gap.from && from + bytes.length <= gap.to),
  )
  if (gaps.length > MAX_PARTS || !isFree) return undefined
  return [
    ...top.filter(({ type }) => !TOP.includes(type)).flatMap(freed),
    ...meta.filter(({ type }) => !META.includes(type)).flatMap(freed),
    ...properties.filter(({ type }) => TELLING_PROPERTIES.includes(type)).flatMap(freed),
    ...gaps.map((gap) => filled(gap, nothings)),
  ]
}

/** What is in the lists of properties: they are named by their places, so each stays one (ISO/IEC 14496-12 §8.11.14). */
function propertiesIn(view: DataView, meta: readonly Box[]): Box[] | undefined {
  const all: Box[] = []
  for (const { body, end } of meta.filter(({ type }) => type === 'iprp')) {
    const lists = boxesIn(view, body, end)?.filter(({ type }) => type === 'ipco')
    if (lists === undefined) return undefined
    for (const list of lists) {
      const properties = boxesIn(view, list.body, list.end)
      if (properties === undefined) return undefined
      all.push(...properties)
    }
  }
  return all
}

/** A box that nobody reads, as long as it was. */
function freed({ at, body, end }: Box): Blank[] {
  return [
    { from: at + 4, bytes: FREE },
    { from: body, bytes: new Uint8Array(end - body) },
  ]
}

/** What lies in a store, and belongs to nothing that is shown. @param kept in order */
function gapsIn({ body, end }: Box, kept: readonly Extent[]): Extent[] {
  const gaps: Extent[] = []
  let at = body
  for (const { from, to } of kept) {
    if (from >= end || to <= body) continue
    if (from > at) gaps.push({ from: at, to: from })
    at = Math.max(at, to)
  }
  if (at < end) gaps.push({ from: at, to: end })
  return gaps
}

/** Zeros, and where Exif or XMP stood such as says nothing: whoever looks for it finds it well-formed. */
function filled({ from, to }: Extent, nothings: readonly Blank[]): Blank {
  const bytes = new Uint8Array(to - from)
  for (const nothing of nothings)
    if (nothing.from >= from && nothing.from + nothing.bytes.length <= to)
      bytes.set(nothing.bytes, nothing.from - from)
  return { from, bytes }
}

/** undefined for more of them than any camera writes, or than there is. */
function nothingsFor(telling: readonly Item[], size: number): Blank[] | undefined {
  const lengths = telling.flatMap(({ extents }) => extents.map(({ from, to }) => to - from))
  if (lengths.length > MAX_TELLING || lengths.reduce((sum, length) => sum + length, 0) > size)
    return undefined
  return telling.flatMap(({ type, extents }) => {
    const nothing = nothingOf(
      type,
      extents.reduce((sum, { from, to }) => sum + to - from, 0),
    )
    let at = 0
    return extents.map(({ from, to }) => ({ from, bytes: nothing.subarray(at, (at += to - from)) }))
  })
}

function nothingOf(type: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(type === 'mime' ? SPACE : 0)
  const head = type === 'mime' ? NO_XMP : type === 'Exif' ? NO_EXIF : new Uint8Array(0)
  if (head.length <= length) bytes.set(head)
  return bytes
}

function isThere(bytes: Uint8Array, blank: Blank): boolean {
  return Buffer.compare(bytes.subarray(blank.from, blank.from + blank.bytes.length), blank.bytes) === 0
}

function isIn({ from, to }: Extent, { body, end }: Box): boolean {
  return from >= body && to <= end
}
