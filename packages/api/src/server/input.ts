/** What a request says, as an unchecked value: from the query or from a bounded JSON body (spec §13.3). */
import { CallerFault } from '@triode/core'
import { MAX_BODY_BYTES } from './spec.ts'

/** @throws CallerFault 'body-too-large' | 'body-cut' | 'body-not-json' | 'bad-input' */
export async function inputOf(request: Request): Promise<unknown> {
  if (request.method === 'GET') return queryOf(new URL(request.url))
  const bytes = await bodyOf(request)
  if (bytes.length === 0) return {}
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json *(;|$)/i.test(type)) {
    throw new CallerFault('body-not-json', {
      message: 'The body is not declared as JSON',
      remedy: 'Send it with `content-type: application/json`',
    })
  }
  return parse(bytes)
}

function queryOf(url: URL): Record<string, string> {
  const entries = [...url.searchParams]
  const query = Object.fromEntries(entries)
  if (Object.keys(query).length !== entries.length) {
    throw new CallerFault('bad-input', { message: 'A parameter stands twice in the query' })
  }
  return query
}

async function bodyOf(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of arriving(request)) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

/** @throws CallerFault 'body-cut' when the caller goes away in the middle */
async function* arriving({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    if (body) yield* body as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new CallerFault('body-cut', { message: 'The body ended early', cause })
  }
}

function tooLarge(): CallerFault {
  return new CallerFault('body-too-large', {
    message: `The body is larger than ${MAX_BODY_BYTES} bytes`,
    remedy: 'Send less at once',
  })
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's message quotes the body, so it is not kept.
    throw new CallerFault('bad-input', { message: 'The body is not well-formed JSON' })
  }
}
