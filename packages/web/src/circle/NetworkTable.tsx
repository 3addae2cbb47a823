import { useTexts } from '../i18n/context.ts'
import { channelName } from '../settings/channelName.ts'
import { SHORT_ID_LETTERS } from '../verify/memberName.ts'
import { Columns } from './Columns.tsx'
import type { NetworkProps } from './NetworkGraph.tsx'
import type { NetworkDevice } from './networkLayout.ts'
import { useNow } from './useNow.ts'

const EVERY_MS = 10_000
const HEADS = [
  'network.who',
  'network.device',
  'network.state',
  'network.waiting',
  'network.channel',
  'network.group',
  'network.cipher',
  'network.trip',
] as const

/** What the picture shows, and more of it, in words. */
export function NetworkTable({ devices, nameOf }: Omit<NetworkProps, 'links'>) {
  const { t } = useTexts()
  return (
    <Columns id="network-table" title={t('network.table')} heads={HEADS}>
      {devices
        .filter(({ self }) => !self)
        .map((device) => (
          <Row key={device.device} device={device} nameOf={nameOf} />
        ))}
    </Columns>
  )
}

function Row({
  device: { device, member, name, own, waiting, link, seenAt },
  nameOf,
}: {
  readonly device: NetworkDevice
} & Pick<NetworkProps, 'nameOf'>) {
  const { t, formatNumber, formatDuration, formatRelative } = useTexts()
  const now = useNow(EVERY_MS)
  return (
    <tr>
      <th scope="row">{own ? t('network.mine') : nameOf({ member, name })}</th>
      <td className="code">{device.slice(0, SHORT_ID_LETTERS)}</td>
      <td>
        {link === undefined ? (
          <>
            <span className="tag">{t('network.down')}</span>{' '}
            {seenAt !== undefined && t('network.seen', { time: formatRelative(Math.min(seenAt, now), now) })}
          </>
        ) : (
          <>
            <span className="tag good">{t(`network.up.${link.direction}`)}</span>{' '}
            {t('network.since', { time: formatDuration(Math.max(0, now - link.since)) })}
          </>
        )}
      </td>
      <td>{waiting === 0 ? t('network.nothing') : t('network.waits', { count: waiting })}</td>
      <td>
        {link && (
          <>
            {channelName(t, link.channel)} <bdi className="code">{link.remote}</bdi>
          </>
        )}
      </td>
      <td className="code">{link?.group}</td>
      <td className="code">{link?.cipher}</td>
      <td>
        {link?.roundTripMs !== undefined &&
          t('network.ms', { time: formatNumber(Math.ceil(link.roundTripMs)) })}
      </td>
    </tr>
  )
}
