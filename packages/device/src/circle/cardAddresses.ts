/** What a card tells of where a device is reached: it has room for so many addresses (spec §5.9), and a machine may have more. */
import { nearKind } from '@triode/channels'
import { MAX_ADDRESSES } from '@triode/core'
import { ipv6First } from '../network/addressOrder.ts'
import { inTurn } from '../inTurn.ts'

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

/**
 * Of what another device's card tells, what is dialed: no address that leads to the dialer's own machine or link, whatever the card
 * means by it, unless this device tells of itself that it is reached on such a one, or somebody chose that very address.
 * @param own addresses on this device's card
 * @param chosen addresses of the invitation that it accepted
 */
export function withoutOthersNear(
  told: readonly string[],
  own: readonly string[],
  chosen: readonly string[] = [],
): string[] {
  const kinds = new Set(own.map((address) => nearKind(address)))
  return told.filter((address) => {
    const kind = nearKind(address)
    return kind === undefined || kinds.has(kind) || chosen.includes(address)
  })
}
