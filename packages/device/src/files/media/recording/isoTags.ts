/**
 * What is said of a film or of sound in `udta` and `meta` (ISO/IEC 14496-12 §8.10, §8.11; QuickTime File Format, "User data"; 3GPP TS 26.244 §8;
 * iTunes's list). What is content stays; all the rest becomes room that nobody reads, and the boxes around it stay as long as they were.
 */
import { boxesIn, FULL_BYTES, fourLetters, type Box } from '../boxes.ts'
import { cleanCoverWithin } from './cover.ts'
import { free, letters } from './isoFree.ts'
import { isKept, type Content } from './kept.ts'

/** Of iTunes's list, by what they are called elsewhere. */
const ITEMS: Readonly<Record<string, string>> = {
  '\u00a9nam': 'TITLE',
  '\u00a9ART': 'ARTIST',
  aART: 'ALBUMARTIST',
  '\u00a9alb': 'ALBUM',
  '\u00a9wrt': 'COMPOSER',
  '\u00a9gen': 'GENRE',
  gnre: 'GENRE',
  '\u00a9grp': 'PART',
  '\u00a9lyr': 'LYRICS',
  '\u00a9day': 'DATE',
  '\u00a9wrk': 'WORK',
  '\u00a9mvn': 'MOVEMENTNAME',
  '\u00a9mvi': 'MOVEMENT',
  '\u00a9mvc': 'MOVEMENTTOTAL',
  cprt: 'COPYRIGHT',
  trkn: 'TRACKNUMBER',
  disk: 'DISCNUMBER',
  tmpo: 'BPM',
  cpil: 'COMPILATION',
  sonm: 'TITLESORT',
  soar: 'ARTISTSORT',
  soal: 'ALBUMSORT',
  soaa: 'ALBUMARTISTSORT',
  soco: 'COMPOSERSORT',
  tvsh: 'SHOW',
  tvsn: 'SEASON',
  tves: 'EPISODE',
  // How it is shown and played.
  covr: 'METADATA_BLOCK_PICTURE',
  pgap: 'DURATION',
  stik: 'GENRE',
  hdvd: 'GENRE',
}

/** Of user data: 3GPP's and QuickTime's names of the same… */
const SAID: Readonly<Record<string, string>> = {
  titl: 'TITLE',
  perf: 'ARTIST',
  albm: 'ALBUM',
  gnre: 'GENRE',
  yrrc: 'DATE',
  '\u00a9nam': 'TITLE',
  '\u00a9ART': 'ARTIST',
  '\u00a9alb': 'ALBUM',
  '\u00a9gen': 'GENRE',
}
/** …and what it is shown by: chapters, how loud it is, what a track is for and in what language, how it is repeated, how it is streamed. */
const NEEDED = ['chpl', 'ludt', 'name', 'kind', 'tagc', 'LOOP', 'AllF', 'SelO', 'hnti', 'hinf']
const LIST_HANDLER = 'mdir'
/** More than any program writes beside each other. */
const MAX_ENTRIES = 4_096
/** More than that is not looked into, and goes: all of it with covers, and what is said of one track. */
export const MAX_SAID_BYTES = { film: 8_388_608, track: 16_384 } as const

/** What each of a film's lists of titles has, in the words of kept.ts. @throws RangeError where it ends early */
export function fieldsOf(view: DataView, udta: Box): string[] {
  if (udta.end - udta.at > MAX_SAID_BYTES.film) return []
  return (entriesOf(view, udta) ?? []).flatMap((entry) => {
    if (entry.type !== 'meta') return SAID[entry.type] ?? []
    const list = listOf(view, entry)
    return (list?.items ?? []).flatMap((item) => ITEMS[item.type] ?? [])
  })
}

