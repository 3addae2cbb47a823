/** One upload, from its first byte to what is told of it (spec §13.8): the same as of a file that is sent by its path. */
import type { Blob, BlobSource, Media, StoredBlob } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { IncomingBytes } from './incomingBytes.ts'
import { recordingOf } from './media/duration.ts'
import { tellsWhere } from './media/film.ts'
import { examine, MAX_IMAGE_BYTES, previewOf } from './media/inspect.ts'
import { HEAD_BYTES, kindOf } from './media/kind.ts'
import { saidMediaType } from './media/mediaType.ts'
import { plainOf } from './media/randomAccess.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Sealing } from './sealing.ts'
import type { Turns } from './turns.ts'

/** What was said of it beforehand. */
export interface Announced {
  readonly name: string
  readonly mediaType: string | undefined
  readonly size: number | undefined
  readonly keepMetadata: boolean
}

export interface ReceivingParts {
  readonly sealing: Sealing
  readonly open: OpenBlobs
  /** Who may have an image in memory. */
  readonly images: Turns
  readonly circle: CircleRuntime
  readonly signal: AbortSignal
}

export interface Received {
  readonly blob: Blob
  readonly mediaType: string
  readonly media: Media | undefined
  readonly preview: Uint8Array | undefined
  readonly isStripped: boolean
  readonly mayTell: boolean
}

/** @throws as FileService.uploadFile(); nothing of it is left then */
export async function receive(
  content: IncomingBytes,
  what: Announced,
  parts: ReceivingParts,
): Promise<Received> {
  const mediaType = await kindOf(await content.first(HEAD_BYTES), what.name, saidMediaType(what.mediaType))
  const [kind] = mediaType.split('/', 1)
  if (kind !== 'image') {
    const blob = await sealAll(content, what, parts)
    const isRecording = kind === 'audio' || kind === 'video'
    const media = isRecording ? await durationOf(blob, mediaType, parts) : undefined
    const mayTell = kind === 'video' && !what.keepMetadata && (await isFilmThatTells(blob, parts))
    return { blob, mediaType, media, preview: undefined, isStripped: false, mayTell }
  }
  const image = await receiveImage(content, mediaType, what, parts)
  if (image !== undefined) return image
  // Too large to be in memory: it goes as it is.
  const blob = await sealAll(content, what, parts)
  const mayTell = !what.keepMetadata
  return { blob, mediaType, media: undefined, preview: undefined, isStripped: false, mayTell }
}

/** @returns undefined when it is too large; then all of it is still to come */
async function receiveImage(
  content: IncomingBytes,
  mediaType: string,
  { size, keepMetadata }: Announced,
  { sealing, images, circle, signal }: ReceivingParts,
): Promise<Received | undefined> {
  if (size !== undefined && size > MAX_IMAGE_BYTES) return undefined
  using _turn = await images.take(signal)
  const bytes = await content.all(MAX_IMAGE_BYTES)
  if (bytes === undefined) return undefined
  const { stripping, parts, media, mayTell } = examine(bytes, mediaType, keepMetadata)
  const sources = (parts ?? [{ bytes }]).map((part): BlobSource =>
    'bytes' in part ? part : { bytes: bytes.subarray(part.from, part.to) },
  )
  const blob = await sealing.sealNew(circle, sources, { signal })
  // Last: it takes the bytes with it.
  const preview = await previewOf(bytes, mediaType, stripping, signal)
  return { blob, mediaType, media, preview, isStripped: parts !== undefined, mayTell }
}

function sealAll(content: IncomingBytes, { size }: Announced, parts: ReceivingParts): Promise<Blob> {
  const { sealing, circle, signal } = parts
  return sealing.sealStream(circle, content, { ...(size !== undefined && { size }), signal })
}

/** @param within of a folder's files, the one that is meant; default: all of it */
export async function isFilmThatTells(
  blob: Blob,
  { open, circle }: Pick<ReceivingParts, 'open' | 'circle'>,
  within: { readonly from: number; readonly size: number } = { from: 0, size: blob.size },
): Promise<boolean> {
  const look = (stored: StoredBlob): Promise<boolean> => {
    const all = plainOf(stored, blob.secret)
    const { from, size } = within
    return tellsWhere({ size, read: (first, end) => all.read(from + first, from + end) })
  }
  return open.during(circle, blob, look).catch(() => false)
}

async function durationOf(
  blob: Blob,
  mediaType: string,
  { open, circle, signal }: ReceivingParts,
): Promise<Media | undefined> {
  const measure = (stored: StoredBlob): Promise<Media> =>
    recordingOf(plainOf(stored, blob.secret), mediaType, signal)
  const media = await open.during(circle, blob, measure).catch(() => ({}))
  return Object.keys(media).length === 0 ? undefined : media
}
