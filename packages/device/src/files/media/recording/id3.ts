/**
 * ID3 before MP3 and its like (ID3v2.2 to 2.4): frames that are content stay, closed up; zeros follow them, as the format has it. And ID3v1 at the end, which
 * has places of their own for title, artist, album, year and a comment.
 */
import { cleanCoverWithin } from './cover.ts'
import { contentOf, isKept, type Content } from './kept.ts'
import { DONE, giveUp, MAX_SEEN_BYTES, type Scan } from './scan.ts'

export const ID3 = 'ID3'
const HEAD_BYTES = 10
/** Of the head: all of it was made harmless for old players; there is more behind the head, or behind the end. */
const FLAG = { unsynchronised: 0x80, extended: 0x40, footer: 0x10 } as const
const MAX_FRAMES = 16_384
/** ID3v1: its length, and what begins where. */
const OLD = { bytes: 128, title: 3, artist: 33, year: 93, comment: 97 } as const

/** What frames say, in the words of kept.ts; of version 2.2 they have three letters. */
const FRAMES: Readonly<Record<string, string>> = {
  ...{ TIT1: 'PART', TIT2: 'TITLE', TIT3: 'SUBTITLE', TALB: 'ALBUM', TPE1: 'ARTIST', TPE2: 'ALBUMARTIST' },
  ...{
    TPE3: 'CONDUCTOR',
    TPE4: 'REMIXED_BY',
    TCOM: 'COMPOSER',
    TEXT: 'LYRICIST',
    TCON: 'GENRE',
    TMOO: 'MOOD',
  },
  ...{ TRCK: 'TRACKNUMBER', TPOS: 'DISCNUMBER', TCMP: 'COMPILATION', TBPM: 'BPM', TKEY: 'KEY', TSRC: 'ISRC' },
  ...{ TLAN: 'LANGUAGE', TPUB: 'PUBLISHER', TCOP: 'COPYRIGHT', TOPE: 'ARTISTS', TOAL: 'ALBUM', TSST: 'PART' },
  ...{
    TSOT: 'TITLESORT',
    TSOP: 'ARTISTSORT',
    TSOA: 'ALBUMSORT',
    TSO2: 'ALBUMARTISTSORT',
    TSOC: 'COMPOSERSORT',
  },
  ...{
    TYER: 'DATE',
    TDRC: 'DATE',
    TDRL: 'DATE',
    TDOR: 'DATE',
    TORY: 'DATE',
    MVNM: 'MOVEMENT',
    MVIN: 'MOVEMENT',
  },
  // How it is played and shown: length, gaps, loudness, chapters, what is sung, pictures.
  ...{
    TLEN: 'DURATION',
    TDLY: 'DURATION',
    RVA2: 'DURATION',
    RVAD: 'DURATION',
    EQU2: 'DURATION',
    ETCO: 'DURATION',
  },
  ...{ MLLT: 'DURATION', SYTC: 'DURATION', CHAP: 'CHAPTER', CTOC: 'CHAPTER', USLT: 'LYRICS', SYLT: 'LYRICS' },
  ...{ APIC: 'METADATA_BLOCK_PICTURE', PIC: 'METADATA_BLOCK_PICTURE' },
  ...{ TT1: 'PART', TT2: 'TITLE', TT3: 'SUBTITLE', TAL: 'ALBUM', TP1: 'ARTIST', TP2: 'ALBUMARTIST' },
  ...{
    TP3: 'CONDUCTOR',
    TCM: 'COMPOSER',
    TCO: 'GENRE',
    TRK: 'TRACKNUMBER',
    TPA: 'DISCNUMBER',
    TCP: 'COMPILATION',
  },
  ...{
    TYE: 'DATE',
    TBP: 'BPM',
    TLE: 'DURATION',
    ULT: 'LYRICS',
    SLT: 'LYRICS',
    TCR: 'COPYRIGHT',
    TPB: 'PUBLISHER',
  },
}
/** What any program may add, under a name of its own. */
const NAMED = ['TXXX', 'TXX']
const PICTURES = ['APIC', 'PIC']

/** @param behind what follows a tag: another, or what the tag is about */
export function* scanId3(behind: (head: Uint8Array) => Scan | undefined): Scan {
  const head = yield { peek: HEAD_BYTES }
  const size = sizeOf(head)
  if (size === undefined || size > MAX_SEEN_BYTES) return yield* giveUp()
  const tag = yield { peek: size }
  const cleaned = tag.length === size ? clean(tag) : undefined
  if (cleaned === undefined) return yield* giveUp()
  yield { put: cleaned.bytes }
  const next = behind(yield { peek: HEAD_BYTES })
  if (next !== undefined) return yield* next
  yield { allBut: OLD.bytes }
  const end = Uint8Array.from(yield { peek: OLD.bytes })
  if (isOld(end)) cleanOld(end, cleaned.of)
  yield { put: end }
  return DONE
}

