/** Several addresses of one device, tried beside each other with a head start each (RFC 8305, §5). */
import { PeerFault, Unavailable } from '@triode/core'
import { ADDRESS_STAGGER_MS, DIAL_TIMEOUT_MS, MAX_ADDRESSES_TRIED } from './tuning.ts'

/**
 * The first success of `attempt`; the others are aborted, and what they still give is closed.
 * @throws the failure that says most, or Unavailable 'no-address' | 'aborted'
 */
export async function dialFirst<T extends { tunnel: { destroy(): void } }>(
  addresses: readonly string[],
  signal: AbortSignal,
  attempt: (address: string, signal: AbortSignal) => Promise<T>,
  limitMs: (address: string) => number = () => DIAL_TIMEOUT_MS,
): Promise<T> {
  const tried = addresses.slice(0, MAX_ADDRESSES_TRIED)
  if (tried.length === 0)
    throw new Unavailable('no-address', { message: 'No address of that device is known.' })
  const race = new AbortController()
  let won = false
  const runs = tried.map(async (address, index) => {
    const late = AbortSignal.any([signal, race.signal])
    await pause(index * ADDRESS_STAGGER_MS, late)
    const made = await inTime(limitMs(address), late, (within) => attempt(address, within))
    if (won) made.tunnel.destroy()
    else won = true
    return made
  })
  try {
    return await Promise.any(runs)
  } catch (cause) {
    throw cause instanceof AggregateError ? mostTelling(cause.errors) : cause
  } finally {
    race.abort()
  }
}

/** Aborts `work` after `limitMs`, and leaves no timer. */
async function inTime<T>(
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const impatience = new AbortController()
  const timer = setTimeout(() => {
    impatience.abort(new DOMException('no answer in time', 'TimeoutError'))
  }, limitMs)
  try {
    return await work(AbortSignal.any([signal, impatience.signal]))
  } finally {
    clearTimeout(timer)
  }
}

/** Somebody else who answered says more than an address where nobody does. */
function mostTelling(errors: readonly unknown[]): unknown {
  const peerFaults = errors.filter((error) => error instanceof PeerFault)
  const impostor = peerFaults.find((fault) => fault.code === 'peer-not-authorized')
  return impostor ?? peerFaults.at(-1) ?? errors.at(-1)
}

/** @throws Unavailable 'aborted' */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      act()
    }
    const abort = (): void => {
      settle(() => {
        reject(new Unavailable('aborted', { message: 'The call was given up.' }))
      })
    }
    const timer = setTimeout(() => {
      settle(resolve)
    }, ms)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })
}
