/** Channels turned on and off while the device runs, one after another; what a person chose is kept in the vault. */
import { DhtChannel, TcpChannel, type Channel } from '@triode/channels'
import { CallerFault } from '@triode/core'
import { systemRandom } from '@triode/crypto'
import { makeChannels, unknownChannel } from './makeChannels.ts'
import { MAPPING_REVEALS, revealsOf } from './reveals.ts'
import type { ChannelStatus, DeviceEvent, SetChannelInput } from '../service.ts'
import { Settings } from '../settings.ts'
import type { Unlocked } from '../unlocked.ts'
import { channelView } from '../views.ts'

/**
 * @param channels that the device was opened with: of others the choice counts once it is opened with them
 * @throws CallerFault 'channel-unknown' | 'channel-untold' | 'channel-option' | 'dht-node-malformed'
 */
export async function setChannel(
  unlocked: Unlocked,
  channels: readonly Channel[],
  { name, on, told = false, dht, tcp }: SetChannelInput,
  emit: (event: DeviceEvent) => void,
): Promise<ChannelStatus> {
  const [known] = makeChannels({ home: '', channels: [name] }).channels
  if (known === undefined) throw unknownChannel(name)
  if (on && !told && Settings.mustBeChosen(name)) throw untold(revealsOf(name))
  if (tcp?.mapPort === true && !told) throw untold(MAPPING_REVEALS)
  if (dht !== undefined && !(known instanceof DhtChannel)) throw foreignOption('Nodes of a DHT', 'dht')
  if (tcp !== undefined && !(known instanceof TcpChannel)) throw foreignOption('Ports at a router', 'tcp')
  const channel = channels.find((one) => one.name === name) ?? known
  if (dht !== undefined && channel instanceof DhtChannel) {
    channel.configure(dht)
    unlocked.settings.dht = dht
    // What it begins at counts from a start on.
    if (channel !== known) await unlocked.network.switchChannel(channel, false)
  }
  if (tcp !== undefined && channel instanceof TcpChannel) {
    const { settings, network } = unlocked
    settings.setTcpMapping(tcp.mapPort, () => systemRandom.bytes(NONCE_SECRET_BYTES))
    channel.configure(settings.tcpMapping)
    if (channel !== known) await network.switchChannel(channel, false)
  }
  unlocked.settings.setChannelOff(name, !on)
  if (channel === known) return channelView(known)
  await unlocked.network.switchChannel(channel, on)
  unlocked.keepPorts()
  const view = channelView(channel)
  emit({ type: 'channel', channel: view })
  return view
}

/** Bytes of the secret that nonces of port mappings follow from. */
const NONCE_SECRET_BYTES = 32

function untold(reveals: string): CallerFault {
  return new CallerFault('channel-untold', {
    message: reveals,
    remedy: 'If that is acceptable, turn it on and say that you know: with --yes on the command line.',
  })
}

function foreignOption(what: string, channel: string): CallerFault {
  return new CallerFault('channel-option', {
    details: { channel },
    message: `${what} belong to the channel ${channel} alone.`,
    remedy: `Leave them out, or name the channel ${channel}.`,
  })
}
