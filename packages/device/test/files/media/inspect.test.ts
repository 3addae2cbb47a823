/** Alice sends photographs; nobody learns from them where she lives. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import encodeWebp, { init as initWebpEncoder } from '@jsquash/webp/encode.js'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodeImage } from '../../../src/files/media/codecs.ts'
import { inspect } from '../../../src/files/media/inspect.ts'
import { reduced } from '../../../src/files/media/picture.ts'
import { strip } from '../../../src/files/media/strip.ts'
import { picture, SECRET, tellingJpeg, tellingPng, tiff } from './images.ts'

const folder = mkdtempSync(join(tmpdir(), 'triode-media-'))
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

const DEFAULT = { keepMetadata: false, withPreview: true }
const shown = picture(64, 48)

async function inspected(name: string, bytes: Uint8Array, options = DEFAULT): ReturnType<typeof inspect> {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return inspect(path, statSync(path).size, options)
}

async function tellingWebp(orientation: number): Promise<Buffer> {
  const wasm = fileURLToPath(import.meta.resolve('@jsquash/webp/codec/enc/webp_enc.wasm'))
  await initWebpEncoder(new WebAssembly.Module(readFileSync(wasm)))
  const simple = Buffer.from(await encodeWebp({ ...shown, colorSpace: 'srgb' }, { lossless: 1 }))
  const extended = Buffer.from('VP8X\x0a\0\0\0\x0c\0\0\0', 'latin1')
  const size = Buffer.alloc(6)
  size.writeUIntLE(shown.width - 1, 0, 3)
  size.writeUIntLE(shown.height - 1, 3, 3)
  const exif = tiff(orientation, true)
  const chunks = [
    extended,
    size,
    simple.subarray(12),
    webpChunk('EXIF', exif),
    webpChunk('XMP ', Buffer.from(`<x>${SECRET}</x>`)),
  ]
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(4 + chunks.reduce((sum, part) => sum + part.length, 0), 4)
  return Buffer.concat([head, ...chunks, Buffer.from(SECRET)])
}

function webpChunk(type: string, content: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(content.length)
  return Buffer.concat([Buffer.from(type), length, content, Buffer.alloc(content.length & 1)])
}

const MAKERS = {
  'image/jpeg': (orientation: number) => tellingJpeg(shown, orientation),
  'image/png': (orientation: number) => Promise.resolve(tellingPng(shown, orientation)),
  'image/webp': tellingWebp,
} as const

for (const [mediaType, make] of Object.entries(MAKERS)) {
  describe(`an image of type ${mediaType}`, () => {
    it('goes without what tells where and with what it was taken, and shows the same', async () => {
      const original = await make(1)
      const { bytes, stripped, mayTell, mediaType: told } = await inspected('photo', original)
      assert.ok(bytes !== undefined && stripped && !mayTell)
      assert.equal(told, mediaType)
      assert.ok(original.includes(SECRET), 'the test’s own image tells')
      assert.ok(!Buffer.from(bytes).includes(SECRET))
      assert.ok(!Buffer.from(bytes).includes('Exif') && !Buffer.from(bytes).includes('EXIF'))
      const [before, after_] = await Promise.all(
        [original, bytes].map((one) => decodeImage(new Uint8Array(one).buffer, mediaType)),
      )
      assert.deepEqual(after_?.data, before?.data)
    })

    it('keeps how it is to be turned, and nothing else of that', async () => {
      const { bytes, media } = await inspected('turned', await make(6))
      assert.ok(bytes !== undefined)
      assert.ok(!Buffer.from(bytes).includes(SECRET))
      assert.equal(strip(bytes, mediaType).orientation, 6)
      assert.deepEqual(media, { width: shown.height, height: shown.width })
    })

    it('goes as it is when asked to', async () => {
      const { bytes, stripped, mayTell } = await inspected('kept', await make(1), {
        ...DEFAULT,
        keepMetadata: true,
      })
      assert.deepEqual({ bytes, stripped, mayTell }, { bytes: undefined, stripped: false, mayTell: false })
    })

    it('has a preview, upright, that tells nothing either', async () => {
      const { preview } = await inspected('preview', await make(6))
      assert.ok(preview !== undefined && preview.length <= 65_536)
      assert.ok(!Buffer.from(preview).includes(SECRET))
      const { width, height, data } = await decodeImage(new Uint8Array(preview).buffer, 'image/jpeg')
      assert.deepEqual([width, height], [shown.height, shown.width])
      // The green top is on the right once it is turned.
      const right = (20 * width + width - 4) * 4
      assert.ok((data[right + 1] ?? 0) > 200 && (data[right] ?? 0) < 60)
    })

    it('when it is cut or changed anywhere is refused or taken apart, never more than that', async () => {
      const original = await make(3)
      fc.assert(
        fc.property(fc.nat(original.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
          const broken = cut ? original.subarray(0, at) : Uint8Array.from(original).fill(byte, at, at + 1)
          const { parts } = strip(broken, mediaType)
          for (const part of parts)
            if ('from' in part) assert.ok(part.from <= part.to && part.to <= broken.length)
        }),
        { numRuns: 300 },
      )
    })
  })
}

it('an image that can’t be cleaned is named', async () => {
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')
  assert.deepEqual(await inspected('photo.heic', heic), {
    mediaType: 'image/heic',
    stripped: false,
    mayTell: true,
  })
  const half = (await tellingJpeg(shown)).subarray(0, 400)
  const { mayTell, stripped } = await inspected('half.jpg', half)
  assert.deepEqual({ mayTell, stripped }, { mayTell: true, stripped: false })
})

it('what is no image is looked at and left alone', async () => {
  assert.deepEqual(await inspected('notes.txt', Buffer.from(SECRET)), { stripped: false, mayTell: false })
  assert.deepEqual(await inspected('empty', Buffer.alloc(0)), { stripped: false, mayTell: false })
})

it('a recording has a duration', async () => {
  const seconds = 2
  const wav = Buffer.alloc(44 + seconds * 8_000)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8, 'latin1')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(8_000, 24)
  wav.writeUInt32LE(8_000, 28)
  wav.writeUInt16LE(1, 32)
  wav.writeUInt16LE(8, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(wav.length - 44, 40)
  const { media, mediaType } = await inspected('voice.wav', wav)
  assert.deepEqual(media, { durationMs: seconds * 1_000 })
  assert.match(mediaType ?? '', /^audio\//)
})

it('an image whose header lies about its size has no preview', async () => {
  const huge = tellingPng(shown)
  huge.writeUInt32BE(100_000, 16)
  huge.writeUInt32BE(100_000, 20)
  assert.equal((await inspected('huge.png', huge)).preview, undefined)
})

it('a large image becomes a preview of 320 pixels', () => {
  const { width, height } = reduced(picture(1_000, 500), 1, 320)
  assert.deepEqual([width, height], [320, 160])
})
