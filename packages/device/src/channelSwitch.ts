/** Channels turned on and off while the device runs, one after another; what a person chose is kept in the vault. */
import { DhtChannel, type Channel } from '@triode/channels'
import { CallerFault } from '@triode/core'
import { makeChannels, unknownChannel } from './makeChannels.ts'
import { revealsOf } from './reveals.ts'
import type { ChannelStatus, DeviceEvent, SetChannelInput } from './service.ts'
import { Settings } from './settings.ts'
import type { Unlocked } from './unlocked.ts'
import { channelView } from './views.ts'

/**
 * @param channels that the device was opened with: of others the choice counts once it is opened with them
 * @throws CallerFault 'channel-unknown' | 'channel-untold' | 'channel-option' | 'dht-node-malformed'
 */
export async function setChannel(
  unlocked: Unlocked,
  channels: readonly Channel[],
  { name, on, told = false, dht }: SetChannelInput,
  emit: (event: DeviceEvent) => void,
): Promise<ChannelStatus> {
  const [known] = makeChannels({ home: '', channels: [name] }).channels
  if (known === undefined) throw unknownChannel(name)
  if (on && !told && Settings.mustBeChosen(name)) throw untold(name)
  if (dht !== undefined && !(known instanceof DhtChannel)) throw foreignOption()
  const channel = channels.find((one) => one.name === name) ?? known
  if (dht !== undefined && channel instanceof DhtChannel) {
    channel.configure(dht)
    unlocked.settings.dht = dht
    // What it begins at counts from a start on.
    if (channel !== known) await unlocked.network.switchChannel(channel, false)
  }
  unlocked.settings.setChannelOff(name, !on)
  if (channel === known) return channelView(known)
  await unlocked.network.switchChannel(channel, on)
  unlocked.keepPorts()
  const view = channelView(channel)
  emit({ type: 'channel', channel: view })
  return view
}

function untold(name: string): CallerFault {
  return new CallerFault('channel-untold', {
    message: revealsOf(name),
    remedy: 'If that is acceptable, turn it on and say that you know: with --yes on the command line.',
  })
}

function foreignOption(): CallerFault {
  return new CallerFault('channel-option', {
    message: 'Nodes of a DHT belong to the channel dht alone.',
    remedy: 'Leave them out, or name the channel dht.',
  })
}
