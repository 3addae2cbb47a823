/** In plain words: which ways to others work, which do not, why, and what to do (spec §13.14). Nobody is asked for it. */
import { ROLE } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { circleName } from '../circle/names.ts'
import type { Network } from '../network/network.ts'
import { networkView } from './networkView.ts'
import type {
  ChannelStatus,
  DeviceStatus,
  Finding,
  NetworkView,
  PortStatus,
  StandingView,
} from '../service.ts'
import { listedConversations, standingView } from '../circle/standing.ts'
import { missingFromIn } from '../views.ts'

/** A circle, and how this device is connected there. */
export interface NamedNetwork {
  readonly name: string
  readonly view: NetworkView
  /** Why this device is not active there. */
  readonly standing?: StandingView
  /** Keepers that have no room for what was written here. */
  readonly fullKeepers?: number
  /** Conversations of which something is missing here that keepers have no more. */
  readonly incomplete?: number
  /** Live invitations by which this device is not found over some channel, since there are too many. */
  readonly leftOut?: number
}

/** As it is now. */
export function namedNetwork(circle: CircleRuntime, network: Network): NamedNetwork {
  const standing = standingView(circle)
  const { keepers } = circle.participant.sync
  return {
    name: circleName(circle.state),
    view: networkView(circle, network),
    fullKeepers: [...circle.state.devices.keys()].filter((device) => keepers.isFull(device)).length,
    incomplete: listedConversations(circle).filter(
      (conversation) => missingFromIn({ circle, conversation }).length > 0,
    ).length,
    leftOut: [...circle.state.invitations.values()].filter(
      ({ id, state }) => state === 'live' && network.leftOut(id).length > 0,
    ).length,
    ...(standing !== undefined && { standing }),
  }
}

/** What is to be said of a device's channels and of the devices that it reaches, or not. */
export function examine(status: DeviceStatus, networks: readonly NamedNetwork[]): Finding[] {
  const { channels, warnings = [], offline, unreached } = status
  return [
    ...warnings.map(({ code, message, remedy, details = {} }) => bad(code, details, message, remedy)),
    ...(offline === true ? [NO_NETWORK] : []),
    ...(offline === true || unreached === undefined ? [] : [nobodyFar(unreached)]),
    ...(channels.length === 0
      ? [NO_CHANNELS]
      : channels.flatMap((channel) => [ofChannel(channel), ...ofPorts(channel)])),
    ...networks.flatMap((network) => [
      ...ofCircle(network, channels),
      ...ofMissing(network),
      ...ofInvitations(network),
    ]),
  ]
}

const NO_NETWORK = bad(
  'no-network',
  {},
  'This machine is in no network now: nobody is reached.',
  'Connect it to one; that is noticed within seconds.',
)

const NO_CHANNELS = bad(
  'no-channels',
  {},
  'This device runs no channel: it reaches nobody.',
  'Start it without `--channels none`.',
)

/** What is known is that nobody answers; why, no device can know without asking somebody. */
function nobodyFar({ hosts, refused }: NonNullable<DeviceStatus['unreached']>): Finding {
  const how =
    refused === hosts
      ? 'all refuse, or something on the way does'
      : `${String(refused)} refuse, the rest are silent`
  return bad(
    'nobody-far',
    { hosts, refused, silent: hosts - refused },
    `Nobody far away is reached: of the ${String(hosts)} public addresses that were called in the last minutes none lets a call in (${how}).`,
    'They may be away. Or this network lets nothing out yet: in a hotel, a train or a caf\u00e9, open any page in a browser and sign in. Triode asks nobody about it, and goes on by itself within seconds.',
  )
}

function ofChannel({ name, state, code, values: named, reason, remedy }: ChannelStatus): Finding {
  const values = { channel: name, ...(code !== undefined && { why: code, ...named }) }
  // With a reason and nothing to do about it, it is on its way, as Tor is while it connects.
  if (state === 'on' && reason !== undefined && remedy === undefined)
    return bad('channel-coming', values, `${name} does not work yet. ${reason}`, stillOnItsWay(name))
  if (state === 'on' && reason !== undefined)
    return good('channel-short', values, `${name} works. ${reason}`, remedy)
  if (state === 'on') return good('channel-works', values, `${name} works.`)
  if (state === 'off')
    return bad('channel-off', values, `${name} is turned off.`, `\`triode channel on ${name}\` turns it on.`)
  return bad('channel-failed', values, `${name} does not work now. ${reason ?? ''}`.trim(), remedy)
}

function stillOnItsWay(name: string): string {
  const wait = 'Ask again in a minute.'
  return name === 'tor'
    ? `${wait} If it stays so, Tor may be blocked here: write bridges into a file, and \`triode start --torrc FILE\`.`
    : wait
}

/** Of the kind of IP that has no router nothing is said where the other is let in. */
function ofPorts({ name, state, tcp }: ChannelStatus): Finding[] {
  if (state !== 'on' || tcp?.mapPort !== true) return []
  const isOpen = tcp.ports.some((port) => port.state === 'open' || port.state === 'needless')
  return tcp.ports
    .filter((port) => port.state !== 'failed' || port.family === 'IPv4' || !isOpen)
    .map((port) => ofPort(name, port))
}

function ofPort(channel: string, { family, state, by = '', address = '', ...why }: PortStatus): Finding {
  const { code, reason = 'lets no calls in.', remedy } = why
  const say = (words: string): string => `The router, by ${family}: ${words}`
  const values = { channel, family }
  if (state === 'open')
    return good('port-open', { ...values, by, address }, say(`lets calls in at ${address} (${by}).`))
  if (state === 'needless')
    return good('port-needless', values, say('is not needed: this machine has a public address itself.'))
  if (state === 'asking') return bad('port-asking', values, say('is being asked.'))
  return bad('port-failed', { ...values, ...(code !== undefined && { why: code }) }, say(reason), remedy)
}

