import type { Member, Peer } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { SHORT_ID_LETTERS, useMemberName } from '../verify/memberName.ts'
import { useNow } from './useNow.ts'

const EVERY_MS = 10_000

export interface NetworkTableProps {
  readonly members: readonly Member[]
  readonly peers: readonly Peer[]
  readonly self: string
}

/** What the picture shows, and more of it, in words. */
export function NetworkTable({ members, peers, self }: NetworkTableProps) {
  const { t } = useTexts()
  const rows = members.flatMap((member) =>
    member.devices.filter(({ device }) => device !== self).map(({ device }) => ({ member, device })),
  )
  return (
    <div className="table-frame" role="region" aria-labelledby="network-table" tabIndex={0}>
      <table className="table">
        <caption id="network-table">{t('network.table')}</caption>
        <thead>
          <tr>
            {(['who', 'device', 'state', 'channel', 'group', 'cipher', 'trip', 'since'] as const).map(
              (column) => (
                <th key={column} scope="col">
                  {t(`network.${column}`)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ member, device }) => (
            <Row
              key={device}
              member={member}
              device={device}
              peer={peers.find((one) => one.device === device)}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly member: Member
  readonly device: string
  readonly peer: Peer | undefined
}

function Row({ member, device, peer }: RowProps) {
  const { t, formatNumber, formatRelative } = useTexts()
  const nameOf = useMemberName()
  const now = useNow(EVERY_MS)
  const trip = peer?.roundTripMs
  return (
    <tr>
      <th scope="row">{member.me ? t('network.mine') : nameOf(member)}</th>
      <td className="code">{device.slice(0, SHORT_ID_LETTERS)}</td>
      <td>
        <span className={`tag ${peer === undefined ? '' : 'good'}`}>
          {t(peer === undefined ? 'network.down' : `network.up.${peer.direction}`)}
        </span>
      </td>
      <td>{peer && `${peer.channel} (${peer.remote})`}</td>
      <td className="code">{peer?.group}</td>
      <td className="code">{peer?.cipher}</td>
      <td>{trip !== undefined && t('network.ms', { time: formatNumber(Math.ceil(trip)) })}</td>
      <td>{peer && formatRelative(Math.min(peer.since, now), now)}</td>
    </tr>
  )
}
