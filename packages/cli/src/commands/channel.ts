/** channel list, on, off: the ways to other devices. */
import { ApiFault, type Channel } from '@triode/api'
import { argument } from '../argument.ts'
import type { Command, Context, Options } from '../command.ts'
import { NEED } from '../command.ts'
import { portWords } from '../print/port.ts'
import { fields } from '../print/table.ts'
import { sure } from './role.ts'

export const channelList: Command = {
  usage: 'channel list',
  does: 'channels of the running device, and what using each shows to whom',
  need: NEED.running,
  async run({ client, show }) {
    const { channels } = await client.status()
    show({ channels }, () =>
      channels
        .map(({ name, state, reason, costly, reveals, tcp }) =>
          fields([
            ['channel', name],
            ['state', reason === undefined ? state : `${state}: ${reason}`],
            ['cost', costly ? 'may cost money' : 'none'],
            ['shows', reveals],
            ...(tcp?.mapPort === true ? portFields(tcp) : []),
          ]),
        )
        .join('\n'),
    )
  },
}

export const channelOn: Command = {
  usage: 'channel on <name>',
  does: 'use a channel, now and at every start; dht and tor ask first, and dht and tcp take the options below',
  options: [
    ['--node <address...>', 'begin at this node of the DHT, IPV4:PORT; may be repeated'],
    ['--public-nodes', 'begin at the nodes that anybody uses, too'],
    [
      '--serve <address>',
      'let others begin at this device: its public IPV4:PORT (four UDP ports from PORT on)',
    ],
    ['--map-port', 'of tcp: have the router let calls in, by PCP, NAT-PMP or UPnP; asks first'],
    ['--no-map-port', 'of tcp: have it do so no more'],
    ['--yes', 'know what the channel shows, and do not ask'],
  ],
  need: NEED.unlocked,
  run: (context) => turn(context, true),
}

export const channelOff: Command = {
  usage: 'channel off <name>',
  does: 'use a channel no more',
  need: NEED.unlocked,
  run: (context) => turn(context, false),
}

async function turn(context: Context, on: boolean): Promise<void> {
  const channel = await (on ? turnOn(context) : context.client.setChannel({ name: argument(context, 0), on }))
  context.show(channel, () => `Channel ${channel.name} is ${on ? 'wanted' : 'not wanted'} from now on.\n`)
  if (!on) return
  const lacks = context.running ? whatItLacks(channel) : undefined
  if (lacks !== undefined) context.note(lacks)
  context.note(channel.reveals)
  if (channel.tcp?.mapPort === true) context.note(channel.tcp.reveals)
}

/** Why a channel that was turned on does not work at once on the device that runs; undefined where it does. */
export function whatItLacks({ name, state, reason, remedy }: Channel): string | undefined {
  if (state === 'off')
    return `The device that runs here was started without it: it counts once that starts with ${name} among its --channels, or without that option.`
  return state === 'on' ? undefined : [reason, remedy].filter(Boolean).join(' ')
}

/** A channel that shows more than others is turned on once the person read what. */
async function turnOn(context: Context): Promise<Channel> {
  const { client, options } = context
  const dht = dhtSettings(options)
  const tcp = tcpSettings(options)
  const input = { name: argument(context, 0), on: true, ...(dht && { dht }), ...(tcp && { tcp }) }
  try {
    return await client.setChannel({ ...input, told: options.flag('yes') })
  } catch (fault) {
    if (!(fault instanceof ApiFault) || fault.code !== 'channel-untold') throw fault
    await sure(context, `${fault.message} Use it?`)
    return client.setChannel({ ...input, told: true })
  }
}

function portFields({ ports, reveals }: NonNullable<Channel['tcp']>): [string, string][] {
  return [
    ...ports.map((port): [string, string] => [`router, ${port.family}`, portWords(port)]),
    ['shows by that', reveals],
  ]
}

/** Neither: as before. */
function tcpSettings(options: Options): { mapPort: boolean } | undefined {
  const mapPort = options.choice('mapPort')
  return mapPort === undefined ? undefined : { mapPort }
}

function dhtSettings(options: Options): Channel['dht'] {
  const nodes = options.values('node')
  const serve = options.value('serve')
  const publicNodes = options.flag('public-nodes')
  if (nodes === undefined && serve === undefined && !publicNodes) return undefined
  return { nodes: nodes ?? [], publicNodes, ...(serve !== undefined && { serve }) }
}
