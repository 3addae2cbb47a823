/** The addresses of this machine. */
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

let told: Interfaces | undefined

/** As the system tells; as it did last while it can't: reading them opens a file, of which a process may have too many. */
export function machineInterfaces(): Interfaces {
  try {
    told = networkInterfaces()
  } catch {
    // It is read again soon.
  }
  return told ?? {}
}

/** Milliseconds that an answer is good for: it is asked for many times a second. */
const GOOD_FOR_MS = 500
let known: readonly string[] = []
let knownAt = -Infinity

/** Of all interfaces that are up, but loopback: IPv4, and IPv6 without zones. As of the last half second. */
export function machineAddresses(): readonly string[] {
  const now = performance.now()
  if (now - knownAt >= GOOD_FOR_MS) {
    knownAt = now
    known = Object.values(machineInterfaces()).flatMap((infos) =>
      (infos ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
    )
  }
  return known
}

/** Whether `address` never leaves the link that it is on; of IPv4 they are rare, and mean that there is no network. */
export function isLinkLocal(address: string): boolean {
  return address.startsWith('fe80:') || address.startsWith('169.254.')
}

/** Whether this machine is in a network at all; given a family, in one where that is spoken. Where the system never told: it may be. */
export function isInNetwork(family?: 'IPv4' | 'IPv6'): boolean {
  const addresses = machineAddresses()
  if (told === undefined) return true
  return addresses.some((address) => {
    const isSpoken = family === undefined || (family === 'IPv6') === address.includes(':')
    return isSpoken && !isLinkLocal(address)
  })
}
