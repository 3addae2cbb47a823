import type { MessageKey } from '../i18n/catalog.ts'
import type { Texts } from '../i18n/context.ts'

/** Channels whose names and traces people can read; a later one shows as the device calls it. */
const NAMES: Readonly<Record<string, MessageKey>> = {
  lan: 'channel.lan',
  tcp: 'channel.tcp',
  dht: 'channel.dht',
  tor: 'channel.tor',
  forward: 'channel.forward',
  memory: 'channel.memory',
}

const REVEALS: Readonly<Record<string, MessageKey>> = {
  lan: 'channel.lan.reveals',
  tcp: 'channel.tcp.reveals',
  dht: 'channel.dht.reveals',
  tor: 'channel.tor.reveals',
}

export function channelName(t: Texts['t'], name: string): string {
  const key = NAMES[name]
  return key === undefined ? name : t(key)
}

/** As another device tells it: what the catalogs don't know is anybody's word. */
export function toldChannelName(t: Texts['t'], name: string): string {
  return t(NAMES[name] ?? 'channel.other')
}

/** What it shows, and to whom; undefined of a channel that the catalogs do not know. */
export function channelReveals(t: Texts['t'], name: string): string | undefined {
  const key = REVEALS[name]
  return key === undefined ? undefined : t(key)
}
