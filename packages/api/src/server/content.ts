/**
 * The bytes of a file over HTTP, while it still arrives (spec §13.9). What is missing is waited for: the device fetches it first.
 * It is the bytes of others, so a browser shows only what can do nothing (mediaType.ts), in a sandbox.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { CallerFault } from '@triode/core'
import type { DeviceService, FileContent } from '@triode/device'
import { contentSchema } from '../schema/file.ts'
import { dispositionOf } from './disposition.ts'
import { queryOf } from './input.ts'
import { shownAs } from './mediaType.ts'
import { rangeOf } from './range.ts'

/** Answers GET and HEAD. @throws what readFile() does, before the head was sent; ends the connection afterwards */
export async function answerContent(
  device: DeviceService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { download, ticket: _, pass: __, ...what } = contentSchema.parse(queryOf(request.url ?? ''))
  const isSaved = download !== undefined
  const whole = await device.readFile(what)
  // An id never names other bytes.
  const etag = `"${what.id}"`
  // Only of GET is a range defined (RFC 9110 §14.2).
  const range = request.method === 'HEAD' ? 'whole' : rangeOf(rangeHeader(request, etag), whole.size)
  if (range === 'whole' && request.method !== 'HEAD') {
    await send(response, 200, whole, { etag, isSaved })
    return
  }
  // Nothing of it was read, so nothing was fetched for it.
  whole.stream.destroy()
  if (range === 'unsatisfiable') throw unsatisfiable(response, whole.size)
  if (range === 'whole') response.writeHead(200, headersOf(whole, { etag, isSaved })).end()
  else await send(response, 206, await device.readFile({ ...what, ...range }), { etag, isSaved })
}

/** Range, unless If-Range names other bytes: compared strongly (RFC 9110 §13.1.5), and a date is never ours. */
function rangeHeader({ headers }: IncomingMessage, etag: string): string | undefined {
  const condition = headers['if-range']
  return condition === undefined || condition === etag ? headers.range : undefined
}

interface Shown {
  readonly etag: string
  /** To be saved, whatever it is. */
  readonly isSaved: boolean
}

function headersOf(
  { name, mediaType, from, to }: FileContent,
  { etag, isSaved }: Shown,
): Record<string, string> {
  const { contentType, disposition } = shownAs(mediaType)
  return {
    'accept-ranges': 'bytes',
    etag,
    'content-type': contentType,
    'content-length': String(to - from),
    'content-disposition': dispositionOf(isSaved ? 'attachment' : disposition, name),
    'content-security-policy': 'sandbox',
  }
}

/** As fast as the caller takes it; whoever goes away ends the reading. */
async function send(
  response: ServerResponse,
  status: 200 | 206,
  content: FileContent,
  shown: Shown,
): Promise<void> {
  const { from, to, size, stream } = content
  const headers = headersOf(content, shown)
  if (status === 206) headers['content-range'] = `bytes ${from}-${to - 1}/${size}`
  response.writeHead(status, headers)
  // The first bytes may be long in coming.
  response.flushHeaders()
  try {
    await pipeline(stream, response)
  } catch (error) {
    if (!GONE.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** How it shows that the caller has enough. */
const GONE = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE'])

function unsatisfiable(response: ServerResponse, size: number): CallerFault {
  response.setHeader('content-range', `bytes */${size}`)
  return new CallerFault('range-not-satisfiable', {
    details: { size },
    message: `Nothing of that range is there: it has ${size} bytes`,
    remedy: 'Ask for a range that begins before its end',
  })
}
