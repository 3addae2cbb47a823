/** The channels that this build has, as the options want them. */
import { join } from 'node:path'
import {
  DhtChannel,
  LanChannel,
  TcpChannel,
  TorChannel,
  type Channel,
  type Discovery,
} from '@triode/channels'
import { CallerFault } from '@triode/core'
import type { DeviceOptions } from '../service.ts'

/** The names of all that there are. */
export const CHANNELS = ['lan', 'tcp', 'dht', 'tor'] as const

/** @throws CallerFault 'channel-unknown' | 'address-malformed' */
export function makeChannels(
  options: Pick<DeviceOptions, 'home' | 'channels' | 'listen' | 'lanInterfaces' | 'torrc'>,
): {
  channels: Channel[]
  discovery: Discovery | undefined
  dht: DhtChannel | undefined
  tor: TorChannel | undefined
  tcp: TcpChannel | undefined
} {
  const names = options.channels ?? CHANNELS
  const channels: Channel[] = []
  let discovery: (Channel & Discovery) | undefined
  let dht: DhtChannel | undefined
  let tor: TorChannel | undefined
  let tcp: TcpChannel | undefined
  for (const name of new Set(names)) {
    if (name === 'lan') {
      discovery = new LanChannel(
        options.lanInterfaces === undefined ? {} : { interfaces: options.lanInterfaces },
      )
      channels.push(discovery)
    } else if (name === 'tcp') {
      const listen = (options.listen ?? []).map(({ host, port }) => `${bracketed(host)}:${port}`)
      tcp = new TcpChannel({ listen })
      channels.push(tcp)
    } else if (name === 'dht') {
      dht = new DhtChannel()
      channels.push(dht)
    } else if (name === 'tor') {
      const settings = options.torrc
      tor = new TorChannel({
        folder: torFolder(options.home),
        ...(settings !== undefined && { settings }),
      })
      channels.push(tor)
    } else {
      throw unknownChannel(name)
    }
  }
  return { channels, discovery, dht, tor, tcp }
}

/** Where tor keeps what it knows of its network; nothing of Triode's. */
export function torFolder(home: string): string {
  return join(home, 'tor')
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

export function unknownChannel(name: string): CallerFault {
  return new CallerFault('channel-unknown', {
    details: { name: name.slice(0, 40) },
    message: `There is no channel called "${name.slice(0, 40)}".`,
    remedy: `Choose from ${CHANNELS.slice(0, -1).join(', ')} and ${CHANNELS.at(-1) ?? ''}.`,
  })
}
