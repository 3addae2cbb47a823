import { useTexts } from '../i18n/context.ts'
import type { useMemberName } from '../verify/memberName.ts'
import { channelName, toldChannelName } from '../settings/channelName.ts'
import {
  bowsOf,
  layOut,
  wordsAt,
  type Bow,
  type LinkOfOthers,
  type NetworkDevice,
  type PlacedDevice,
  type PlacedMember,
} from './networkLayout.ts'
import './network.css'

/** Letters of a name that have room. */
const NAME_LETTERS = 16
/** Connections between others that have room for words. */
const WORDED_LINKS = 6

export interface NetworkProps {
  readonly devices: readonly NetworkDevice[]
  /** Between others, as they say. */
  readonly links: readonly LinkOfOthers[]
  /** What to call a member. */
  readonly nameOf: ReturnType<typeof useMemberName>
}

/** The circle as it is right now: a line is a connection that stands. What the picture shows the table says too. */
export function NetworkGraph({ devices, links, nameOf }: NetworkProps) {
  const { t } = useTexts()
  const { members, reach } = layOut(devices)
  const others = members.flatMap((member) => member.devices)
  const linked = others.filter(({ device }) => device.link !== undefined).length
  return (
    <svg
      className="network"
      viewBox={`${-reach} ${-reach} ${2 * reach} ${2 * reach}`}
      role="img"
      aria-label={t('network.picture', { count: linked, of: others.length, others: links.length })}
    >
      {bowsOf(members, links).map((bow) => (
        <ToldWire key={bow.link.between.join()} bow={bow} isWorded={links.length <= WORDED_LINKS} />
      ))}
      {others.map((placed) => (
        <Wire key={placed.device.device} placed={placed} />
      ))}
      <circle className="node self" r={22} />
      <text className="node-text self-text" y={42}>
        {t('network.self')}
      </text>
      {members.map((placed) => (
        <Name key={placed.member} placed={placed} nameOf={nameOf} />
      ))}
      {others.map(({ device, x, y }) => (
        <circle
          key={device.device}
          className={`node ${device.link === undefined ? '' : 'live'}`}
          cx={x}
          cy={y}
          r={14}
        />
      ))}
      {others.map((placed) => (
        <Waiting key={placed.device.device} placed={placed} />
      ))}
    </svg>
  )
}

/** Between the middle and a device, where a connection stands, with how it goes and how long there and back takes. */
function Wire({ placed: { device, x, y } }: { readonly placed: PlacedDevice }) {
  const { t, formatNumber } = useTexts()
  if (device.link === undefined) return null
  const { channel, roundTripMs } = device.link
  const words = wordsAt({ x, y })
  return (
    <g>
      <line className="wire" x1={0} y1={0} x2={x} y2={y} />
      <line className="wire-pulse" x1={0} y1={0} x2={x} y2={y} />
      <text className="wire-text" data-side={words.side} x={words.x} y={words.y}>
        {channelName(t, channel)}
        {roundTripMs !== undefined && ` · ${t('network.ms', { time: formatNumber(Math.ceil(roundTripMs)) })}`}
      </text>
    </g>
  )
}

/** Between two others: a connection that at least one of them tells of. */
function ToldWire({ bow, isWorded }: { readonly bow: Bow; readonly isWorded: boolean }) {
  const { t } = useTexts()
  const { link, path, middle } = bow
  return (
    <g>
      <path className={`told-wire ${link.toldBy.length === 2 ? '' : 'one-sided'}`} d={path} />
      {isWorded && (
        <text className="wire-text" x={middle.x} y={middle.y}>
          {toldChannelName(t, link.channel)}
        </text>
      )}
    </g>
  )
}

/** In the node of a device: how many messages wait for it. */
function Waiting({ placed: { device, x, y } }: { readonly placed: PlacedDevice }) {
  const { formatNumber } = useTexts()
  if (device.waiting === 0) return null
  return (
    <text className="node-count" x={x} y={y} dominantBaseline="central">
      {formatNumber(device.waiting)}
    </text>
  )
}

function Name({ placed, nameOf }: { readonly placed: PlacedMember } & Pick<NetworkProps, 'nameOf'>) {
  const { t } = useTexts()
  const { member, devices, x, y } = placed
  const first = devices[0]?.device
  const name = first?.own === true ? t('network.mine') : nameOf({ member, name: first?.name })
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
