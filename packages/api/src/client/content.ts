/** Reading the bytes of a file, while it still arrives (spec §13.9). */
import { CONTENT_PATH } from '../schema/routes.ts'
import { badAnswer, request, type Endpoint } from './request.ts'

export interface FileContentOptions {
  /** Of the messages that name it, the one that says how it is called, and what it is. */
  readonly message?: string
  /** Of a file in a folder: its path there, parted by `/`. */
  readonly path?: string
  /** First byte; default 0. */
  readonly from?: number
  /** Byte after the last, above `from`; default: the end, which is also what lies beyond it. */
  readonly to?: number
  readonly signal?: AbortSignal
}

/**
 * @param id of a file, or of its picture
 * @returns an answer whose `body` has the bytes, as they come, and whose headers say type, name and size. A body that ends early
 *   fails: it is never short without an error. Node's fetch gives up where no byte came for 300 s.
 * @throws ApiFault 'not-found' | 'range-not-satisfiable'
 */
export async function openContent(
  endpoint: Endpoint,
  id: string,
  options: FileContentOptions = {},
): Promise<Response> {
  const { message, path, from = 0, to, signal } = options
  const query = new URLSearchParams({
    id,
    ...(message !== undefined && { message }),
    ...(path !== undefined && { path }),
  })
  const part = from > 0 || to !== undefined
  const range = `bytes=${from}-${to === undefined ? '' : to - 1}`
  const headers = part ? { range } : {}
  const response = await request(endpoint, { method: 'GET', path: CONTENT_PATH, query, headers, signal })
  // Else the bytes would be taken for others.
  const starts = response.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true
  if (part !== starts || (response.status === 206) !== part) {
    await response.body?.cancel()
    throw badAnswer(response.status)
  }
  return response
}
