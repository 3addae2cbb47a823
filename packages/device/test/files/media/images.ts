/** Images for tests, with what cameras put into them. */
import { crc32, deflateSync } from 'node:zlib'
import { encodeAsJpeg } from '../../../src/files/media/codecs.ts'
import type { Picture } from '../../../src/files/media/picture.ts'

/** A word that stands in all that is to go. */
export const SECRET = 'GPS-48.2082N-16.3738E'

/** Left half red, right half blue, the top row green. */
export function picture(width: number, height: number): Picture {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let at = 0; at < data.length; at += 4) {
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)]
    const green = y < height / 4
    data.set(
      [!green && x < width / 2 ? 255 : 0, green ? 255 : 0, !green && x >= width / 2 ? 255 : 0, 255],
      at,
    )
  }
  return { width, height, data }
}

/** Exif in TIFF form: an orientation, and a text with SECRET in it. @param little order of bytes */
export function tiff(orientation: number, little: boolean): Buffer {
  const text = Buffer.from(`${SECRET}\0`)
  const view = new DataView(new ArrayBuffer(8 + 2 + 24 + 4))
  view.setUint16(0, little ? 0x4949 : 0x4d4d)
  view.setUint16(2, 42, little)
  view.setUint32(4, 8, little)
  view.setUint16(8, 2, little)
  entry(view, 10, 0x010e, 2, text.length, 38, little)
  entry(view, 22, 0x0112, 3, 1, orientation, little)
  if (!little) view.setUint32(30, orientation * 65_536)
  return Buffer.concat([new Uint8Array(view.buffer), text])
}

function entry(
  view: DataView,
  at: number,
  tag: number,
  type: number,
  count: number,
  value: number,
  little: boolean,
): void {
  view.setUint16(at, tag, little)
  view.setUint16(at + 2, type, little)
  view.setUint32(at + 4, count, little)
  view.setUint32(at + 8, value, little)
}

/** A JPEG with Exif, XMP, a comment, and a film behind its end. */
export async function tellingJpeg(shown: Picture, orientation = 1): Promise<Buffer> {
  const plain = Buffer.from(await encodeAsJpeg(shown, 90))
  const told = [
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff(orientation, true)])),
    segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x>${SECRET}</x>`)),
    segment(0xed, Buffer.from(`Photoshop 3.0\0${SECRET}`)),
    segment(0xfe, Buffer.from(SECRET)),
  ]
  return Buffer.concat([plain.subarray(0, 2), ...told, plain.subarray(2), Buffer.from(`ftypmp42 ${SECRET}`)])
}

function segment(marker: number, content: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([head, content])
}

/** A PNG with Exif, texts and something private. */
export function tellingPng({ width, height, data }: Picture, orientation = 1): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.of(0), Buffer.from(data.subarray(y * width * 4, (y + 1) * width * 4))]),
  )
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('eXIf', tiff(orientation, false)),
    chunk('tEXt', Buffer.from(`Comment\0${SECRET}`)),
    chunk('gAMA', Buffer.of(0, 0, 0xb1, 0x8f)),
    chunk('prVt', Buffer.from(SECRET)),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${SECRET}`)),
    chunk('IEND', Buffer.alloc(0)),
    Buffer.from(SECRET),
  ])
}

function chunk(type: string, content: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  crc.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, crc])
}
