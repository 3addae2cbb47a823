/** Several addresses of one device, tried beside each other with a head start each (RFC 8305, §5). */
import { Unavailable } from '@triode/core'
import { ADDRESS_STAGGER_MS, DIAL_TIMEOUT_MS, MAX_ADDRESSES_TRIED } from './tuning.ts'

/**
 * The first success of `attempt`; the others are aborted, and what they still give is closed.
 * @throws the last failure, or Unavailable 'no-address' | 'aborted'
 */
export async function dialFirst<T extends { tunnel: { destroy(): void } }>(
  addresses: readonly string[],
  signal: AbortSignal,
  attempt: (address: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tried = addresses.slice(0, MAX_ADDRESSES_TRIED)
  if (tried.length === 0)
    throw new Unavailable('no-address', { message: 'No address of that device is known.' })
  const race = new AbortController()
  let won = false
  const runs = tried.map(async (address, index) => {
    const late = AbortSignal.any([signal, race.signal])
    await pause(index * ADDRESS_STAGGER_MS, late)
    const made = await attempt(address, AbortSignal.any([late, AbortSignal.timeout(DIAL_TIMEOUT_MS)]))
    if (won) made.tunnel.destroy()
    else won = true
    return made
  })
  try {
    return await Promise.any(runs)
  } catch (cause) {
    throw cause instanceof AggregateError ? (cause.errors.at(-1) as Error) : cause
  } finally {
    race.abort()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new Unavailable('aborted'))
    })
  })
}
