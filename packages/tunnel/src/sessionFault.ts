/** Says in our words why an HTTP/2 session ended. */
import { Fault, PeerFault, Unavailable } from '@triode/core'
import { quietly } from './quietly.ts'

/** What Node and nghttp2 call it, what programs call it, what people read. */
const PEER_FAULTS: readonly (readonly [pattern: RegExp, code: string, message: string])[] = [
  [/TOO_MANY_INVALID_FRAMES/, 'invalid-frames', 'The far side kept sending frames that make no sense.'],
  [/TOO_MANY_REJECTED|ENHANCE_YOUR_CALM|FLOODED|flooded/, 'flood', 'The far side flooded the tunnel.'],
  [/ERR_HTTP2_ERROR|ERR_HTTP2_SESSION_ERROR|ERR_SSL_/, 'protocol-broken', 'The far side broke the protocol.'],
]

export function sessionFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const text = error instanceof Error ? `${code} ${error.message}` : ''
  for (const [pattern, name, message] of PEER_FAULTS) {
    if (pattern.test(text)) return new PeerFault(name, { message, cause: error })
  }
  return linkBroken(error)
}

export function linkBroken(cause?: unknown): Unavailable {
  return quietly(() => new Unavailable('link-broken', { message: 'The link to the far side broke.', cause }))
}
