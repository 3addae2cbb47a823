/** Handing over the bytes of a file that is to be sent (spec §13.11). */
import type { z } from 'zod'
import { uploadSchema, type Upload, type uploadFileSchema } from '../schema/file.ts'
import { UPLOAD_PATH } from '../schema/routes.ts'
import { badAnswer, json, request, type Bytes, type Endpoint } from './request.ts'

export type UploadInput = z.input<typeof uploadFileSchema> & {
  /** What it is; default: what a Blob says of itself. */
  readonly mediaType?: string
}

/**
 * @param content is read as fast as it is sealed
 * @param options whose signal cuts it short: nothing of it is kept then
 * @throws ApiFault 'file-name-invalid' | 'too-many-uploads' | 'disk-full'; whatever a stream fails with
 */
export async function upload(
  endpoint: Endpoint,
  input: UploadInput,
  content: Bytes,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Upload> {
  const { mediaType, ...rest } = input
  const given = Object.entries(rest).filter(([, value]) => (value as unknown) !== undefined)
  const query = new URLSearchParams(given.map(([key, value]) => [key, String(value)]))
  const headers = mediaType === undefined ? {} : { 'content-type': mediaType }
  const response = await request(endpoint, {
    method: 'POST',
    path: UPLOAD_PATH,
    query,
    headers,
    body: content,
    signal,
  })
  const parsed = uploadSchema.safeParse(await json(response, signal))
  if (!parsed.success) throw badAnswer(response.status, parsed.error)
  return parsed.data
}
