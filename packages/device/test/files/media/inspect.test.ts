/** Alice sends photographs; nobody learns from them where she lives. */
import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import encodeWebp, { init as initWebpEncoder } from '@jsquash/webp/encode.js'
import { fileURLToPath } from 'node:url'
import { CallerFault } from '@triode/core'
import { decodeImage } from '../../../src/files/media/codecs.ts'
import type { Chosen } from '../../../src/files/media/chosenFile.ts'
import { inspect, type Inspected, type InspectOptions } from '../../../src/files/media/inspect.ts'
import { reduced } from '../../../src/files/media/picture.ts'
import { Scratch } from '../../../src/files/media/scratch.ts'
import { strip } from '../../../src/files/media/strip.ts'
import { picture, SECRET, tellingJpeg, tellingPng, tiff } from './images.ts'
import { recording } from './recording.ts'

const folder = mkdtempSync(join(tmpdir(), 'triode-media-'))
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

const DEFAULT = { keepMetadata: false, withPreview: true }
const shown = picture(64, 48)

async function inspected(
  name: string,
  bytes: Uint8Array,
  options: InspectOptions = DEFAULT,
): ReturnType<typeof inspect> {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return inspect(chosen(path), options)
}

function chosen(path: string): Chosen {
  const { size, mtimeMs } = statSync(path)
  return { path, size, modifiedMs: mtimeMs }
}

