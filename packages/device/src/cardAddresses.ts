/** What a card tells of where a device is reached: it has room for so many addresses (spec §5.9), and a machine may have more. */
import { MAX_ADDRESSES } from '@triode/core'
import { ipv6First } from './addressOrder.ts'
import { inTurn } from './inTurn.ts'

/**
 * All, in their order, if there is room; else some of each channel, of both kinds of IP. Any router of a network gives a machine
 * as many addresses of IPv6 as it likes: they leave out neither those of IPv4 nor those of other channels.
 */
export function cardAddresses(all: readonly string[]): string[] {
  if (all.length <= MAX_ADDRESSES) return [...all]
  const byChannel = Map.groupBy(ipv6First(all), (address) => address.slice(0, address.indexOf(':')))
  const told = new Set(inTurn([...byChannel.values()]).slice(0, MAX_ADDRESSES))
  return all.filter((address) => told.has(address))
}
