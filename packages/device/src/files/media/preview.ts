/** A small picture of an image, to be shown before the image is there. */
import { Worker } from 'node:worker_threads'
import { DECODABLE } from './codecs.ts'
import type { Dimensions } from './dimensions.ts'

/** Pixels: an image of 40 million takes 160 MB once it is decoded. */
const MAX_PIXELS = 40_000_000
/** Long enough for those on a slow machine. */
const TIMEOUT_MS = 20_000
/** Of JavaScript alone; pixels lie elsewhere, and are bounded above. */
const HEAP_MB = 64

export interface PreviewWork {
  readonly bytes: ArrayBuffer
  readonly mediaType: string
  readonly orientation: number
}

/**
 * @param work whose bytes are moved to another thread: there is nothing left of them here afterwards
 * @returns a JPEG of at most 65,536 bytes; undefined where none can be made, for whatever reason: a preview is never worth a failure
 */
export async function makePreview(
  work: PreviewWork,
  size: Dimensions | undefined,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (signal?.aborted === true) return undefined
  if (!DECODABLE.includes(work.mediaType) || size === undefined || size.width * size.height > MAX_PIXELS)
    return undefined
  const worker = new Worker(new URL('./preview.worker.ts', import.meta.url), {
    workerData: work,
    transferList: [work.bytes],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    // What a decoder has to say of an image is nobody's business.
    stdout: true,
    stderr: true,
  })
  const stop = (): void => void worker.terminate()
  const timer = setTimeout(stop, TIMEOUT_MS)
  signal?.addEventListener('abort', stop)
  try {
    return await new Promise<Uint8Array | undefined>((resolve) => {
      worker.once('message', resolve)
      worker.once('error', () => {
        resolve(undefined)
      })
      worker.once('exit', () => {
        resolve(undefined)
      })
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
