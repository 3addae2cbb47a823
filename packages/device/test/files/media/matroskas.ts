/** Films in Matroska for tests, element by element, as programs write them. */
import { crc32 } from 'node:zlib'
import { SECRET } from './images.ts'
import { element } from './recording.ts'

export type Tags = readonly (readonly [name: string, value: string])[]

export interface MatroskaChoices {
  readonly tags?: Tags
  /** Of its tracks: 1 is a film, 2 sound, 33 tells of each moment. */
  readonly types?: readonly number[]
  /** A file that comes with it. */
  readonly file?: Buffer
  /** Whether neither it nor its clusters say how long they are. */
  readonly isLive?: boolean
  /** Whether fields have none within them. */
  readonly isPlain?: boolean
}

export const TAGS: Tags = [
  ['TITLE', 'a holiday'],
  ['RECORDING_LOCATION', SECRET],
  ['DATE_RECORDED', SECRET],
  ['ENCODER', `coder ${SECRET}`],
  ['BPS-eng', '1000'],
]

export function matroska({
  tags = TAGS,
  types = [1, 2],
  file,
  isLive = false,
  isPlain = false,
}: MatroskaChoices = {}): Buffer {
  const head = element('1a45dfa3', element('4282', Buffer.from('matroska')))
  const info = checked('1549a966', [
    element('2ad7b1', Buffer.from('0f4240', 'hex')),
    element('4489', Buffer.from('40a77000', 'hex')),
    element('4461', Buffer.from('0a0b0c0d0e0f1011', 'hex')),
    element('7ba9', Buffer.from('a holiday')),
    element('7384', Buffer.from(`${SECRET}.mkv`)),
    element('4d80', Buffer.from(`mux ${SECRET}`)),
    element('5741', Buffer.from(`program ${SECRET.repeat(9)}`)),
  ])
  const tracks = element('1654ae6b', Buffer.concat(types.map(track)))
  const chapters = element('1043a770', element('45b9', Buffer.from('chapters')))
  const files = file === undefined ? [] : [element('1941a469', element('61a7', attached(file)))]
  const cluster = Buffer.concat([
    element('e7', Buffer.of(0)),
    element('a3', Buffer.from('\x81\0\0\x80what is shown', 'latin1')),
  ])
  const clusters = [cluster, cluster].map((one) =>
    isLive ? Buffer.concat([Buffer.from('1f43b67501ffffffffffffff', 'hex'), one]) : element('1f43b675', one),
  )
  const behind = checked('1254c367', [
    element(
      '7373',
      Buffer.concat([element('63c0', Buffer.alloc(0)), ...tags.map((one) => tag(one, isPlain))]),
    ),
  ])
  const inside = Buffer.concat([
    info,
    tracks,
    chapters,
    ...files,
    element('ec', Buffer.from(SECRET)),
    ...clusters,
    behind,
  ])
  return Buffer.concat([
    head,
    isLive
      ? Buffer.concat([Buffer.from('1853806701ffffffffffffff', 'hex'), inside])
      : element('18538067', inside),
  ])
}

/** With a checksum of what follows it (RFC 8794 §11.3.1). */
function checked(id: string, inside: readonly Buffer[]): Buffer {
  const all = Buffer.concat(inside)
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(all))
  return element(id, Buffer.concat([element('bf', sum), all]))
}

function track(type: number, index: number): Buffer {
  return element(
    'ae',
    Buffer.concat([
      element('d7', Buffer.of(index + 1)),
      element('83', Buffer.of(type)),
      element('86', Buffer.from('V_VP8')),
      element('536e', Buffer.from('a name that somebody gave')),
    ]),
  )
}

function attached(file: Buffer): Buffer {
  return Buffer.concat([
    element('467e', Buffer.from(SECRET)),
    element('466e', Buffer.from('cover.jpg')),
    element('4660', Buffer.from('image/jpeg')),
    element('465c', file),
  ])
}

function tag([name, value]: readonly [string, string], isPlain: boolean): Buffer {
  const field = [element('45a3', Buffer.from(name)), element('4487', Buffer.from(value))]
  const inner = [element('45a3', Buffer.from('COMMENT')), element('4487', Buffer.from(SECRET))]
  return element(
    '67c8',
    Buffer.concat([...field, ...(isPlain ? [] : [element('67c8', Buffer.concat(inner))])]),
  )
}