function isOld(end: Uint8Array): boolean {
  return end.length === OLD.bytes && Buffer.from(end.subarray(0, 3)).toString('latin1') === 'TAG'
}

/** The last two bytes of the comment may be a number of the track (ID3v1.1). */
function cleanOld(end: Uint8Array, of: Content): void {
  const isNumbered = end[125] === 0
  end.fill(0, OLD.comment, isNumbered ? 125 : 127)
  if (!isKept('TITLE', of)) end.fill(0, OLD.title, OLD.artist)
  if (!isKept('DATE', of)) end.fill(0, OLD.year, OLD.comment)
}

/** Of all of it, without a footer; undefined for what is none. */
function sizeOf(head: Uint8Array): number | undefined {
  const isOne = Buffer.from(head.subarray(0, 3)).toString('latin1') === ID3
  const size = isOne && head.length === HEAD_BYTES ? sevens(head, 6) : undefined
  return size === undefined ? undefined : HEAD_BYTES + size
}

interface Frame {
  readonly id: string
  readonly at: number
  readonly body: number
  readonly end: number
}

interface CleanTag {
  readonly bytes: Uint8Array
  readonly of: Content
}

function clean(tag: Uint8Array): CleanTag | undefined {
  const [version = 0, flags = 0] = [tag[3], tag[5]]
  const isShifted = version < 4 && (flags & FLAG.unsynchronised) !== 0
  if (version < 2 || version > 4 || isShifted || (flags & (FLAG.extended | FLAG.footer)) !== 0)
    return undefined
  const frames = framesOf(tag, version)
  if (frames === undefined) return undefined
  const of = contentOf(
    frames.map((frame) => fieldOf(tag, frame) ?? ''),
    false,
  )
  const bytes = new Uint8Array(tag.length)
  bytes.set(tag.subarray(0, HEAD_BYTES))
  let at = HEAD_BYTES
  for (const frame of frames) {
    if (!isKeptFrame(tag, frame, of)) continue
    const kept = bytes.subarray(at, (at += frame.end - frame.at))
    kept.set(tag.subarray(frame.at, frame.end))
    if (PICTURES.includes(frame.id)) cleanCoverWithin(kept)
  }
  return { bytes, of }
}

/** Up to the zeros at the end; undefined where something else stands there. */
function framesOf(tag: Uint8Array, version: number): Frame[] | undefined {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.length)
  const [letters, headBytes] = version === 2 ? [3, 6] : [4, 10]
  const frames: Frame[] = []
  for (let at = HEAD_BYTES; at + headBytes <= tag.length && tag[at] !== 0;) {
    const id = Buffer.from(tag.subarray(at, at + letters)).toString('latin1')
    const size =
      version === 2
        ? view.getUint32(at + 2) & 0xff_ffff
        : version === 3
          ? view.getUint32(at + 4)
          : sevens(tag, at + 4)
    const body = at + headBytes
    if (size === undefined || body + size > tag.length || frames.length === MAX_FRAMES) return undefined
    if (!/^[A-Z0-9 ]+$/.test(id)) return undefined
    frames.push({ id, at, body, end: body + size })
    at = body + size
  }
  return frames
}

function isKeptFrame(tag: Uint8Array, frame: Frame, of: Content): boolean {
  const field = fieldOf(tag, frame)
  return field !== undefined && isKept(field, of)
}

function fieldOf(tag: Uint8Array, { id, body, end }: Frame): string | undefined {
  if (!NAMED.includes(id)) return FRAMES[id]
  // In any of its encodings the names that are known have the same letters, with zeros among them or not.
  const text = Buffer.from(tag.subarray(body + 1, Math.min(end, body + 129))).toString('latin1')
  const isWide = tag[body] === 1 || tag[body] === 2
  const [name = ''] = text.split(isWide ? '\0\0' : '\0', 1)
  return name.replace(/^(?:\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '')
}

/** Four bytes of seven bits each. */
function sevens(bytes: Uint8Array, at: number): number | undefined {
  const four = bytes.subarray(at, at + 4)
  if (four.length < 4 || four.some((byte) => byte > 0x7f)) return undefined
  return four.reduce((value, byte) => value * 128 + byte, 0)
}
