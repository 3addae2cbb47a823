/** What a file is besides its bytes, and what is to be sent of an image so that it does not tell of whoever took it. */
import type { Media } from '@triode/core'
import { ChosenFile, type Chosen } from './chosenFile.ts'
import { dimensionsOf, type Dimensions } from './dimensions.ts'
import { recordingOf } from './duration.ts'
import { tellsWhere } from './film.ts'
import { HEAD_BYTES, kindOf } from './kind.ts'
import type { Part } from './part.ts'
import { isSideways } from './picture.ts'
import { makePreview } from './preview.ts'
import type { Scratch } from './scratch.ts'
import { strip, type Stripping } from './strip.ts'

export interface Inspected {
  /** RFC 6838, by the content, else by the name; empty where neither tells. */
  readonly mediaType: string
  readonly media?: Media
  /** A JPEG of at most 65,536 bytes. */
  readonly preview?: Uint8Array
  /** To be sent instead of all of it, where something is to be taken out. */
  readonly parts?: readonly Part[]
  /** It is an image that may tell where, when and with what it was taken, or a film that does, and goes as it is. */
  readonly mayTell: boolean
}

export interface InspectOptions {
  /** Leaves in images what tells where and with what they were taken. */
  readonly keepMetadata: boolean
  /** Without, nothing is decoded or measured: of files in folders nobody looks at each. */
  readonly withPreview: boolean
  /** Where images are held that have no preview made of them; default: memory of its own for each. */
  readonly scratch?: Scratch
  /** Ends what takes long; then it is not known what there is. */
  readonly signal?: AbortSignal
}

/** An image of more is sent as it is: it would have to be in memory. */
export const MAX_IMAGE_BYTES = 67_108_864

/** @throws CallerFault 'file-absent' | 'file-forbidden' | 'file-changed' */
export async function inspect(chosen: Chosen, options: InspectOptions): Promise<Inspected> {
  await using file = await ChosenFile.open(chosen)
  const mediaType = await kindOf(await file.head(HEAD_BYTES), chosen.path)
  const [kind] = mediaType.split('/', 1)
  if (kind === 'image') return await inspectImage(file, chosen.size, mediaType, options)
  const isRecording = options.withPreview && (kind === 'audio' || kind === 'video')
  const media = isRecording ? await recordingOf(file, mediaType, options.signal) : {}
  const mayTell = kind === 'video' && !options.keepMetadata && (await tellsWhere(file))
  return { mediaType, ...isTold(media), mayTell }
}

async function inspectImage(
  file: ChosenFile,
  size: number,
  mediaType: string,
  options: InspectOptions,
): Promise<Inspected> {
  const { keepMetadata, withPreview, scratch } = options
  if (size > MAX_IMAGE_BYTES) return { mediaType, mayTell: !keepMetadata }
  const bytes = await file.all(withPreview ? undefined : scratch)
  const { stripping, ...inspected } = examine(bytes, mediaType, keepMetadata)
  // Last: it takes the bytes with it.
  const preview = withPreview ? await previewOf(bytes, mediaType, stripping, options.signal) : undefined
  return { ...inspected, ...(preview !== undefined && { preview }) }
}

export interface Examined extends Omit<Inspected, 'preview'> {
  readonly stripping: Stripping
}

/** An image that is in memory. @param bytes all of it */
export function examine(bytes: Uint8Array, mediaType: string, keepMetadata: boolean): Examined {
  const stripping = strip(bytes, mediaType)
  const media = upright(dimensionsOf(bytes, mediaType), stripping.orientation)
  const { parts, changed, mayTell } = stripping
  return {
    mediaType,
    ...isTold(media),
    ...(changed && !keepMetadata && { parts }),
    mayTell: mayTell && !keepMetadata,
    stripping,
  }
}

/** @param bytes are moved away: there is nothing left of them afterwards */
export function previewOf(
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
  { orientation }: Stripping,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const stored = dimensionsOf(bytes, mediaType)
  return makePreview({ bytes: bytes.buffer, mediaType, orientation }, stored, signal)
}

/** As it is to be shown. */
function upright(stored: Dimensions | undefined, orientation: number): Media {
  if (stored === undefined || stored.width === 0 || stored.height === 0) return {}
  const { width, height } = stored
  return isSideways(orientation) ? { width: height, height: width } : { width, height }
}

function isTold(media: Media): { readonly media?: Media } {
  return Object.keys(media).length === 0 ? {} : { media }
}
