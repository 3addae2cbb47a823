/** What a file is besides its bytes, and what is to be sent of an image or a recording so that it does not tell of whoever made it. */
import type { Media } from '@triode/core'
import { ChosenFile, type Chosen } from './chosenFile.ts'
import { dimensionsOf, type Dimensions } from './dimensions.ts'
import { recordingOf } from './duration.ts'
import { writtenOver } from './blank.ts'
import { HEAD_BYTES, kindOf } from './kind.ts'
import type { Part } from './part.ts'
import { isSideways } from './picture.ts'
import { makePreview } from './preview.ts'
import { lookOver } from './recording/lookOver.ts'
import { scanOf } from './recording/scanOf.ts'
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
  /** It is an image that goes as it is, or a recording, and may go on telling where, when or with what it was made. */
  readonly mayTell: boolean
}

export interface InspectOptions {
  /** Leaves in images and recordings what tells where, when and with what they were made. */
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
  const head = await file.head(HEAD_BYTES)
  const mediaType = await kindOf(head, chosen.path)
  const [kind] = mediaType.split('/', 1)
  if (kind === 'image') return await inspectImage(file, chosen.size, mediaType, options)
  const isRecording = options.withPreview && (kind === 'audio' || kind === 'video')
  const media = isRecording ? await recordingOf(file, mediaType, options.signal) : {}
  const cleaned = options.keepMetadata ? { mayTell: false } : await cleanRecording(file, head, kind, options)
  return { mediaType, ...isTold(media), ...cleaned }
}

/** Little of it is read, however long it is. */
async function cleanRecording(
  file: ChosenFile,
  head: Uint8Array,
  kind: string | undefined,
  { signal }: InspectOptions,
): Promise<Pick<Inspected, 'parts' | 'mayTell'>> {
  const scan = scanOf(head)
  // A film of a kind that can't be gone through may hold anything.
  if (scan === undefined) return { mayTell: kind === 'video' }
  const { overs, mayTell } = await lookOver(file, scan, signal)
  await file.confirm()
  return { ...(overs.length > 0 && { parts: writtenOver(overs, file.size) }), mayTell }
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