function ofCircle(
  { name, view, standing, fullKeepers = 0 }: NamedNetwork,
  channels: readonly ChannelStatus[],
): readonly Finding[] {
  const dht = channels.find((channel) => channel.name === 'dht')?.state === 'off' ? 'off' : 'other'
  const others = view.devices.filter(({ self }) => !self)
  const linked = others.filter(({ link }) => link !== undefined)
  const values = { circle: view.circle, name, others: others.length, reached: linked.length, dht }
  if (standing !== undefined) return [out(name, values, standing)]
  if (others.length === 0) return [good('circle-alone', values, `${name}: there is no other device yet.`)]
  const of = String(others.length)
  if (linked.length === 0)
    return [
      bad('circle-unreached', values, `${name}: none of ${of} other devices is reached.`, UNREACHED[dht]),
    ]
  const what = `${name}: ${String(linked.length)} of ${of} other devices are reached.`
  const said = good('circle-reached', values, what)
  const ofKeepers = keeperFindings({ circle: view.circle, name }, view, fullKeepers)
  const handedOn = linked.filter(({ link }) => link?.channel === 'forward').length
  if (handedOn === 0) return [said, ...ofKeepers]
  const through = `${name}: ${String(handedOn)} of these through another device, which is slower.`
  return [said, good('circle-handed-on', { ...values, handedOn }, through, HANDED_ON[dht]), ...ofKeepers]
}

function ofMissing({ name, view, incomplete = 0, standing }: NamedNetwork): Finding[] {
  if (incomplete === 0 || standing !== undefined) return []
  return [
    bad(
      'circle-messages-missing',
      { circle: view.circle, name, count: incomplete },
      `${name}: messages are missing here in ${String(incomplete)} of its conversations: this device got them before it was restored, or never, and keepers have them no more.`,
      'They come by themselves from a device of whoever wrote them, or of anybody else who can read them, once both are online.',
    ),
  ]
}

function ofInvitations({ name, view, leftOut = 0, standing }: NamedNetwork): Finding[] {
  if (leftOut === 0 || standing !== undefined) return []
  return [
    bad(
      'circle-invitations-left-out',
      { circle: view.circle, name, count: leftOut },
      `${name}: too many invitations are open: by ${String(leftOut)} of them this device is not found from far away, unless an address in the link leads here. The newest are found.`,
      '`triode invite revoke INVITATION` takes back those that nobody needs any more; `triode invite list CIRCLE` shows them.',
    ),
  ]
}

/** Who holds what is written here for those who are away: of no concern to who is a keeper. */
function keeperFindings(
  circle: Finding['values'],
  { devices }: NetworkView,
  full: number,
): readonly Finding[] {
  const keepers = devices.filter(({ role, self }) => role === ROLE.keeper && !self)
  const isOne = devices.some(({ role, self }) => role === ROLE.keeper && self)
  if (isOne || keepers.length === 0) return []
  const reached = keepers.filter(({ link }) => link !== undefined).length
  const values = { ...circle, keepers: keepers.length, reached }
  const say = (words: string): string => `${String(circle['name'])}: ${words}`
  const of = String(keepers.length)
  if (reached === 0)
    return [
      bad(
        'circle-keepers-away',
        values,
        say(`none of its keepers (${of}) is reached: what is written waits here for those who are away.`),
        'Look whether it runs: there, `curl http://127.0.0.1:8747/health` says what it lacks. `triode circle keepers CIRCLE` says when each was met last.',
      ),
    ]
  const said = good('circle-keepers', values, say(`keepers that are reached: ${String(reached)} of ${of}.`))
  if (full === 0) return [said]
  return [
    said,
    bad(
      'circle-keepers-full',
      { ...values, full },
      say(
        `keepers with no room for more of yours: ${String(full)} of these. What they don\u2019t take waits here.`,
      ),
      'Whoever runs one can give it more (`--member-mib`, `--capacity-mib`), or hold things for less long; or another is appointed.',
    ),
  ]
}

function out(name: string, values: Finding['values'], { state }: StandingView): Finding {
  const what = `${name}: nobody is reached there: ${OUT[state]}.`
  const remedy = '`triode circle show CIRCLE` says by whom and when.'
  return bad('circle-out', { ...values, standing: state }, what, remedy)
}

const OUT = {
  removed: 'this member was removed',
  suspended: 'this member is suspended',
  revoked: 'this device was revoked',
  left: 'this member has left',
  dissolved: 'the circle was dissolved',
} as const

/** They are there: what keeps the two apart is a router, or that they have no kind of address in common. */
const HANDED_ON = {
  off: '`triode channel on dht`, here and there, gets through most routers.',
  other:
    'Nothing has to be done. They are reached directly once one of the two can be called: a public address or a port that its router hands on, and `--listen`.',
} as const

/** Most networks let UDP out; the DHT needs no more. */
const UNREACHED = {
  off: 'They may be away. If they are not: `triode channel on dht`, here and there, gets through most routers.',
  other:
    'They may be away. If they are not, a device of the circle that all reach helps: with a public address, `--listen`, and `triode channel on dht --serve`.',
} as const

function good(code: string, values: Finding['values'], what: string, remedy?: string): Finding {
  return { works: true, code, values, what, ...(remedy !== undefined && { remedy }) }
}

function bad(code: string, values: Finding['values'], what: string, remedy?: string): Finding {
  return { works: false, code, values, what, ...(remedy !== undefined && { remedy }) }
}
