/** Sound for tests, with what programs and recorders say of it: MP3 with ID3, FLAC, Ogg; nobody decodes what is heard in it. */
import { oggChecksum } from '../../../src/files/media/recording/oggChecksum.ts'
import { SECRET } from './images.ts'
import { u32 } from './isoBoxes.ts'

/** What is heard: any bytes do. */
export const HEARD = Buffer.alloc(5_000, '\xff\xfb what is heard ', 'latin1')

export type Fields = readonly (readonly [field: string, value: string | Buffer])[]

export const SONG: Fields = [
  ['TITLE', 'Song of the boat'],
  ['ARTIST', 'The Oars'],
  ['DATE', '2016'],
  ['LOCATION', SECRET],
  ['ENCODER', SECRET],
]
export const MEMO: Fields = [
  ['TITLE', `Home Street 5 ${SECRET}`],
  ['DATE', '2026-05-01'],
]

// ---- ID3

export function id3(version: 2 | 3 | 4, frames: Fields, padding = 50, flags = 0): Buffer {
  const all = Buffer.concat([
    ...frames.map(([id, value]) => frame(version, id, value)),
    Buffer.alloc(padding),
  ])
  return Buffer.concat([Buffer.from('ID3'), Buffer.of(version, 0, flags), sevens(all.length), all])
}

/** Texts in Latin-1. */
function frame(version: number, id: string, value: string | Buffer): Buffer {
  const content = typeof value === 'string' ? Buffer.from(`\0${value}`, 'latin1') : value
  const size = version === 4 ? sevens(content.length) : u32(content.length)
  const head = version === 2 ? size.subarray(1) : Buffer.concat([size, Buffer.alloc(2)])
  return Buffer.concat([Buffer.from(id, 'latin1'), head, content])
}

function sevens(value: number): Buffer {
  return Buffer.of(value >> 21, (value >> 14) & 127, (value >> 7) & 127, value & 127)
}

/** ID3v1, which stands at the end. */
export function id3v1(title: string, artist: string, comment: string): Buffer {
  const tag = Buffer.alloc(128)
  const texts = [
    ['TAG', 0],
    [title, 3],
    [artist, 33],
    ['Boats', 63],
    ['2016', 93],
    [comment, 97],
  ] as const
  for (const [text, at] of texts) tag.write(text, at, 'latin1')
  tag[126] = 3
  return tag
}

// ---- FLAC

/** @param more blocks behind the comments */
export function flac(
  comments: Fields,
  more: readonly (readonly [type: number, content: Buffer])[] = [],
): Buffer {
  const stream = Buffer.alloc(34)
  stream.set([0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0xc4, 0x42, 0xf0, 0, 0, 0xac, 0x44], 0)
  const blocks = [[0, stream], [4, vorbisComments(comments)], ...more, [1, Buffer.alloc(40, SECRET)]] as const
  const all = blocks.map(([type, content], index) =>
    Buffer.concat([
      Buffer.of(type | (index === blocks.length - 1 ? 0x80 : 0)),
      u32(content.length).subarray(1),
      content,
    ]),
  )
  return Buffer.concat([Buffer.from('fLaC'), ...all, HEARD])
}

/** A picture's block (RFC 9639 §8.8). */
export function flacPicture(image: Uint8Array): Buffer {
  const type = Buffer.from('image/jpeg')
  return Buffer.concat([u32(3, type.length), type, u32(0, 40, 30, 24, 0, image.length), image])
}

export function vorbisComments(fields: Fields): Buffer {
  const sized = (content: Buffer): Buffer => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(content.length)
    return Buffer.concat([size, content])
  }
  const count = Buffer.alloc(4)
  count.writeUInt32LE(fields.length)
  const all = fields.map(([field, value]) =>
    sized(Buffer.concat([Buffer.from(`${field}=`), Buffer.from(value)])),
  )
  return Buffer.concat([sized(Buffer.from(`coder ${SECRET}`)), count, ...all])
}

// ---- Ogg

export const OGG = { opus: 'opus', vorbis: 'vorbis' } as const

/** @param pageBytes of the second packet in one page, a multiple of 255 */
export function ogg(codec: keyof typeof OGG, comments: Fields, pageBytes = 510): Buffer {
  const [head, before, behind] =
    codec === 'opus'
      ? [Buffer.from('OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0', 'latin1'), 'OpusTags', '']
      : [
          Buffer.from(`\x01vorbis\0\0\0\0\x01\x44\xac\0\0${'\0'.repeat(12)}\xb8\x01`, 'latin1'),
          '\x03vorbis',
          '\x01',
        ]
  const packet = Buffer.concat([
    Buffer.from(before, 'latin1'),
    vorbisComments(comments),
    Buffer.from(behind, 'latin1'),
  ])
  const pages = [oggPage(0, 2, head, true)]
  for (let at = 0; at < packet.length || at === 0; at += pageBytes) {
    const part = packet.subarray(at, at + pageBytes)
    pages.push(oggPage(pages.length, at === 0 ? 0 : 1, part, at + pageBytes > packet.length))
  }
  for (let at = 0; at < HEARD.length; at += 1_000)
    pages.push(oggPage(pages.length, 0, HEARD.subarray(at, at + 1_000), true))
  return Buffer.concat(pages)
}

function oggPage(number: number, flags: number, content: Buffer, isEnd: boolean): Buffer {
  const full = Math.floor(content.length / 255)
  const lacing = [...Array.from({ length: full }, () => 255), ...(isEnd ? [content.length % 255] : [])]
  const head = Buffer.alloc(27)
  head.write('OggS', 'latin1')
  head[5] = flags
  head.writeUInt32LE(7, 14)
  head.writeUInt32LE(number, 18)
  head[26] = lacing.length
  const page = Buffer.concat([head, Buffer.from(lacing), content])
  page.writeUInt32LE(oggChecksum(page), 22)
  return page
}

// ---- WAV

/** With what recorders write: who, when, and where they were set up. */
export function wav(info: Fields): Buffer {
  const list = chunk('LIST', Buffer.from('INFO'), ...info.map(([id, value]) => chunk(id, Buffer.from(value))))
  const marks = chunk(
    'LIST',
    Buffer.from('adtl'),
    chunk('labl', Buffer.from('\x01\0\0\0the bridge', 'latin1')),
  )
  const all = [
    chunk('fmt ', Buffer.from([1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0])),
    chunk('bext', Buffer.from(`2026-05-01 ${SECRET}`)),
    list,
    chunk('data', HEARD),
    marks,
    chunk('iXML', Buffer.from(`<x>${SECRET}</x>`)),
  ]
  return chunk('RIFF', Buffer.from('WAVE'), ...all)
}

function chunk(type: string, ...content: Buffer[]): Buffer {
  const all = Buffer.concat(content)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(all.length)
  return Buffer.concat([Buffer.from(type, 'latin1'), size, all, Buffer.alloc(all.length % 2)])
}
