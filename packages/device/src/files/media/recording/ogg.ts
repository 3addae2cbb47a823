/** Ogg (RFC 3533) with Vorbis, Opus (RFC 7845), Theora, Speex or FLAC in it: the comments that stand at the beginning of each stream. */
import { oggChecksum } from './oggChecksum.ts'
import { giveUp, DONE, type Scan } from './scan.ts'
import { cleanComments } from './vorbisComment.ts'

/** How the first packet of a stream begins, and how many bytes stand before the comments in the second. */
const STREAMS: readonly (readonly [begins: string, before: number])[] = [
  ['\x01vorbis', 7],
  ['OpusHead', 8],
  ['\x80theora', 7],
  ['Speex   ', 0],
  ['\x7fFLAC', 4],
]
const CAPTURE = 'OggS'
const HEAD_BYTES = 27
const AT = { serial: 14, checksum: 22, segments: 26 } as const
/** Looked at: first so much, then four times as much, and no more than this; a cover in it has some hundred KiB. */
const FIRST_BYTES = 65_536
const MAX_BYTES = 16_777_216
const MAX_STREAMS = 64

export function* scanOgg(): Scan {
  for (let most = FIRST_BYTES; most <= MAX_BYTES; most *= 4) {
    const start = Uint8Array.from(yield { peek: most })
    const cleaned = clean(start)
    if (cleaned === 'unknown') return yield* giveUp()
    if (cleaned === 'cut') {
      if (start.length < most) break
      continue
    }
    yield { put: cleaned }
    yield { pass: Infinity }
    return DONE
  }
  return yield* giveUp()
}

interface Page {
  readonly at: number
  readonly end: number
  readonly serial: number
  /** Its pieces; of each whether a packet ends with it. */
  readonly pieces: readonly (readonly [from: number, to: number, isEnd: boolean])[]
}

class Stream {
  readonly before: number
  /** How many packets have ended. */
  ended = 0
  /** Pieces of the second packet, and the pages that they stand in. */
  readonly pieces: (readonly [from: number, to: number])[] = []
  readonly pages = new Set<Page>()

  constructor(before: number) {
    this.before = before
  }

  get isComplete(): boolean {
    return this.ended > 1
  }
}

/** @param bytes are written to @returns those that were looked at; 'cut' where the comments go on behind them */
function clean(bytes: Uint8Array): Uint8Array | 'cut' | 'unknown' {
  const streams = new Map<number, Stream>()
  let at = 0
  let isBeginning = true
  while (isBeginning || ![...streams.values()].every(({ isComplete }) => isComplete)) {
    const page = pageAt(bytes, at)
    if (typeof page === 'string') return page
    at = page.end
    const [first] = page.pieces
    if (!streams.has(page.serial) && isBeginning) {
      const before = first && beforeComments(bytes, first[0])
      if (before === undefined || streams.size === MAX_STREAMS) return 'unknown'
      streams.set(page.serial, new Stream(before))
    } else isBeginning = false
    take(streams.get(page.serial), page)
  }
  for (const stream of streams.values()) if (!cleanStream(bytes, stream)) return 'unknown'
  return bytes.subarray(0, at)
}

function take(stream: Stream | undefined, page: Page): void {
  for (const [from, to, isEnd] of page.pieces) {
    if (stream === undefined || stream.isComplete) return
    if (stream.ended === 1) {
      stream.pieces.push([from, to])
      stream.pages.add(page)
    }
    if (isEnd) stream.ended++
  }
}

function cleanStream(bytes: Uint8Array, { before, pieces, pages }: Stream): boolean {
  const packet = Uint8Array.from(Buffer.concat(pieces.map(([from, to]) => bytes.subarray(from, to))))
  if (packet.length < before || !cleanComments(packet.subarray(before))) return false
  let done = 0
  for (const [from, to] of pieces) bytes.set(packet.subarray(done, (done += to - from)), from)
  for (const { at, end } of pages) {
    const page = bytes.subarray(at, end)
    page.fill(0, AT.checksum, AT.checksum + 4)
    new DataView(page.buffer, page.byteOffset).setUint32(AT.checksum, oggChecksum(page), true)
  }
  return true
}

function pageAt(bytes: Uint8Array, at: number): Page | 'cut' | 'unknown' {
  if (at + HEAD_BYTES > bytes.length) return 'cut'
  if (Buffer.from(bytes.subarray(at, at + CAPTURE.length)).toString('latin1') !== CAPTURE) return 'unknown'
  const count = bytes[at + AT.segments] ?? 0
  let from = at + HEAD_BYTES + count
  if (from > bytes.length) return 'cut'
  const pieces: (readonly [number, number, boolean])[] = []
  for (const length of bytes.subarray(at + HEAD_BYTES, from)) {
    pieces.push([from, from + length, length < 255])
    from += length
  }
  if (from > bytes.length) return 'cut'
  const serial = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + AT.serial, true)
  return { at, end: from, serial, pieces }
}

function beforeComments(bytes: Uint8Array, from: number): number | undefined {
  const start = Buffer.from(bytes.subarray(from, from + 8)).toString('latin1')
  return STREAMS.find(([begins]) => start.startsWith(begins))?.[1]
}
