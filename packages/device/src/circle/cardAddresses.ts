/** What a card, and an invitation, tell of where a device is reached: they have room for so many addresses, and a machine may have more. */
import { nearKind } from '@triode/channels'
import { MAX_ADDRESSES } from '@triode/core'
import { byChannel, someOfEach } from '../network/addressOrder.ts'
import { farHost } from '../network/outlook.ts'

/** More would make the QR code hard to scan; those that are left out are on the inviter's card. */
export const MAX_INVITATION_ADDRESSES = 4

/**
 * All, in their order, if there is room; else some of each channel, of both kinds of IP. Any router of a network gives a machine
 * as many addresses of IPv6 as it likes: they leave out neither those of IPv4 nor those of other channels.
 */
export function cardAddresses(all: readonly string[]): string[] {
  return someOfEach(all, MAX_ADDRESSES)
}

/**
 * The best of each channel, and of where a DHT can be entered; then the best of the others. A machine has addresses in each of its
 * networks, and an invitee finds it by name in those that it is in, too.
 */
export function invitationAddresses(all: readonly string[]): string[] {
  const better = (one: string, other: string): number => nearness(one) - nearness(other)
  const lists = byChannel(all).map((own) => own.toSorted(better))
  const others = lists.flatMap((own) => own.slice(1)).toSorted(better)
  const told = new Set(
    [...lists.flatMap((own) => own.slice(0, 1)), ...others].slice(0, MAX_INVITATION_ADDRESSES),
  )
  return all.filter((address) => told.has(address))
}

/** From everywhere, from a network, from its own link alone: there the zone of an address says something to its machine only. */
function nearness(address: string): number {
  if (farHost(address) !== undefined) return 0
  return nearKind(address.replace(/^lan:/, 'tcp:')) === undefined ? 1 : 2
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
