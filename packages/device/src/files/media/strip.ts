/** Takes out of an image what tells where, when and with what it was taken. */
import { stripGif } from './gif.ts'
import { stripHeif } from './heif.ts'
import { stripJpeg } from './jpeg.ts'
import { MAX_PARTS, whole, type Stripped } from './part.ts'
import { stripPng } from './png.ts'
import { stripWebp } from './webp.ts'

const STRIPPERS = {
  'image/jpeg': stripJpeg,
  'image/png': stripPng,
  'image/webp': stripWebp,
  'image/gif': stripGif,
  'image/heic': stripHeif,
  'image/heif': stripHeif,
  'image/avif': stripHeif,
} as const

export type Stripping = Stripped & {
  /** It may go on telling: this release can’t take it out of such an image, or of this one. */
  readonly mayTell: boolean
}

/** @param bytes all of it @param mediaType of an image, by what it is and not by its name */
export function strip(bytes: Uint8Array, mediaType: string): Stripping {
  const stripper = STRIPPERS[mediaType as keyof typeof STRIPPERS] as
    ((bytes: Uint8Array) => Stripped | undefined) | undefined
  const stripped = stripper?.(bytes)
  if (stripped === undefined) return { ...whole(bytes.length), mayTell: true }
  if (stripped.parts.length <= MAX_PARTS) return { ...stripped, mayTell: false }
  return { ...whole(bytes.length), orientation: stripped.orientation, mayTell: true }
}