/** What is sent; undefined: it goes as it is. */
function sentOf(original: Uint8Array, { parts }: Inspected): Buffer | undefined {
  return (
    parts &&
    Buffer.concat(parts.map((part) => ('bytes' in part ? part.bytes : original.subarray(part.from, part.to))))
  )
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
      const found = await inspected('photo', original)
      const { mayTell, mediaType: told } = found
      const bytes = sentOf(original, found)
      assert.ok(bytes !== undefined && !mayTell)
      assert.equal(told, mediaType)
      assert.ok(original.includes(SECRET), 'the test’s own image tells')
      assert.ok(!bytes.includes(SECRET))
      assert.ok(!bytes.includes('Exif') && !bytes.includes('EXIF'))
      const [before, after_] = await Promise.all(
        [original, bytes].map((one) => decodeImage(new Uint8Array(one).buffer, mediaType)),
      )
      assert.deepEqual(after_?.data, before?.data)
    })

    it('keeps how it is to be turned, and nothing else of that', async () => {
      const original = await make(6)
      const found = await inspected('turned', original)
      const { media } = found
      const bytes = sentOf(original, found)
      assert.ok(bytes !== undefined)
      assert.ok(!bytes.includes(SECRET))
      assert.equal(strip(bytes, mediaType).orientation, 6)
      assert.deepEqual(media, { width: shown.height, height: shown.width })
    })

    it('goes as it is when asked to', async () => {
      const { parts, mayTell } = await inspected('kept', await make(1), { ...DEFAULT, keepMetadata: true })
      assert.deepEqual({ parts, mayTell }, { parts: undefined, mayTell: false })
    })

    it('in memory that is used again keeps nothing there that is sent', async () => {
      const original = await make(6)
      const scratch = new Scratch()
      const options = { keepMetadata: false, withPreview: false, scratch }
      const found = await inspected('scratch', original, options)
      scratch.take(original.length).fill(0xee)
      assert.ok(found.parts !== undefined)
      assert.deepEqual(sentOf(original, found), sentOf(original, await inspected('scratch', original)))
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

it('a JPEG goes without the small picture that may show what was cut off the large one', async () => {
  const plain = Buffer.from(await tellingJpeg(shown))
  const small = Buffer.from(SECRET.padEnd(3 * 8 * 4))
  const jfif = Buffer.from([
    0xff,
    0xe0,
    0,
    16 + small.length,
    ...Buffer.from('JFIF\0'),
    1,
    2,
    1,
    0,
    72,
    0,
    72,
    8,
    4,
  ])
  const original = Buffer.concat([plain.subarray(0, 2), jfif, small, plain.subarray(2)])
  const bytes = sentOf(original, await inspected('cut.jpg', original))
  assert.ok(bytes !== undefined && !bytes.includes(SECRET))
  // The density stays, and that there is none.
  assert.deepEqual(
    [...bytes.subarray(2, 20)],
    [0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 2, 1, 0, 72, 0, 72, 0, 0],
  )
  const [before, after_] = await Promise.all(
    [original, bytes].map((one) => decodeImage(new Uint8Array(one).buffer, 'image/jpeg')),
  )
  assert.deepEqual(after_?.data, before?.data)
})

it('an image that can’t be cleaned is named', async () => {
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')
  assert.deepEqual(await inspected('photo.heic', heic), {
    mediaType: 'image/heic',
    mayTell: true,
  })
  const half = (await tellingJpeg(shown)).subarray(0, 400)
  const { mayTell, parts } = await inspected('half.jpg', half)
  assert.deepEqual({ mayTell, parts }, { mayTell: true, parts: undefined })
})

it('what is no image is looked at and left alone', async () => {
  const notes = await inspected('notes.txt', Buffer.from(SECRET))
  assert.deepEqual(notes, { mediaType: 'text/plain', mayTell: false })
  assert.deepEqual(await inspected('empty', Buffer.alloc(0)), { mediaType: '', mayTell: false })
})

it('a recording has a duration', async () => {
  const { media, mediaType, parts } = await inspected('voice.wav', recording(2))
  assert.deepEqual(media, { durationMs: 2_000 })
  assert.equal(mediaType, 'audio/wav')
  assert.equal(parts, undefined)
  const hollow = recording(2)
  hollow.fill(0, 24, 36)
  assert.equal((await inspected('hollow.wav', hollow)).media, undefined)
})

it('a file that is not what was chosen is refused, whatever became of it', async () => {
  const path = join(folder, 'changing.png')
  const refused = async (become: () => void): Promise<void> => {
    writeFileSync(path, tellingPng(shown))
    const before = chosen(path)
    become()
    await assert.rejects(inspect(before, DEFAULT), (fault: unknown) => {
      assert.ok(fault instanceof CallerFault)
      assert.equal(fault.code, 'file-changed')
      assert.ok(fault.message.includes(path))
      return true
    })
    rmSync(path, { recursive: true })
  }
  await refused(() => {
    writeFileSync(path, 'x', { flag: 'a' })
  })
  await refused(() => {
    utimesSync(path, 1, 1)
  })
  await refused(() => {
    rmSync(path)
    symlinkSync('/etc/passwd', path)
  })
  await refused(() => {
    rmSync(path)
    mkdirSync(path)
  })
})

it('an image of very many pieces goes as it is, and is named', async () => {
  const plain = await tellingJpeg(shown)
  const needed = Buffer.from([0xff, 0xee, 0, 2])
  const comment = Buffer.from([0xff, 0xfe, 0, 2])
  const pieces = (count: number): Buffer[] => Array.from({ length: count }, () => [needed, comment]).flat()
  for (const [count, isCleaned] of [
    [200, true],
    [300, false],
    [70_000, false],
  ] as const) {
    const image = Buffer.concat([plain.subarray(0, 2), ...pieces(count), plain.subarray(2)])
    const { parts, mayTell } = await inspected('pieces.jpg', image, { ...DEFAULT, withPreview: false })
    assert.deepEqual([parts !== undefined, mayTell], [isCleaned, !isCleaned])
  }
})

it('looking at an image ends when that is called off', async () => {
  const path = join(folder, 'called-off.png')
  writeFileSync(path, tellingPng(shown))
  const { preview, parts } = await inspect(chosen(path), { ...DEFAULT, signal: AbortSignal.abort() })
  assert.equal(preview, undefined)
  assert.ok(parts !== undefined)
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
