/** Makes one preview, in a thread of its own that can be ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { MAX_PREVIEW_BYTES } from '@triode/core'
import { decodeImage, encodeAsJpeg } from './codecs.ts'
import { reduced } from './picture.ts'
import type { PreviewWork } from './preview.ts'

/** Pixels of the longer side: what a list shows on a dense display. */
const SIDES = [320, 160, 64] as const
const QUALITY = 75

const { bytes, mediaType, orientation } = workerData as PreviewWork
const picture = await decodeImage(bytes, mediaType)
for (const side of SIDES) {
  const jpeg = await encodeAsJpeg(reduced(picture, orientation, side), QUALITY)
  if (jpeg.length > MAX_PREVIEW_BYTES) continue
  parentPort?.postMessage(jpeg)
  break
}
