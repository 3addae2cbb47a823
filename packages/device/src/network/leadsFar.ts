/** Whether an invitation leads to this device from outside its network, as far as can be told here: nobody is asked. */
import type { Channel } from '@triode/channels'
import { farHost } from './outlook.ts'

/** Over these it is found wherever it is; else at a public address. */
const FAR_CHANNELS: readonly string[] = ['dht', 'tor']

/** @param addresses of the invitation */
export function leadsFar(channels: readonly Channel[], addresses: readonly string[]): boolean {
  const isFound = channels.some(
    (channel) => FAR_CHANNELS.includes(channel.name) && channel.status().state === 'on',
  )
  return isFound || addresses.some((address) => farHost(address) !== undefined)
}
