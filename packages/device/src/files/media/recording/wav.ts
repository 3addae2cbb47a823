/** WAV (RIFF, and RF64 beyond 4 GiB: EBU Tech 3306): what recorders and programs say beside what is heard becomes `JUNK`, as long as it was. */
import { isKept, contentOf } from './kept.ts'
import { giveUp, MAX_PIECES, MAX_SEEN_BYTES, type Scan } from './scan.ts'

const HEAD_BYTES = 8
/** Form and length of all of it. */
const FORM_BYTES = 12
/** How it is coded and cut, and what is heard. */
const PARTS = ['fmt ', 'data', 'fact', 'ds64', 'cue ', 'plst', 'smpl', 'inst', 'wavl', 'slnt', 'chna', 'LIST']
/** Of recorders: who, when, where and with what (EBU Tech 3285, iXML); of programs; of when loudness was measured; and room. */
const TELLING = [
  ...['bext', 'iXML', 'axml', 'aXML', 'umid', 'UMID', 'link', 'cart', 'levl', 'PEAK', 'minf', 'elm1', 'regn'],
  ...['_PMX', 'id3 ', 'ID3 ', 'DISP', 'ResU', 'afsp', 'JUNK', 'junk', 'PAD ', 'FLLR', 'fake'],
]
const JUNK = Buffer.from('JUNK', 'latin1')
/** A length that is said elsewhere, or was not known. */
const UNKNOWN = 0xffff_ffff
/** Lists: of names of places in it, and of what is said of it (Multimedia Programming Interface 1.0, "INFO list chunk"). */
const LIST = { labels: 'adtl', info: 'INFO' } as const
const INFO: Readonly<Record<string, string>> = {
  ...{ INAM: 'TITLE', IART: 'ARTIST', IPRD: 'ALBUM', IGNR: 'GENRE', ITRK: 'TRACKNUMBER', IPRT: 'PART' },
  ...{ ICRD: 'DATE', ICOP: 'COPYRIGHT', ILNG: 'LANGUAGE', IMUS: 'COMPOSER', IWRI: 'WRITER' },
}

/** A chunk that is not known stays, since some programs leave out that chunks begin at even places: it may be what is heard. */
export function* scanWav(): Scan {
  let mayTell = false
  yield { pass: FORM_BYTES }
  for (let seen = 0; seen < MAX_PIECES; seen++) {
    const head = yield { peek: HEAD_BYTES }
    if (head.length === 0) return { mayTell, later: [] }
    if (head.length < HEAD_BYTES) return yield* giveUp()
    const type = Buffer.from(head.subarray(0, 4)).toString('latin1')
    const length = lengthAt(head, 4)
    // Chunks begin at even places.
    const bytes = HEAD_BYTES + length + (length % 2)
    if (type === 'data' && (length === UNKNOWN || length === 0)) return yield* giveUp()
    if (TELLING.includes(type)) {
      yield { put: Buffer.concat([JUNK, head.subarray(4)]) }
      yield { zero: bytes - HEAD_BYTES }
    } else if (type !== 'LIST') {
      mayTell ||= !PARTS.includes(type)
      yield { pass: bytes }
    } else if (bytes > MAX_SEEN_BYTES) return yield* giveUp()
    else {
      const list = Uint8Array.from(yield { peek: bytes })
      if (list.length < HEAD_BYTES + length || !cleanList(list)) return yield* giveUp()
      yield { put: list }
    }
  }
  return yield* giveUp()
}

/** @param list is written to @returns whether it is one that is known */
function cleanList(list: Uint8Array): boolean {
  const form = Buffer.from(list.subarray(HEAD_BYTES, FORM_BYTES)).toString('latin1')
  if (form === LIST.labels) return true
  const items = form === LIST.info ? itemsOf(list) : undefined
  if (items === undefined) return false
  const of = contentOf(
    items.map(({ type }) => INFO[type] ?? ''),
    false,
  )
  for (const { type, at, end } of items) {
    const field = INFO[type]
    if (field !== undefined && isKept(field, of)) continue
    list.set(JUNK, at)
    list.fill(0, at + HEAD_BYTES, end)
  }
  return true
}

interface Item {
  readonly type: string
  readonly at: number
  readonly end: number
}

function itemsOf(list: Uint8Array): Item[] | undefined {
  const items: Item[] = []
  const to = HEAD_BYTES + lengthAt(list, 4)
  for (let at = FORM_BYTES; at < to;) {
    if (at + HEAD_BYTES > to || items.length === MAX_PIECES) return undefined
    const end = at + HEAD_BYTES + lengthAt(list, at + 4)
    if (end > to) return undefined
    items.push({ type: Buffer.from(list.subarray(at, at + 4)).toString('latin1'), at, end })
    at = end + (end % 2)
  }
  return items
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true)
}
