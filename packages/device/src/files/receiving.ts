/** One upload, from its first byte to what is told of it (spec §13.8): the same as of a file that is sent by its path. */
import type { Blob, BlobSource, Media, StoredBlob } from '@triode/core'
import type { IncomingBytes } from './incomingBytes.ts'
import { recordingOf } from './media/duration.ts'
import { examine, MAX_IMAGE_BYTES, previewOf } from './media/inspect.ts'
import { HEAD_BYTES, kindOf } from './media/kind.ts'
import { saidMediaType } from './media/mediaType.ts'
import { plainOf } from './media/randomAccess.ts'
import type { Announced, ReceivingParts } from './receivingParts.ts'
import { receiveRecording } from './receivingRecording.ts'

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
  const [kind = ''] = mediaType.split('/', 1)
  if (kind !== 'image') {
    const recording = await receiveRecording(content, kind, what, parts)
    const isRecording = kind === 'audio' || kind === 'video'
    const media = isRecording ? await durationOf(recording.blob, mediaType, parts) : undefined
    return { ...recording, mediaType, media, preview: undefined }
  }
  const image = await receiveImage(content, mediaType, what, parts)
  if (image !== undefined) return image
  // Too large to be in memory: it goes as it is.
  const { sealing, circle, signal } = parts
  const blob = await sealing.sealStream(circle, content, {
    ...(what.size !== undefined && { size: what.size }),
    signal,
  })
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
