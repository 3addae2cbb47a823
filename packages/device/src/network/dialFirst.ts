/** Several addresses of one device, tried beside each other with a head start each (RFC 8305, §5). */
import { PeerFault, Unavailable } from '@triode/core'
import { someOfEach } from './addressOrder.ts'
import { ADDRESS_STAGGER_MS, DIAL_TIMEOUT_MS, MAX_ADDRESSES_TRIED } from '../tuning.ts'

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
  const tried = someOfEach(addresses, MAX_ADDRESSES_TRIED)
  if (tried.length === 0)
    throw new Unavailable('no-address', { message: 'No address of that device is known.' })
  const race = new AbortController()
  let won = false
  const late = AbortSignal.any([signal, race.signal])
  const run = async (address: string, turn: Promise<void>): Promise<T> => {
    await turn
    if (late.aborted) throw givenUp()
    const made = await inTime(limitMs(address), late, (within) => attempt(address, within))
    if (won) made.tunnel.destroy()
    else won = true
    return made
  }
  let turn = Promise.resolve()
  const runs = tried.map((address) => {
    const mine = turn
    const made = run(address, mine)
    turn = mine.then(() => headStart(made, late))
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

/** Resolves when the next may start: after a while, or as soon as the one before has failed (RFC 8305 §5). */
async function headStart(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const failed = new AbortController()
  before.catch(() => {
    failed.abort()
  })
  await pause(ADDRESS_STAGGER_MS, AbortSignal.any([signal, failed.signal])).catch(() => undefined)
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

function givenUp(): Unavailable {
  return new Unavailable('aborted', { message: 'The call was given up.' })
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
        reject(givenUp())
      })
    }
    const timer = setTimeout(() => {
      settle(resolve)
    }, ms)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })
}
