/**
 * A file that comes as bytes (spec §13.11): handed on as they come, as fast as the device seals them. Its name stands in the query, for
 * headers have no room for all of Unicode; what it is, in Content-Type.
 */
import type { IncomingMessage } from 'node:http'
import { CallerFault } from '@triode/core'
import type { DeviceService, UploadView } from '@triode/device'
import { uploadFileSchema } from '../schema/file.ts'
import { cut, queryOf } from './input.ts'

export interface UploadOptions {
  /** So long nothing may come. */
  readonly idleMs: number
  /** All of it came. */
  readonly came: () => void
}

/** @throws CallerFault 'bad-input' | 'body-cut' | 'body-is-form', or as uploadFile(); the rest of the body is still to be read then */
export async function takeUpload(
  device: DeviceService,
  request: IncomingMessage,
  options: UploadOptions,
): Promise<UploadView> {
  const input = uploadFileSchema.parse(queryOf(request.url ?? ''))
  const { 'content-type': mediaType, 'content-length': length } = request.headers
  if (mediaType !== undefined && /^multipart\//i.test(mediaType)) throw isForm()
  return await device.uploadFile({
    ...input,
    ...(mediaType !== undefined && { mediaType }),
    ...(length !== undefined && { size: Number(length) }),
    content: piecesOf(request, options),
  })
}

/** Leaves the request as it is when nobody takes more: it is still to be answered. */
async function* piecesOf(
  request: IncomingMessage,
  { idleMs, came }: UploadOptions,
): AsyncGenerator<Uint8Array> {
  const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>
  for (;;) {
    const step = await withinTime(pieces.next(), idleMs)
    if (step.done === true) break
    yield step.value
  }
  came()
}

async function withinTime<T>(next: Promise<T>, idleMs: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(cut())
  }, idleMs)
  try {
    return await Promise.race([next, late.promise])
  } catch (cause) {
    throw cause instanceof CallerFault ? cause : cut(cause)
  } finally {
    clearTimeout(timer)
  }
}

function isForm(): CallerFault {
  return new CallerFault('body-is-form', {
    message: 'The body is a form, not the bytes of a file',
    remedy: 'Send each file alone, as the whole body of a request',
  })
}
