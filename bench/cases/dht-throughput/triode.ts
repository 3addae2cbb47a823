/** A device's DHT channel: named, found and dialed as a device does it. */
import { once } from 'node:events'
import { DhtChannel, type Link } from '@triode/channels'

const NAME = 'bench'.padEnd(26, 'a')
const HOST = '127.0.0.1'

/** Announces a name. @returns the address that is announced under it */
export async function listenInDht(nodes: readonly string[], onLink: (link: Link) => void): Promise<string> {
  const channel = new DhtChannel({ host: HOST, nodes })
  channel.announce([NAME])
  await channel.start(onLink)
  const [address] = channel.addresses()
  if (address === undefined) throw new Error('nothing is announced')
  return address
}

/** Asks for the name, and dials what is found. */
export async function dialInDht(nodes: readonly string[]): Promise<Link> {
  const channel = new DhtChannel({ host: HOST, nodes })
  await channel.start((link) => link.stream.destroy())
  const found = new Promise<string>((resolve) => channel.watch((_name, address) => resolve(address)))
  channel.seek([NAME])
  const link = await channel.dial(await found)
  link.stream.on('error', () => link.stream.destroy())
  if (link.stream.writableNeedDrain) await once(link.stream, 'drain')
  return link
}
