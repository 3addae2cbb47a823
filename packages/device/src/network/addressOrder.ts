/** In which order the addresses of one device are tried: IPv6 and IPv4 by turns, IPv6 first (RFC 8305 §4, with a First Address Family Count of 1); and which, if they are many. */
import { inTurn } from '../inTurn.ts'

/** Of channels whose addresses are those of IP; the others stay where they are. */
const IP_ADDRESS = /^(tcp|lan):(\[)?/

/** @param addresses of one device; those of one channel keep the places that it has among them */
export function ipv6First(addresses: readonly string[]): string[] {
  const queues = new Map<string, string[]>()
  for (const scheme of ['tcp', 'lan']) {
    const own = addresses.filter((address) => IP_ADDRESS.exec(address)?.[1] === scheme)
    const isSix = (address: string): boolean => IP_ADDRESS.exec(address)?.[2] !== undefined
    queues.set(
      scheme,
      byTurns(
        own.filter(isSix),
        own.filter((address) => !isSix(address)),
      ),
    )
  }
  return addresses.map((address) => {
    const scheme = IP_ADDRESS.exec(address)?.[1]
    return (scheme === undefined ? undefined : queues.get(scheme)?.shift()) ?? address
  })
}

function byTurns(first: readonly string[], second: readonly string[]): string[] {
  const most = Math.max(first.length, second.length)
  return Array.from({ length: most }, (_, index) => [first[index], second[index]])
    .flat()
    .filter((address) => address !== undefined)
}

/** In their order, at most so many: some of each channel, of both kinds of IP, so that none is left out for many of another. */
export function someOfEach(all: readonly string[], most: number): string[] {
  if (all.length <= most) return [...all]
  const some = new Set(inTurn(byChannel(all)).slice(0, most))
  return all.filter((address) => some.has(address)).slice(0, most)
}

/** Both kinds of IP by turns. */
export function byChannel(all: readonly string[]): string[][] {
  return [...Map.groupBy(ipv6First(all), (address) => address.split(':', 1)[0]).values()]
}
