/** Takes out of an image what tells where, when and with what it was taken. */
import { stripJpeg } from './jpeg.ts'
import { whole, type Stripped } from './part.ts'
import { stripPng } from './png.ts'
import { stripWebp } from './webp.ts'

const STRIPPERS = { 'image/jpeg': stripJpeg, 'image/png': stripPng, 'image/webp': stripWebp } as const

/** Images that can hold such things, and out of which this release can't take them. */
const KEPT = [
  'image/heic',
  'image/heif',
  'image/avif',
  'image/tiff',
  'image/jxl',
  'image/gif',
  'image/bmp',
  'image/svg+xml',
]

export type Stripping = Stripped & {
  /** It is an image that may go on telling. */
  readonly mayTell: boolean
}

/** @param bytes all of it @param mediaType by what it is, not by its name */
export function strip(bytes: Uint8Array, mediaType: string): Stripping {
  const stripper = STRIPPERS[mediaType as keyof typeof STRIPPERS] as
    ((bytes: Uint8Array) => Stripped | undefined) | undefined
  const stripped = stripper?.(bytes)
  if (stripped !== undefined) return { ...stripped, mayTell: false }
  return { ...whole(bytes.length), mayTell: stripper !== undefined || KEPT.includes(mediaType) }
}
