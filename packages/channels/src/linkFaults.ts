/** Why a dial gave no link, where that is the same on every channel. */
import { Unavailable } from '@triode/core'

export function isAborted(signal?: AbortSignal): signal is AbortSignal {
  return signal?.aborted === true
}

export function aborted(signal: AbortSignal): Unavailable {
  return new Unavailable('aborted', { message: 'The call was given up.', cause: signal.reason })
}

export function tooManyLinks(): Unavailable {
  return new Unavailable('too-many-links', { message: 'Too many links are open on this channel.' })
}

export function unreachable(cause: unknown): Unavailable {
  return new Unavailable('unreachable', { message: 'Nobody answers at that address now.', cause })
}
