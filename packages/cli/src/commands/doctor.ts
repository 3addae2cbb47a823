/** doctor: what works of reaching others, what does not, why, and what to do. */
import type { Channel, CircleDetail, NetworkView, Status } from '@triode/api'
import { asCalled, cleanLine } from '@triode/api/local'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { portWords } from '../print/port.ts'

export const doctor: Command = {
  usage: 'doctor',
  does: 'in plain words: which ways to others work, which do not, why, and what to do',
  need: NEED.running,
  async run({ client, show, here }) {
    const status = await client.status()
    const { circles } = await client.circles()
    const networks = await Promise.all(
      circles.map(async ({ circle, name }) => {
        const [view, { standing }] = await Promise.all([
          client.network({ circle }),
          client.circle({ circle }),
        ])
        return { name, view, ...(standing !== undefined && { standing }) }
      }),
    )
    const findings = examine(status, networks)
    show({ findings }, () => findings.map((found) => line(found, here)).join(''))
  },
}

export interface Finding {
  readonly works: boolean
  readonly what: string
  readonly remedy?: string
}

export interface NamedNetwork {
  readonly name: string
  readonly view: NetworkView
  /** Why this device is not active there. */
  readonly standing?: NonNullable<CircleDetail['standing']>
}

/** What is to be said of a device's channels and of the devices that it reaches, or not. */
export function examine(status: Status, networks: readonly NamedNetwork[]): Finding[] {
  const { channels, warnings = [], offline, unreached } = status
  return [
    ...warnings.map(({ message, remedy }) => finding(false, message, remedy)),
    ...(offline === true ? [NO_NETWORK] : []),
    ...(offline === true || unreached === undefined ? [] : [nobodyFar(unreached)]),
    ...(channels.length === 0
      ? [NO_CHANNELS]
      : channels.flatMap((channel) => [ofChannel(channel), ...ofPorts(channel)])),
    ...networks.flatMap((network) => ofCircle(network, channels)),
  ]
}

const NO_NETWORK: Finding = {
  works: false,
  what: 'This machine is in no network now: nobody is reached.',
  remedy: 'Connect it to one; that is noticed within seconds.',
}

const NO_CHANNELS: Finding = {
  works: false,
  what: 'This device runs no channel: it reaches nobody.',
  remedy: 'Start it without `--channels none`.',
}

/** What is known is that nobody answers; why, no device can know without asking somebody. */
function nobodyFar({ hosts, refused }: NonNullable<Status['unreached']>): Finding {
  const how =
    refused === hosts
      ? 'all refuse, or something on the way does'
      : `${String(refused)} refuse, the rest are silent`
  return finding(
    false,
    `Nobody far away is reached: of the ${String(hosts)} public addresses that were called in the last minutes none lets a call in (${how}).`,
    'They may be away. Or this network lets nothing out yet: in a hotel, a train or a caf\u00e9, open any page in a browser and sign in. Triode asks nobody about it, and goes on by itself within seconds.',
  )
}

function ofChannel({ name, state, reason, remedy }: Channel): Finding {
  // With a reason and nothing to do about it, it is on its way, as Tor is while it connects.
  if (state === 'on' && reason !== undefined && remedy === undefined)
    return finding(false, `${name} does not work yet. ${reason}`, stillOnItsWay(name))
  if (state === 'on')
    return finding(true, `${name} works.${reason === undefined ? '' : ` ${reason}`}`, remedy)
  if (state === 'off')
    return finding(false, `${name} is turned off.`, `\`triode channel on ${name}\` turns it on.`)
  return finding(false, `${name} does not work now. ${reason ?? ''}`.trim(), remedy)
}

function stillOnItsWay(name: string): string {
  const wait = 'Ask again in a minute.'
  return name === 'tor'
    ? `${wait} If it stays so, Tor may be blocked here: write bridges into a file, and \`triode start --torrc FILE\`.`
    : wait
}

/** Of the kind of IP that has no router nothing is said where the other is let in. */
function ofPorts({ state, tcp }: Channel): Finding[] {
  if (state !== 'on' || tcp?.mapPort !== true) return []
  const isOpen = tcp.ports.some((port) => port.state === 'open' || port.state === 'needless')
  return tcp.ports
    .filter((port) => port.state !== 'failed' || port.family === 'IPv4' || !isOpen)
    .map((port) => {
      const works = port.state === 'open' || port.state === 'needless'
      return finding(
        works,
        `The router, by ${port.family}: ${portWords(port)}${port.state === 'failed' ? '' : '.'}`,
        port.remedy,
      )
    })
}

function ofCircle({ name, view, standing }: NamedNetwork, channels: readonly Channel[]): Finding[] {
  if (standing !== undefined) {
    const remedy = '`triode circle show CIRCLE` says by whom and when.'
    return [finding(false, `${name}: nobody is reached there: ${OUT[standing.state]}.`, remedy)]
  }
  const others = view.devices.filter(({ self }) => !self)
  if (others.length === 0) return [finding(true, `${name}: there is no other device yet.`)]
  const linked = others.filter(({ link }) => link !== undefined)
  const handedOn = linked.filter(({ link }) => link?.channel === 'forward').length
  const of = `${String(linked.length)} of ${String(others.length)} other devices`
  if (linked.length === 0) {
    return [
      finding(
        false,
        `${name}: none of ${String(others.length)} other devices is reached.`,
        remedyFor(channels),
      ),
    ]
  }
  const said = finding(true, `${name}: ${of} are reached.`)
  if (handedOn === 0) return [said]
  const through = `${name}: ${String(handedOn)} of these through another device, which is slower.`
  return [said, finding(true, through, betterThanHandedOn(channels))]
}

const OUT = {
  removed: 'this member was removed',
  suspended: 'this member is suspended',
  revoked: 'this device was revoked',
  left: 'this member has left',
  dissolved: 'the circle was dissolved',
} as const

/** They are there: what keeps the two apart is a router, or that they have no kind of address in common. */
function betterThanHandedOn(channels: readonly Channel[]): string {
  const dht = channels.find(({ name }) => name === 'dht')
  if (dht?.state === 'off') return '`triode channel on dht`, here and there, gets through most routers.'
  return 'Nothing has to be done. They are reached directly once one of the two can be called: a public address or a port that its router hands on, and `--listen`.'
}

/** Most networks let UDP out; the DHT needs no more. */
function remedyFor(channels: readonly Channel[]): string {
  const dht = channels.find(({ name }) => name === 'dht')
  if (dht?.state === 'off')
    return 'They may be away. If they are not: `triode channel on dht`, here and there, gets through most routers.'
  return 'They may be away. If they are not, a device of the circle that all reach helps: with a public address, `--listen`, and `triode channel on dht --serve`.'
}

function finding(works: boolean, what: string, remedy?: string): Finding {
  return { works, what, ...(remedy !== undefined && { remedy }) }
}

function line({ works, what, remedy }: Finding, here: string): string {
  const advice = remedy === undefined ? '' : `     ${asCalled(cleanLine(remedy), here)}\n`
  return `${works ? 'ok   ' : 'no   '}${cleanLine(what)}\n${advice}`
}
