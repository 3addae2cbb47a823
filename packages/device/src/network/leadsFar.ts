/** Whether an invitation leads to this device from outside its network, as far as can be told here: nobody is asked. */
import type { Channel } from '@triode/channels'
import { farHost } from './outlook.ts'

/** Over these it is found wherever it is; else at a public address. */
export const FAR_CHANNELS = ['dht', 'tor'] as const
export type FarChannel = (typeof FAR_CHANNELS)[number]

/** @param addresses of the invitation */
export function leadsFar(channels: readonly Channel[], addresses: readonly string[]): boolean {
  const isFound = channels.some(
    (channel) => FAR_CHANNELS.some((name) => name === channel.name) && channel.status().state === 'on',
  )
  return isFound || addresses.some((address) => farHost(address) !== undefined)
}
