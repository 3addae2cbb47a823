/** Channels turned on and off while the device runs, one after another; what a person chose is kept in the vault. */
import type { Channel } from '@triode/channels'
import { makeChannels, unknownChannel } from './makeChannels.ts'
import type { ChannelStatus, DeviceEvent, SetChannelInput } from './service.ts'
import type { Unlocked } from './unlocked.ts'
import { channelView } from './views.ts'

/**
 * @param channels that the device was opened with: of others the choice counts once it is opened with them
 * @throws CallerFault 'channel-unknown'
 */
export async function setChannel(
  unlocked: Unlocked,
  channels: readonly Channel[],
  { name, on }: SetChannelInput,
  emit: (event: DeviceEvent) => void,
): Promise<ChannelStatus> {
  const [known] = makeChannels({ channels: [name] }).channels
  if (known === undefined) throw unknownChannel(name)
  unlocked.settings.setChannelOff(name, !on)
  const channel = channels.find((one) => one.name === name)
  if (channel === undefined) return channelView(known)
  await unlocked.network.switchChannel(channel, on)
  const view = channelView(channel)
  emit({ type: 'channel', channel: view })
  return view
}
