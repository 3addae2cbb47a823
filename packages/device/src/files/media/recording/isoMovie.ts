/**
 * The box that says what a film is made of (ISO/IEC 14496-12 §8.2.1), without what tells where, when and with what it was taken. It stays as long as it
 * was, and so does every box in it: nothing that counts places in the file has to be changed.
 */
import { merged, overlap, type Extent } from '../blank.ts'
import { boxesIn, type Box } from '../boxes.ts'
import { free } from './isoFree.ts'
import { samplesOf } from './isoSamples.ts'
import { cleanUserData, fieldsOf, MAX_SAID_BYTES } from './isoTags.ts'
import { cleanTrack, clearTimes, tellingSamples, trackOf, type Track } from './isoTrack.ts'
import { contentOf, type Content } from './kept.ts'

export interface CleanMovie {
  readonly bytes: Uint8Array
  /** Samples that tell of each moment, to be emptied; merged. */
  readonly later: readonly Extent[]
  /** Not all of those are known. */
  readonly mayTell: boolean
}

/** What it is made of; whatever else is in it goes. */
const PARTS = ['mvhd', 'trak', 'mvex', 'iods', 'pssh', 'ctab', 'prfl', 'clip']
/** What can't be looked into: packed, or leading to other files (QuickTime File Format, "Compressed movie resources", "Reference movies"). */
const CLOSED = ['cmov', 'rmra']
const MAX_TRACKS = 1_024
const MAX_SAID = 4
/** Boxes of all tracks, of which each has some thirty. */
const MAX_TRACK_BOXES = 262_144
/** Pieces that are emptied: of each second, eighteen hours. */
const MAX_EMPTIED = 65_536

/** @param body what is in the box; stays as it is @returns undefined for what is none, or not whole */
export function cleanMovie(body: Uint8Array): CleanMovie | undefined {
  const bytes = Uint8Array.from(body)
  const view = new DataView(bytes.buffer)
  try {
    const parts = boxesIn(view, 0, bytes.length)
    if (parts === undefined || parts.some(({ type }) => CLOSED.includes(type))) return undefined
    return clean(bytes, view, parts)
  } catch (error) {
    // It ended early.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function clean(bytes: Uint8Array, view: DataView, parts: readonly Box[]): CleanMovie | undefined {
  const tracks = tracksOf(
    view,
    parts.filter(({ type }) => type === 'trak'),
  )
  if (tracks === undefined) return undefined
  // There is one; QuickTime has had two.
  const said = parts.filter(({ type }) => type === 'udta').slice(0, MAX_SAID)
  const of = contentOf(
    said.flatMap((udta) => fieldsOf(view, udta)),
    tracks.some(({ kind }) => kind === 'vide'),
  )
  const isInPieces = parts.some(({ type }) => type === 'mvex')
  const later = emptiedOf(view, tracks, isInPieces)
  for (const part of parts) {
    if (part.type === 'mvhd') clearTimes(view, part)
    else if (said.includes(part)) cleanUserData(view, part, of, MAX_SAID_BYTES.film)
    else if (!PARTS.includes(part.type)) free(view, part)
  }
  for (const track of tracks) cleanOne(view, track, of, later !== undefined)
  return { bytes, later: later ?? [], mayTell: later === undefined }
}

function tracksOf(view: DataView, boxes: readonly Box[]): Track[] | undefined {
  if (boxes.length > MAX_TRACKS) return undefined
  const tracks: Track[] = []
  let count = 0
  for (const box of boxes) {
    const track = trackOf(view, box)
    if (track === undefined) return undefined
    count += track.parts.length + track.media.length + track.inside.length + track.table.length
    if (count > MAX_TRACK_BOXES) return undefined
    tracks.push(track)
  }
  return tracks
}

/** What tells of each moment goes with its samples; where these stay, it does, so that whoever looks finds it. */
function cleanOne(view: DataView, track: Track, of: Content, isEmptied: boolean): void {
  if (!track.isTelling) cleanTrack(view, track, of)
  else if (isEmptied) free(view, track.box)
}

/** undefined where not all are known, or some lie where something is that is shown. */
function emptiedOf(view: DataView, tracks: readonly Track[], isInPieces: boolean): Extent[] | undefined {
  const telling = tracks.map((track) => tellingSamples(view, track))
  if (telling.every((extents) => extents?.length === 0)) {
    // In pieces, the samples of each are listed with it.
    return isInPieces && tracks.some(({ isTelling }) => isTelling) ? undefined : []
  }
  if (isInPieces || telling.some((extents) => extents === undefined)) return undefined
  const shown = tracks
    .filter((_, index) => telling[index]?.length === 0)
    .map(({ inside, table }) => samplesOf(view, inside, table))
  if (shown.some((extents) => extents === undefined)) return undefined
  const [emptied, kept] = [telling, shown].map((all) => merged(all.flatMap((extents) => extents ?? [])))
  if (emptied === undefined || kept === undefined) return undefined
  return emptied.length <= MAX_EMPTIED && !overlap(emptied, kept) ? emptied : undefined
}
