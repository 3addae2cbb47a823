/** Addresses that lead to one host from anywhere on the Internet. */
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Not reached from everywhere (RFC 6890 and its registries), multicast, and what providers put between them and their customers. */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

/** Of 2000::/3, where all public ones are, those that lead to nobody or through a tunnel of IPv4. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const special = new BlockList()
for (const [address, prefix] of SPECIAL_IPV4) special.addSubnet(address, prefix, 'ipv4')
for (const [address, prefix] of SPECIAL_IPV6) special.addSubnet(address, prefix, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** @param host an IP literal */
export function isPublicAddress(host: string): boolean {
  if (isIPv4(host)) return !special.check(host, 'ipv4')
  return isIPv6(host) && !host.includes('%') && global.check(host, 'ipv6') && !special.check(host, 'ipv6')
}
