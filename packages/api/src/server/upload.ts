/**
 * A file that comes as bytes (spec §13.11): handed on as they come, as fast as the device seals them. Its name stands in the query, for
 * headers have no room for all of Unicode; what it is, in Content-Type.
 */
import type { IncomingMessage } from 'node:http'
import type { DeviceService, UploadView } from '@triode/device'
import { uploadFileSchema } from '../schema/file.ts'
import { bytesOf, type BodyOptions } from './body.ts'
import { queryOf } from './input.ts'
import { UPLOAD_WAITS_MS } from './tuning.ts'

/** @throws CallerFault 'bad-input' | 'body-cut' | 'body-is-form', or as uploadFile(); the rest of the body is still to be read then */
export async function takeUpload(
  device: DeviceService,
  request: IncomingMessage,
  options: BodyOptions,
): Promise<UploadView> {
  const input = uploadFileSchema.parse(queryOf(request.url ?? ''))
  const waits = input.waits === true
  // Long before all of it came somebody may ask whether it still goes on.
  if (waits) options.works()
  const body = waits ? { ...options, idleMs: UPLOAD_WAITS_MS } : options
  const { 'content-type': mediaType, 'content-length': length } = request.headers
  return await device.uploadFile({
    ...input,
    ...(mediaType !== undefined && { mediaType }),
    ...(length !== undefined && { size: Number(length) }),
    content: bytesOf(request, body),
  })
}
