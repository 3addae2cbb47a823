/** Calls the inviter at the addresses that are known and at those found on the LAN and in the DHT, again and again, until it answers. */
import { CallerFault, isAddress, PeerFault, Unavailable } from '@triode/core'
import type { TunnelIdentity } from '@triode/tunnel'
import type { Visit } from '@triode/channels'
import type { MadeTunnel } from '../network/dialer.ts'
import type { SoughtNames } from '../network/network.ts'
import { pause } from '../network/dialFirst.ts'
import { JOIN_RETRY_MS, MAX_DISCOVERED_ADDRESSES } from '../tuning.ts'
import type { Unlocked } from '../unlocked.ts'

export interface Sought {
  /** Under which it may announce itself now. */
  readonly names: SoughtNames
  readonly addresses: readonly string[]
  readonly identity: TunnelIdentity
  /** For its onion service. */
  readonly visit?: Visit
  /** The name to call with, asked anew for each round. */
  readonly knock: () => string
  readonly authorize: (peerKey: Uint8Array) => boolean
  /** Throws when going on is of no use after this failure. */
  readonly judge: (cause: unknown) => void
}

/** @param stop ends it sooner. @throws Unavailable 'inviter-unreachable' after `timeoutMs`; what `judge` throws */
export async function findInviter(
  unlocked: Unlocked,
  sought: Sought,
  timeoutMs: number,
  stop?: AbortSignal,
): Promise<MadeTunnel> {
  const { network } = unlocked
  const found = new FoundAddresses()
  const deadline = AbortSignal.any([
    AbortSignal.timeout(Math.ceil(timeoutMs)),
    network.signal,
    ...(stop === undefined ? [] : [stop]),
  ])
  const stopWatching = network.watchNames(sought.names, (address) => {
    found.add(address)
  })
  let told: unknown
  try {
    while (!deadline.aborted) {
      try {
        return await network.dialAny([...found.some(), ...sought.addresses], sought.identity, {
          knock: sought.knock(),
          authorize: sought.authorize,
          ...(sought.visit !== undefined && { visit: sought.visit }),
          signal: deadline,
        })
      } catch (cause) {
        // That somebody answered says more than a round which found nobody, or which the deadline cut.
        if (!isUnknownThere(told)) told = cause
        sought.judge(cause)
      }
      await pause(JOIN_RETRY_MS, deadline).catch(() => undefined)
    }
  } finally {
    stopWatching()
  }
  throw unreachable(told, sought.names.far.size > 0)
}

/** Where `HOST:PORT`, as a person types it, may lead: both channels are TCP. @throws CallerFault 'address-malformed' */
export function typedAddresses(at: string | undefined): string[] {
  if (at === undefined) return []
  const addresses = [`tcp:${at}`, `lan:${at}`]
  if (HOST_AND_PORT.test(at) && addresses.every(isAddress)) return addresses
  throw new CallerFault('address-malformed', {
    message: 'This is not an address.',
    remedy: 'Write it as HOST:PORT, such as 192.0.2.7:4000 or [2001:db8::7]:4000.',
  })
}

const HOST_AND_PORT = /^(\[[0-9a-f:.%]+\]|[^\s:[\]]+):\d{1,5}$/i

/** How the far end of a tunnel can be called again. */
export function remoteAddress({ channel, remote }: Pick<MadeTunnel, 'channel' | 'remote'>): string {
  return remote.startsWith(`${channel}:`) ? remote : `${channel}:${remote}`
}

/** Whether an exchange was cut short without a refusal: the inviter was restarted, or its network changed. */
export function wasCut(cause: unknown): boolean {
  return cause instanceof Unavailable && CUT.includes(cause.code)
}

const CUT: readonly string[] = ['link-broken', 'tunnel-closed', 'timed-out']

/** Of an inviter; each is tried within seconds. */
const MAX_ADDRESSES_FOUND = 64

/** Where the inviter's name was seen. Anyone on the LAN can repeat the name, so all take their turn. */
class FoundAddresses {
  private readonly addresses = new Set<string>()

  add(address: string): void {
    this.addresses.delete(address)
    this.addresses.add(address)
    const [oldest] = this.addresses
    if (oldest !== undefined && this.addresses.size > MAX_ADDRESSES_FOUND) this.addresses.delete(oldest)
  }

  /** As many as are tried at once; others the next time. */
  some(): string[] {
    const chosen = [...this.addresses].slice(0, MAX_DISCOVERED_ADDRESSES)
    for (const address of chosen) this.add(address)
    return chosen
  }
}

function isUnknownThere(cause: unknown): boolean {
  return cause instanceof PeerFault && cause.code === 'knock-unknown'
}

/**
 * An inviter says nothing under the name of an invitation that ended (spec §6.3), so what it was can only be guessed.
 * @param leadsFar a link does, and a spoken code does not
 */
function unreachable(cause: unknown, leadsFar: boolean): Unavailable {
  if (isUnknownThere(cause)) {
    return new Unavailable('inviter-unreachable', {
      details: { of: 'unknown-there' },
      message: 'Who answers at the address of the invitation knows nothing of it.',
      remedy:
        "An invitation that was revoked, was used or has expired looks like this: ask for a new one. Or a clock is more than a day off: check this machine's and the inviter's.",
      cause,
    })
  }
  return new Unavailable('inviter-unreachable', {
    details: { of: leadsFar ? 'silent' : 'silent-to-code' },
    message: 'The device that made the invitation could not be reached.',
    remedy: leadsFar ? ASK_FARTHER : ASK_FOR_LINK,
    cause,
  })
}

const ASK_FARTHER =
  'It has to be running, in the same network or at an address that can be reached from here. If it is, the invitation may have been revoked: ask for a new one. ' +
  'Across the Internet, with routers in between: `triode channel on dht`, before the invitation is made, or `triode channel on tor`; here and there.'

const ASK_FOR_LINK =
  'It has to be running, in the same network or at the address that `--at` gives, and the code may have expired or been revoked. Through routers no code leads: ask for a link.'
