/**
 * Matroska and WebM (RFC 9559): when a film was made and with what, and what its tags say besides what is content. Places in it are counted: so it stays as
 * long as it was.
 */
import { elementHeadOf } from '../webm.ts'
import { cleanCover } from './cover.ts'
import { CRC, elementsIn, makeVoid, MAX_HEAD_BYTES, VOID, type Element } from './ebml.ts'
import { contentOf, isKept, type Content } from './kept.ts'
import { MAX_SEEN_BYTES, type Scan } from './scan.ts'

/** §5.1, as they stand in a file. */
const ELEMENT = { segment: 0x18538067, cluster: 0x1f43b675, info: 0x1549a966, tags: 0x1254c367 } as const
const TRACKS = { all: 0x1654ae6b, track: 0xae, type: 0x83 } as const
const FILES = { all: 0x1941a469, file: 0x61a7, data: 0x465c, said: 0x467e } as const
/** §5.1.2: how its times are meant, how long it is, what it is called, and to which others it belongs. */
const INFO_KEPT = [0x2ad7b1, 0x4489, 0x7ba9, 0x73a4, 0x3cb923, 0x3eb923, 0x4444, 0x6924, CRC]
/** Programs that made it: they have to stand there, and may be empty. */
const PROGRAMS = [0x4d80, 0x5741]
/** §5.1.8. */
const TAG = { one: 0x7373, simple: 0x67c8, name: 0x45a3 } as const
/** §5.1.4.1.3: film, sound, both, subtitles. */
const SHOWN_TYPES = [1, 2, 3, 0x10, 0x11, 0x12, 0x20]
const VIDEO_TYPES = [1, 3]
/** Fields of all tags: of a disc with a hundred tracks there are some thousand. */
const MAX_FIELDS = 65_536
/** Tags within tags: more deeply no program writes them. */
const MAX_DEPTH = 8
/** Elements that are told apart: of blocks of 20 ms, five hours. */
const MAX_ELEMENTS = 1_000_000

export function* scanMatroska(): Scan {
  let [mayTell, segments, isFilm] = [false, 0, true]
  for (let seen = 0; ; seen++) {
    const start = yield { peek: MAX_HEAD_BYTES }
    if (start.length === 0) break
    const head = elementHeadOf(start)
    if (head === undefined || seen === MAX_ELEMENTS) {
      mayTell = true
      yield { pass: Infinity }
      break
    }
    const { id, size, bytes } = head
    if (id === ELEMENT.segment) segments++
    if (id === ELEMENT.segment || (id === ELEMENT.cluster && size === Infinity)) yield { pass: bytes }
    else if (id === VOID) {
      yield { pass: bytes }
      yield { zero: size }
    } else if (CLEANERS.has(id)) {
      const all = size > MAX_SEEN_BYTES ? undefined : yield { peek: bytes + size }
      const cleaned = all?.length === bytes + size ? clean(all, id, bytes, isFilm) : undefined
      mayTell ||= cleaned?.mayTell ?? true
      isFilm = cleaned?.isFilm ?? isFilm
      // Of what does not say how long it is, each part is looked at.
      if (cleaned === undefined) yield { pass: size === Infinity ? bytes : bytes + size }
      else yield { put: cleaned.bytes }
    } else {
      mayTell ||= size === Infinity
      yield { pass: bytes + size }
    }
  }
  return { mayTell: mayTell || segments === 0, later: [] }
}

interface Cleaned {
  readonly bytes: Uint8Array
  readonly mayTell: boolean
  readonly isFilm: boolean
}

type Cleaner = (
  bytes: Uint8Array,
  inside: readonly Element[],
  isFilm: boolean,
) => Partial<Cleaned> | undefined

const CLEANERS: ReadonlyMap<number, Cleaner> = new Map<number, Cleaner>([
  [ELEMENT.info, cleanInfo],
  [ELEMENT.tags, cleanTags],
  [TRACKS.all, lookAtTracks],
  [FILES.all, cleanFiles],
])

/** @param all one element @returns undefined for what is not whole, or nested more deeply than any program does */
function clean(all: Uint8Array, id: number, headBytes: number, isFilm: boolean): Cleaned | undefined {
  const bytes = Uint8Array.from(all)
  const inside = elementsIn(bytes, headBytes, bytes.length)
  const found = inside && CLEANERS.get(id)?.(bytes, inside, isFilm)
  if (inside === undefined || found === undefined) return undefined
  const first = inside[0]
  // What is changed has another checksum: none is as good (RFC 8794 §11.3.1).
  if (first?.id === CRC && bytes[0] !== VOID && Buffer.compare(bytes, all) !== 0) makeVoid(bytes, first)
  return { bytes, mayTell: false, isFilm, ...found }
}

