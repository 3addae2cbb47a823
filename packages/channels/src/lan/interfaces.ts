/** The interfaces of this machine on which devices nearby may be. */
import { BlockList, isIPv6 } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { machineInterfaces } from '../machine.ts'
import { MAX_INTERFACES } from './tuning.ts'

export interface Interface {
  /** The address that it has; link-local IPv6 with its zone, such as fe80::1%eth0. */
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  /** The interface's name, such as eth0. */
  readonly device: string
  /** Whether `address` is on this very network. */
  includes(address: string): boolean
}

/** One IPv4 and one link-local IPv6 address of each interface; or only those with an address in `only`. */
export function readInterfaces(only?: readonly string[]): Interface[] {
  const found: Interface[] = []
  for (const [device, infos] of Object.entries(machineInterfaces())) {
    for (const info of infos ?? []) {
      const wanted = only === undefined ? !info.internal && isLocalEnough(info) : only.includes(info.address)
      const known = found.some((one) => one.device === device && one.family === info.family)
      if (wanted && !known) found.push(makeInterface(device, info))
    }
  }
  return found.slice(0, MAX_INTERFACES)
}

/** IPv6 offers several addresses an interface; the link-local one is the one that never leaves the link. */
function isLocalEnough(info: NetworkInterfaceInfo): boolean {
  return info.family === 'IPv4' || info.address.startsWith('fe80:')
}

function makeInterface(device: string, info: NetworkInterfaceInfo): Interface {
  const { address, family } = info
  const subnet = new BlockList()
  const prefix = Number(info.cidr?.split('/')[1] ?? (family === 'IPv6' ? 128 : 32))
  subnet.addSubnet(address, prefix, family === 'IPv6' ? 'ipv6' : 'ipv4')
  const zoned = address.startsWith('fe80:')
  return {
    address: zoned ? `${address}%${device}` : address,
    family,
    device,
    includes: (other) => {
      const [bare = '', zone] = other.split('%')
      if (isIPv6(bare) !== (family === 'IPv6')) return false
      return (!zoned || zone === device) && subnet.check(bare, family === 'IPv6' ? 'ipv6' : 'ipv4')
    },
  }
}
