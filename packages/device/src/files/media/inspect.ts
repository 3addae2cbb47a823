/** What a file is besides its bytes, and an image without what it would tell of whoever took it. */
import { open, readFile } from 'node:fs/promises'
import { fileTypeFromBuffer } from 'file-type'
import type { Media } from '@triode/core'
import { dimensionsOf, type Dimensions } from './dimensions.ts'
import { recordingOf } from './duration.ts'
import type { Part } from './part.ts'
import { isSideways } from './picture.ts'
import { makePreview } from './preview.ts'
import { strip, type Stripping } from './strip.ts'

export interface Inspected {
  /** RFC 6838, by the content; undefined where that does not tell. */
  readonly mediaType?: string
  readonly media?: Media
  /** A JPEG of at most 65,536 bytes. */
  readonly preview?: Uint8Array
  /** To be sent instead of what is in the file. */
  readonly bytes?: Uint8Array
  /** Something was taken out. */
  readonly stripped: boolean
  /** It is an image that may tell where, when and with what it was taken, and goes as it is. */
  readonly mayTell: boolean
}

export interface InspectOptions {
  /** Leaves in images what tells where and with what they were taken. */
  readonly keepMetadata: boolean
  /** Without, nothing is decoded: of files in folders nobody looks at each. */
  readonly withPreview: boolean
}

/** Of a file's beginning: what its kind is told by. */
const HEAD_BYTES = 4_100
/** An image of more is sent as it is: it would have to be in memory. */
const MAX_IMAGE_BYTES = 67_108_864

/** @param path absolute @param size bytes @throws what reading the file does */
export async function inspect(path: string, size: number, options: InspectOptions): Promise<Inspected> {
  const mediaType = await kindOf(path)
  if (mediaType === undefined) return { stripped: false, mayTell: false }
  const kind = mediaType.split('/', 1)[0]
  if (kind === 'image') return inspectImage(path, size, mediaType, options)
  const media = kind === 'audio' || kind === 'video' ? await recordingOf(path) : {}
  return { mediaType, ...isTold(media), stripped: false, mayTell: false }
}

async function kindOf(path: string): Promise<string | undefined> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(HEAD_BYTES) })
    return (await fileTypeFromBuffer(buffer.subarray(0, bytesRead)).catch(() => undefined))?.mime
  } finally {
    await file.close()
  }
}

async function inspectImage(
  path: string,
  size: number,
  mediaType: string,
  options: InspectOptions,
): Promise<Inspected> {
  if (size > MAX_IMAGE_BYTES) return { mediaType, stripped: false, mayTell: !options.keepMetadata }
  const bytes = await readFile(path)
  const { parts, changed, orientation, mayTell } = strip(bytes, mediaType)
  const stored = dimensionsOf(bytes, mediaType)
  const preview = options.withPreview ? await previewOf(bytes, mediaType, orientation, stored) : undefined
  const stripped = changed && !options.keepMetadata
  return {
    mediaType,
    ...isTold(upright(stored, orientation)),
    ...(preview !== undefined && { preview }),
    ...(stripped && { bytes: assembled(bytes, parts) }),
    stripped,
    mayTell: mayTell && !options.keepMetadata,
  }
}

function previewOf(
  bytes: Uint8Array,
  mediaType: string,
  orientation: Stripping['orientation'],
  stored: Dimensions | undefined,
): Promise<Uint8Array | undefined> {
  return makePreview({ bytes: new Uint8Array(bytes).buffer, mediaType, orientation }, stored)
}

/** As it is to be shown. */
function upright(stored: Dimensions | undefined, orientation: number): Media {
  if (stored === undefined) return {}
  const { width, height } = stored
  return isSideways(orientation) ? { width: height, height: width } : { width, height }
}

function assembled(bytes: Uint8Array, parts: readonly Part[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => ('bytes' in part ? part.bytes : bytes.subarray(part.from, part.to))),
  )
}

function isTold(media: Media): { readonly media?: Media } {
  return Object.keys(media).length === 0 ? {} : { media }
}
