/** What a request says, as an unchecked value: from the query or from a bounded JSON body (spec §13.3). */
import type { IncomingMessage } from 'node:http'
import { CallerFault } from '@triode/core'
import { MAX_BODY_BYTES } from './spec.ts'

/** @throws CallerFault 'body-too-large' | 'body-cut' | 'body-not-json' | 'bad-input' */
export async function inputOf(request: IncomingMessage): Promise<unknown> {
  if (request.method === 'GET') return queryOf(request.url ?? '')
  const bytes = await bodyOf(request)
  if (bytes.length === 0) return {}
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new CallerFault('body-not-json', {
      message: 'The body is not declared as JSON',
      remedy: 'Send it with `content-type: application/json`',
    })
  }
  return parse(bytes)
}

/** @throws CallerFault 'bad-input' */
export function queryOf(url: string): Record<string, string> {
  const at = url.indexOf('?')
  const entries = [...new URLSearchParams(at < 0 ? '' : url.slice(at))]
  const query = Object.fromEntries(entries)
  if (Object.keys(query).length !== entries.length) {
    throw new CallerFault('bad-input', {
      message: 'A parameter stands twice in the query',
      remedy: 'Give each once',
    })
  }
  return query
}

function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    let ended = false
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_BODY_BYTES) reject(tooLarge())
      else chunks.push(chunk)
    })
    request.on('end', () => {
      ended = true
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length))
    })
    request.on('error', (cause) => {
      reject(cut(cause))
    })
    request.on('close', () => {
      // After each request; making a fault for none would cost as much as reading it.
      if (!ended) reject(cut())
    })
  })
}

/** The caller went away in the middle. */
export function cut(cause?: unknown): CallerFault {
  return new CallerFault('body-cut', {
    message: 'The body ended early',
    remedy: 'Send all of it, as long as Content-Length says',
    cause,
  })
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
    throw new CallerFault('bad-input', {
      message: 'The body is not well-formed JSON',
      remedy: 'Compare the request with /api/openapi.json',
    })
  }
}