/** @param view of bytes that are written to @param of whose titles and days stay @param mostBytes of what is looked into @throws RangeError where it ends early */
export function cleanUserData(view: DataView, udta: Box, of: Content, mostBytes: number): void {
  const entries = udta.end - udta.at > mostBytes ? undefined : entriesOf(view, udta)
  const kept = entries?.filter((entry) => staysAsSaid(view, entry, of)) ?? []
  if (entries === undefined || kept.length === 0) {
    free(view, udta)
    return
  }
  for (const entry of entries) if (!kept.includes(entry)) free(view, entry)
  // QuickTime's end of the list, and whatever stands in its place.
  const end = entries.at(-1)?.end ?? udta.body
  letters(view, end, udta.end).fill(0)
}

function staysAsSaid(view: DataView, entry: Box, of: Content): boolean {
  if (entry.type === 'meta') return cleanList(view, entry, of)
  const field = SAID[entry.type]
  return NEEDED.includes(entry.type) || (field !== undefined && isKept(field, of))
}

/** QuickTime ends it with four zeros. */
function entriesOf(view: DataView, { body, end }: Box): Box[] | undefined {
  return (
    boxesIn(view, body, end, MAX_ENTRIES) ??
    (end - body >= 4 ? boxesIn(view, body, end - 4, MAX_ENTRIES) : undefined)
  )
}

interface List {
  readonly box: Box
  readonly items: readonly Box[]
  /** What stands beside it in its `meta`. */
  readonly beside: readonly Box[]
}

/** iTunes's; undefined for any other `meta`, and for what is none. */
function listOf(view: DataView, { body, end }: Box): List | undefined {
  // QuickTime's has no version.
  const isPlain = end - body >= 8 && fourLetters(view, body + 4) === 'hdlr'
  const inside = boxesIn(view, isPlain ? body : body + FULL_BYTES, end, MAX_ENTRIES)
  const handler = inside?.find(({ type }) => type === 'hdlr')
  const box = inside?.find(({ type }) => type === 'ilst')
  const items = box && boxesIn(view, box.body, box.end, MAX_ENTRIES)
  if (inside === undefined || handler === undefined || box === undefined || items === undefined)
    return undefined
  if (handler.end - handler.body < 12 || fourLetters(view, handler.body + 8) !== LIST_HANDLER)
    return undefined
  return { box, items, beside: inside.filter((one) => one !== handler && one !== box) }
}

/** @returns whether anything of it stays */
function cleanList(view: DataView, meta: Box, of: Content): boolean {
  const list = listOf(view, meta)
  const kept = list?.items.filter((item) => isKeptItem(view, item, of)) ?? []
  if (list === undefined || kept.length === 0) return false
  for (const one of list.beside) free(view, one)
  for (const item of kept) if (item.type === 'covr') cleanCovers(view, item)
  close(view, list, kept)
  return true
}

/** One picture in each. */
function cleanCovers(view: DataView, { body, end }: Box): void {
  for (const data of boxesIn(view, body, end, MAX_ENTRIES) ?? [])
    cleanCoverWithin(letters(view, data.body, data.end))
}

function isKeptItem(view: DataView, item: Box, of: Content): boolean {
  const field = item.type === '----' ? nameOf(view, item) : ITEMS[item.type]
  return field !== undefined && isKept(field, of)
}

/** Of one that any program may add: by its own name. */
function nameOf(view: DataView, { body, end }: Box): string | undefined {
  const name = boxesIn(view, body, end, MAX_ENTRIES)?.find(({ type }) => type === 'name')
  return (
    name &&
    Buffer.from(letters(view, Math.min(name.end, name.body + FULL_BYTES), name.end)).toString('latin1')
  )
}

/** Items move together: in a list nothing stands between them; room follows it. */
function close(view: DataView, { box, items }: List, kept: readonly Box[]): void {
  if (kept.length === items.length) return
  let at = box.body
  for (const item of kept) {
    letters(view, at, box.end).set(letters(view, item.at, item.end))
    at += item.end - item.at
  }
  // What went was a box of at least as many bytes as a head has. One with a size of 64 bits is none that programs write.
  const size = at - box.at
  if (view.getUint32(box.at) === 1) view.setBigUint64(box.at + 8, BigInt(size))
  else view.setUint32(box.at, size)
  view.setUint32(at, box.end - at)
  free(view, { type: 'free', at, body: at + 8, end: box.end })
}
