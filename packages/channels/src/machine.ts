/** The addresses of this machine. */
import { networkInterfaces } from 'node:os'

/** Milliseconds that an answer is good for: it is asked for many times a second, and takes some 60 µs. */
const GOOD_FOR_MS = 500
let known: readonly string[] = []
let knownAt = -Infinity

/** Of all interfaces that are up, but loopback: IPv4, and IPv6 without zones. As of the last half second. */
export function machineAddresses(): readonly string[] {
  const now = performance.now()
  if (now - knownAt >= GOOD_FOR_MS) {
    knownAt = now
    known = Object.values(networkInterfaces()).flatMap((infos) =>
      (infos ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
    )
  }
  return known
}

/** Whether `address` never leaves the link that it is on; of IPv4 they are rare, and mean that there is no network. */
export function isLinkLocal(address: string): boolean {
  return address.startsWith('fe80:') || address.startsWith('169.254.')
}

/** Whether this machine is in a network at all; given a family, in one where that is spoken. */
export function isInNetwork(family?: 'IPv4' | 'IPv6'): boolean {
  return machineAddresses().some((address) => {
    const isSpoken = family === undefined || (family === 'IPv6') === address.includes(':')
    return isSpoken && !isLinkLocal(address)
  })
}
