/** A body that is bytes and not JSON: taken as it comes, whatever it is long, as long as something comes. */
import type { IncomingMessage } from 'node:http'
import { CallerFault } from '@triode/core'
import { cut } from './input.ts'

export interface BodyOptions {
  /** So long nothing may come. */
  readonly idleMs: number
  /** From now on the caller is told that it is worked on, however long that takes. Idempotent. */
  readonly works: () => void
}

/**
 * As fast as it is taken. Leaves the request as it is when nobody takes more: it is still to be answered.
 * @throws CallerFault 'body-is-form' at once, 'body-cut' in the middle
 */
export function bytesOf(request: IncomingMessage, options: BodyOptions): AsyncGenerator<Uint8Array> {
  if (/^multipart\//i.test(request.headers['content-type'] ?? '')) throw isForm()
  return piecesOf(request, options)
}

async function* piecesOf(
  request: IncomingMessage,
  { idleMs, works }: BodyOptions,
): AsyncGenerator<Uint8Array> {
  const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>
  for (;;) {
    const step = await withinTime(pieces.next(), idleMs)
    if (step.done === true) break
    yield step.value
  }
  works()
}

/** @throws CallerFault 'body-cut' when it takes longer, or fails */
export async function withinTime<T>(next: Promise<T>, idleMs: number): Promise<T> {
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
