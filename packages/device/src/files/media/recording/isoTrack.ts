/** One track of a film (ISO/IEC 14496-12 §8.3): what it tells besides what is seen and heard. */
import { boxesIn, FULL_BYTES, fourLetters, only, type Box } from '../boxes.ts'
import type { Extent } from '../blank.ts'
import { free, letters } from './isoFree.ts'
import { samplesOf } from './isoSamples.ts'
import { cleanUserData, MAX_SAID_BYTES } from './isoTags.ts'
import type { Content } from './kept.ts'

/** What is seen, heard and read, by its handler; and hints of how it is streamed. Other tracks tell of each moment: where it was, above all. */
const SHOWN = [
  'vide',
  'soun',
  'text',
  'sbtl',
  'subt',
  'clcp',
  'pict',
  'auxv',
  'hint',
  'sdsm',
  'odsm',
  'fdsm',
  'MPEG',
  'musi',
  'hapt',
  'volv',
]
/** What is read may have a name that somebody gave it. */
const NAMED = ['text', 'sbtl', 'subt', 'clcp']
/** Subtitles that one maker of drones writes, with places in them. */
const DRONES = 'DJI'
/** Counts pictures from a time of the day. */
const TIMECODE = 'tmcd'
/** What a track is made of; whatever else is in it goes. */
const PARTS = ['tkhd', 'tref', 'edts', 'mdia', 'trgr', 'load', 'clip', 'matt', 'tapt', 'txas']
/** Of spherical films: how they are shown, and with which program they were made (Spherical Video RFC, version 1). */
const SPHERICAL = 'ffcc8263f8554a938814587a02521fdd'
const PROGRAM = /<GSpherical:(StitchingSoftware|TimeStamp|SourceCount)>[^<]*<\/GSpherical:\1>/g
/** Descriptions of how samples are coded: more than a track has. */
const MAX_DESCRIPTIONS = 256
/** From the beginning of a description's content: who made the coder, and what it is called (§12.1.3; QuickTime File Format, "Video sample description"). */
const VENDOR = { from: 12, to: 16 } as const
const CODER_NAME = { from: 42, to: 74 } as const
const DESCRIPTION = { video: 78, timecode: 26 } as const

export interface Track {
  readonly box: Box
  /** Of its handler: four letters. */
  readonly kind: string
  /** It tells of each moment, and is not needed to show the film. */
  readonly isTelling: boolean
  readonly media: readonly Box[]
  readonly parts: readonly Box[]
  /** What is in its `minf`, and what in the `stbl` there. */
  readonly inside: readonly Box[]
  readonly table: readonly Box[]
}

/** undefined for what is no whole track. @throws RangeError where it ends early */
export function trackOf(view: DataView, box: Box): Track | undefined {
  const parts = boxesIn(view, box.body, box.end)
  const media = parts && inOnly(view, parts, 'mdia')
  const inside = media && inOnly(view, media, 'minf')
  const table = inside && inOnly(view, inside, 'stbl')
  const handler = media && only(media, 'hdlr')
  if (parts === undefined || media === undefined || inside === undefined) return undefined
  if (table === undefined || handler === undefined) return undefined
  // Behind version, flags, and a type that QuickTime alone writes.
  const kind = fourLetters(view, handler.body + FULL_BYTES + 4)
  const name = Buffer.from(nameOf(view, handler)).toString('latin1')
  const isTelling = NAMED.includes(kind) ? name.includes(DRONES) : !SHOWN.includes(kind) && kind !== TIMECODE
  return { box, kind, isTelling, media, parts, inside, table }
}

/** Samples that are to be emptied: zeros are no place, and the first time there is. undefined where they can't be told. @throws RangeError where it ends early */
export function tellingSamples(view: DataView, track: Track): Extent[] | undefined {
  return track.isTelling || track.kind === TIMECODE ? samplesOf(view, track.inside, track.table) : []
}

/** @param view of bytes that are written to @throws RangeError where it ends early */
export function cleanTrack(view: DataView, { parts, media, inside, table, kind }: Track, of: Content): void {
  for (const part of parts) {
    if (part.type === 'tkhd') clearTimes(view, part)
    else if (part.type === 'udta') cleanUserData(view, part, of, MAX_SAID_BYTES.track)
    else if (part.type === 'uuid' && isSpherical(view, part)) clearProgram(view, part)
    else if (!PARTS.includes(part.type)) free(view, part)
  }
  for (const part of media) {
    if (part.type === 'mdhd') clearTimes(view, part)
    else if (part.type === 'hdlr') clearHandler(view, part, NAMED.includes(kind))
    else clearSaid(view, part)
  }
  for (const part of inside) {
    if (part.type === 'hdlr') clearHandler(view, part, false)
    else clearSaid(view, part)
  }
  for (const part of table) {
    if (part.type === 'stsd') clearDescriptions(view, part, kind)
    else clearSaid(view, part)
  }
}

/** When it was made and changed (§8.2.2, §8.3.2, §8.4.2): 0 is not known. */
export function clearTimes(view: DataView, { body, end }: Box): void {
  const bytes = view.getUint8(body) === 1 ? 16 : 8
  letters(view, body + FULL_BYTES, Math.min(end, body + FULL_BYTES + bytes)).fill(0)
}

function clearSaid(view: DataView, part: Box): void {
  if (['udta', 'meta', 'uuid', 'free', 'skip'].includes(part.type)) free(view, part)
}

/** Who made it, and what it is called (§8.4.3): nobody plays by these. */
function clearHandler(view: DataView, handler: Box, isNamed: boolean): void {
  const { body, end } = handler
  letters(view, Math.min(end, body + 12), Math.min(end, body + 16)).fill(0)
  if (!isNamed) nameOf(view, handler).fill(0)
}

function nameOf(view: DataView, { body, end }: Box): Uint8Array {
  return letters(view, Math.min(end, body + 24), end)
}

function clearDescriptions(view: DataView, { body, end }: Box, kind: string): void {
  const all = boxesIn(view, body + FULL_BYTES + 4, end, MAX_DESCRIPTIONS)
  if (all === undefined) throw new RangeError('it describes something else')
  for (const one of all) {
    const clear = ({ from, to }: { readonly from: number; readonly to: number }): void => {
      if (one.body + to <= one.end) letters(view, one.body + from, one.body + to).fill(0)
    }
    if (kind === 'vide' || kind === 'soun') clear(VENDOR)
    if (kind === 'vide' && one.end - one.body >= DESCRIPTION.video) clear(CODER_NAME)
    const more =
      kind === TIMECODE
        ? boxesIn(view, one.body + DESCRIPTION.timecode, one.end, MAX_DESCRIPTIONS)
        : undefined
    for (const box of more ?? []) if (box.type === 'name') free(view, box)
  }
}

function isSpherical(view: DataView, { body, end }: Box): boolean {
  return Buffer.from(letters(view, body, Math.min(end, body + 16))).toString('hex') === SPHERICAL
}

/** Spaces in its place: XML stays as long as it was. */
function clearProgram(view: DataView, { body, end }: Box): void {
  const bytes = letters(view, body + 16, end)
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(PROGRAM, (found) => ' '.repeat(found.length))
  bytes.set(Buffer.from(text, 'latin1'))
}

function inOnly(view: DataView, boxes: readonly Box[], type: string): Box[] | undefined {
  const box = only(boxes, type)
  return box && boxesIn(view, box.body, box.end)
}
