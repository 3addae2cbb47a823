import type { Member, Peer } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { layOut, type PlacedDevice, type PlacedMember } from './networkLayout.ts'
import './network.css'

export interface NetworkGraphProps {
  readonly members: readonly Member[]
  readonly peers: readonly Peer[]
  /** This very device. */
  readonly self: string
}

/** Letters of a name that have room. */
const NAME_LETTERS = 16

/** The circle as it is right now: a line is a connection that stands. What the picture shows the table says too. */
export function NetworkGraph({ members, peers, self }: NetworkGraphProps) {
  const { t } = useTexts()
  const { members: placed, reach } = layOut(members, self)
  const devices = placed.flatMap((member) => member.devices)
  const linkOf = (device: string) => peers.find((peer) => peer.device === device)
  const label = t('network.picture', { count: peers.length, of: devices.length })
  return (
    <svg
      className="network"
      viewBox={`${-reach} ${-reach} ${2 * reach} ${2 * reach}`}
      role="img"
      aria-label={label}
    >
      {devices.map((device) => (
        <Wire key={device.device} device={device} peer={linkOf(device.device)} />
      ))}
      <circle className="node self" r={22} />
      <text className="node-text self-text" y={42}>
        {t('network.self')}
      </text>
      {placed.map((member) => (
        <Name key={member.member.member} placed={member} />
      ))}
      {devices.map(({ device, x, y }) => (
        <circle
          key={device}
          className={`node ${linkOf(device) === undefined ? '' : 'live'}`}
          cx={x}
          cy={y}
          r={14}
        />
      ))}
    </svg>
  )
}

/** Between the middle and a device, where a connection stands, with how it goes and how long there and back takes. */
function Wire({ device, peer }: { readonly device: PlacedDevice; readonly peer: Peer | undefined }) {
  const { t, formatNumber } = useTexts()
  if (peer === undefined) return null
  const { x, y } = device
  const trip = peer.roundTripMs
  return (
    <g>
      <line className="wire" x1={0} y1={0} x2={x} y2={y} />
      <line className="wire-pulse" x1={0} y1={0} x2={x} y2={y} />
      <text className="wire-text" x={x * 0.56} y={y * 0.56}>
        {peer.channel}
        {trip !== undefined && ` · ${t('network.ms', { time: formatNumber(Math.ceil(trip)) })}`}
      </text>
    </g>
  )
}

function Name({ placed: { member, x, y } }: { readonly placed: PlacedMember }) {
  const { t } = useTexts()
  const nameOf = useMemberName()
  const name = member.me ? t('network.mine') : nameOf(member)
  return (
    <text className="node-text" x={x} y={y} dominantBaseline="middle">
      {shortened(name)}
    </text>
  )
}

const LETTERS = new Intl.Segmenter()

function shortened(name: string): string {
  const letters = Array.from(LETTERS.segment(name), ({ segment }) => segment)
  return letters.length <= NAME_LETTERS ? name : `${letters.slice(0, NAME_LETTERS - 1).join('')}…`
}
