/** Decoders and an encoder in WebAssembly, and of GIF in JavaScript: whatever an image does to them, they reach nothing but their own memory. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import decodeJpeg, { init as initJpegDecoder } from '@jsquash/jpeg/decode.js'
import encodeJpeg, { init as initJpegEncoder } from '@jsquash/jpeg/encode.js'
import decodePng, { init as initPngDecoder } from '@jsquash/png/decode.js'
import decodeWebp, { init as initWebpDecoder } from '@jsquash/webp/decode.js'
import { decodeGif } from './gifFrame.ts'
import type { Picture } from './picture.ts'

/** Browsers have it, and the codecs give and take it. */
class PlainImageData {
  readonly colorSpace = 'srgb'
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data
    this.width = width
    this.height = height
  }
}

const DECODERS: Readonly<Record<string, (bytes: ArrayBuffer) => Promise<Picture>>> = {
  'image/jpeg': async (bytes) => {
    await initJpegDecoder(moduleAt('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'))
    return decodeJpeg(bytes)
  },
  'image/png': async (bytes) => {
    await initPngDecoder(moduleAt('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'))
    return decodePng(bytes)
  },
  'image/webp': async (bytes) => {
    await initWebpDecoder(moduleAt('@jsquash/webp/codec/dec/webp_dec.wasm'))
    return decodeWebp(bytes)
  },
  'image/gif': (bytes) => Promise.resolve(decodeGif(new Uint8Array(bytes))),
}

export const DECODABLE: readonly string[] = Object.keys(DECODERS)

/** @throws whatever the decoder does of what it can't decode */
export async function decodeImage(bytes: ArrayBuffer, mediaType: string): Promise<Picture> {
  provideImageData()
  const decode = DECODERS[mediaType]
  if (decode === undefined) throw new RangeError('no decoder for this kind of image')
  return decode(bytes)
}

/** @param quality 1 to 100 */
export async function encodeAsJpeg(picture: Picture, quality: number): Promise<Uint8Array> {
  provideImageData()
  await initJpegEncoder(moduleAt('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'))
  const { data, width, height } = picture
  const image = new PlainImageData(data, width, height)
  return new Uint8Array(await encodeJpeg(image, { quality }))
}

function moduleAt(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve(path))))
}

function provideImageData(): void {
  const scope = globalThis as { ImageData?: unknown }
  scope.ImageData ??= PlainImageData
}
