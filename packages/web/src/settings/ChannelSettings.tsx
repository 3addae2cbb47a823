import type { Channel } from '@triode/api'
import { FaultNote, Note } from '../design/Note.tsx'
import { Switch } from '../design/Switch.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { channelName, channelReveals } from './channelName.ts'
import { DhtNodes } from './DhtNodes.tsx'
import { Group } from './Group.tsx'

/** By which ways this device reaches others, whether they work, and what each shows to whom. */
export function ChannelSettings() {
  const { t } = useTexts()
  const channels = useRoute('status', {}).data?.channels ?? []
  return (
    <>
      <p className="quiet">{channels.length === 0 ? t('channels.none') : t('channels.text')}</p>
      {channels.map((channel) => (
        <OneChannel key={channel.name} channel={channel} />
      ))}
    </>
  )
}

function OneChannel({ channel }: { readonly channel: Channel }) {
  const { t } = useTexts()
  const { name, state, reason, remedy, reveals, costly } = channel
  const set = useAct('setChannel')
  const known = channelReveals(t, name)
  return (
    <Group title={channelName(t, name)}>
      {/* Of a channel that these catalogs do not know the device tells, in English. */}
      {known === undefined ? (
        <p className="quiet" lang="en">
          {reveals}
        </p>
      ) : (
        <p className="quiet">{known}</p>
      )}
      {costly && <p className="quiet">{t('channels.costly')}</p>}
      <div className="channel-state">
        <Switch
          isSelected={state !== 'off'}
          isDisabled={set.isPending}
          // What it shows stands above.
          onChange={(on) => set.mutate({ name, on, told: true })}
        >
          {t('channels.use', { name: channelName(t, name) })}
        </Switch>
        <span className="channel-lamp" role="status">
          {state === 'on' && <span className="lamp" />}
          {t(`channels.state.${state}`)}
        </span>
      </div>
      {reason !== undefined && (
        <Note kind={state === 'failed' ? 'warning' : 'info'} title={reason} fromDevice>
          {remedy !== undefined && <p>{remedy}</p>}
        </Note>
      )}
      <FaultNote fault={set.error} />
      <Addresses channel={channel} />
      <Ports channel={channel} />
      <DhtNodes channel={channel} />
    </Group>
  )
}

/** Whether the router is asked to let calls in, and what became of it. */
function Ports({ channel: { name, state, tcp } }: { readonly channel: Channel }) {
  const { t } = useTexts()
  const set = useAct('setChannel')
  if (tcp === undefined || state === 'off') return null
  return (
    <>
      <p className="quiet">{t('ports.reveals')}</p>
      <Switch
        isSelected={tcp.mapPort}
        isDisabled={set.isPending}
        // What it shows stands above.
        onChange={(mapPort) => set.mutate({ name, on: true, told: true, tcp: { mapPort } })}
      >
        {t('ports.use')}
      </Switch>
      <FaultNote fault={set.error} />
      {tcp.ports.map(({ family, state: is, by = '', address = '', reason, remedy }) =>
        is === 'failed' ? (
          <Note key={family} kind="info" title={`${family}: ${reason ?? ''}`} fromDevice>
            {remedy !== undefined && <p>{remedy}</p>}
          </Note>
        ) : (
          <p key={family} className="quiet" role="status">
            {t('ports.state', { family, state: is, by, address })}
          </p>
        ),
      )}
    </>
  )
}

function Addresses({ channel: { addresses } }: { readonly channel: Channel }) {
  const { t } = useTexts()
  if (addresses.length === 0) return null
  return (
    <dl className="facts">
      <div>
        <dt>{t('channels.addresses')}</dt>
        {addresses.map((address) => (
          <dd key={address} className="code">
            <bdi>{address}</bdi>
          </dd>
        ))}
      </div>
    </dl>
  )
}
