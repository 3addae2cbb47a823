/** Reads QR codes out of pictures. The decoder is a chunk of its own, loaded when a code is first read. */

/** Longer edge of what is looked at: enough for the largest code of Triode, and quick. Pixels. */
const MAX_EDGE = 1_600
/** A still picture is worth more effort than one of thirty frames a second. Milliseconds. */
const STILL_TIME_LIMIT_MS = 1_500

/** @returns what the code in the picture says, or undefined when there is none, or the file is no picture */
export async function readPicture(file: Blob): Promise<string | undefined> {
  const bitmap = await createImageBitmap(file).catch(() => undefined)
  if (bitmap === undefined) return undefined
  try {
    return await readSource(bitmap, bitmap, STILL_TIME_LIMIT_MS)
  } finally {
    bitmap.close()
  }
}

/** One frame of a camera. */
export async function readFrame(video: HTMLVideoElement): Promise<string | undefined> {
  return readSource(video, { width: video.videoWidth, height: video.videoHeight })
}

async function readSource(
  source: CanvasImageSource,
  size: { readonly width: number; readonly height: number },
  timeLimit?: number,
): Promise<string | undefined> {
  if (size.width === 0 || size.height === 0) return undefined
  const { decodeQR } = await import('qr/decode.js')
  const image = pixelsOf(source, size)
  try {
    return decodeQR(image, timeLimit === undefined ? {} : { timeLimit })
  } catch {
    // It throws when there is no code to be found, which most frames have not.
    return undefined
  }
}

/** @throws Error where the browser draws on no canvas */
function pixelsOf(
  source: CanvasImageSource,
  { width, height }: { readonly width: number; readonly height: number },
): ImageData {
  const scale = Math.min(1, MAX_EDGE / Math.max(width, height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)),
  )
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('no canvas')
  // What is transparent in a picture is white on every screen that shows it.
  context.fillStyle = 'white'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
