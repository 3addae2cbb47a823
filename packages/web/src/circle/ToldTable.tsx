import type { Output } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { toldChannelName } from '../settings/channelName.ts'
import { SHORT_ID_LETTERS } from '../verify/memberName.ts'
import { Columns } from './Columns.tsx'
import type { NetworkProps } from './NetworkGraph.tsx'
import type { LinkOfOthers, NetworkDevice } from './networkLayout.ts'

const HEADS = [
  'network.one',
  'network.other',
  'network.channel',
  'network.group',
  'network.trip',
  'network.teller',
] as const

interface ToldTableProps extends Pick<NetworkProps, 'nameOf'> {
  readonly view: Output<'network'>
}

/** Connections between others, by the word of those that this device is connected to. */
export function ToldTable({ view: { devices, links, group }, nameOf }: ToldTableProps) {
  const { t } = useTexts()
  if (links.length === 0) return null
  const byId = new Map(devices.map((one) => [one.device, one]))
  return (
    <Columns id="told-table" title={t('network.told')} heads={HEADS}>
      {links.map((link) => (
        <Row key={link.between.join()} link={link} group={group} byId={byId} nameOf={nameOf} />
      ))}
    </Columns>
  )
}

interface RowProps extends Pick<NetworkProps, 'nameOf'> {
  readonly link: LinkOfOthers
  readonly group: string
  readonly byId: ReadonlyMap<string, NetworkDevice>
}

function Row({ link: { between, channel, via, roundTripMs, toldBy }, group, byId, nameOf }: RowProps) {
  const { t, formatNumber } = useTexts()
  const who = (id: string): string => {
    const found = byId.get(id)
    if (found?.own === true) return t('network.mine')
    return found === undefined ? id.slice(0, SHORT_ID_LETTERS) : nameOf(found)
  }
  const [one, other] = between
  const [teller] = toldBy
  return (
    <tr>
      <th scope="row">
        {who(one)} <span className="code">{one.slice(0, SHORT_ID_LETTERS)}</span>
      </th>
      <td>
        {who(other)} <span className="code">{other.slice(0, SHORT_ID_LETTERS)}</span>
      </td>
      <td>
        {toldChannelName(t, channel)} {via !== undefined && t('network.via', { name: who(via) })}
      </td>
      <td className="code">{group}</td>
      <td>{roundTripMs !== undefined && t('network.atMost', { time: formatNumber(roundTripMs) })}</td>
      <td>{toldBy.length === 2 || teller === undefined ? t('network.both') : who(teller)}</td>
    </tr>
  )
}