function cleanInfo(bytes: Uint8Array, inside: readonly Element[]): Partial<Cleaned> {
  for (const one of inside) {
    if (PROGRAMS.includes(one.id)) bytes.fill(0, one.body, one.end)
    else if (!INFO_KEPT.includes(one.id)) makeVoid(bytes, one)
  }
  return {}
}

/** What is neither seen, heard nor read tells of each moment. */
function lookAtTracks(bytes: Uint8Array, inside: readonly Element[]): Partial<Cleaned> | undefined {
  const types: number[] = []
  for (const track of inside.filter(({ id }) => id === TRACKS.track)) {
    const type = elementsIn(bytes, track.body, track.end)?.find(({ id }) => id === TRACKS.type)
    if (type === undefined) return undefined
    types.push(bytes.subarray(type.body, type.end).reduce((value, byte) => value * 256 + byte, 0))
  }
  const isFilm = types.some((type) => VIDEO_TYPES.includes(type))
  return { isFilm, mayTell: !types.every((type) => SHOWN_TYPES.includes(type)) }
}

/** Pictures go as pictures do; what was said of files goes, and files themselves stay: letters of subtitles are among them. */
function cleanFiles(bytes: Uint8Array, inside: readonly Element[]): Partial<Cleaned> | undefined {
  for (const file of inside.filter(({ id }) => id === FILES.file)) {
    const parts = elementsIn(bytes, file.body, file.end)
    if (parts === undefined) return undefined
    for (const part of parts) {
      if (part.id === FILES.said) makeVoid(bytes, part)
      const cover = part.id === FILES.data ? cleanCover(bytes.subarray(part.body, part.end)) : undefined
      if (cover !== undefined) bytes.set(cover, part.body)
    }
  }
  return {}
}

/** A tag without any field is none, and nor are tags without any of them (§5.1.8): then all of it goes. */
function cleanTags(
  bytes: Uint8Array,
  inside: readonly Element[],
  isFilm: boolean,
): Partial<Cleaned> | undefined {
  const tags = inside.filter(({ id }) => id === TAG.one)
  const fields = fieldsOf(bytes, tags)
  if (fields === undefined) return undefined
  const of = contentOf(
    fields.flat().map((one) => nameOf(bytes, one) ?? ''),
    isFilm,
  )
  let kept = 0
  for (const [index, tag] of tags.entries()) {
    const left = fields[index]?.filter((one) => cleanTag(bytes, one, of, MAX_DEPTH)) ?? []
    if (left.length === 0) makeVoid(bytes, tag)
    else kept++
  }
  if (kept === 0) makeVoid(bytes, { id: ELEMENT.tags, at: 0, body: 0, end: bytes.length })
  return {}
}

/** Of each tag; undefined where they are very many, or something else stands there. */
function fieldsOf(bytes: Uint8Array, tags: readonly Element[]): Element[][] | undefined {
  const fields: Element[][] = []
  let count = 0
  for (const tag of tags) {
    const inside = elementsIn(bytes, tag.body, tag.end)
    if (inside === undefined || (count += inside.length) > MAX_FIELDS) return undefined
    fields.push(inside.filter(({ id }) => id === TAG.simple))
  }
  return fields
}

/** @returns whether it stays */
function cleanTag(bytes: Uint8Array, tag: Element, of: Content, depth: number): boolean {
  const name = nameOf(bytes, tag)
  if (depth === 0 || name === undefined || !isKept(name, of)) {
    makeVoid(bytes, tag)
    return false
  }
  const inside = elementsIn(bytes, tag.body, tag.end) ?? []
  for (const one of inside) if (one.id === TAG.simple) cleanTag(bytes, one, of, depth - 1)
  return true
}

/** Zeros at its end are no part of it (RFC 8794 §7.5). */
function nameOf(bytes: Uint8Array, tag: Element): string | undefined {
  const name = elementsIn(bytes, tag.body, tag.end)?.find(({ id }) => id === TAG.name)
  return name && Buffer.from(bytes.subarray(name.body, name.end)).toString('utf8').replace(/\0.*$/s, '')
}
