import type { Channel } from '@triode/api'
import { Note } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { channelName, channelReveals } from './channelName.ts'
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

function OneChannel({ channel: { name, state, reason, remedy, addresses } }: { readonly channel: Channel }) {
  const { t } = useTexts()
  return (
    <Group title={channelName(t, name)} text={channelReveals(t, name)}>
      <p className="channel-state">
        {state === 'on' && <span className="lamp" />}
        <strong>{t(`channels.state.${state}`)}</strong>
      </p>
      {reason !== undefined && (
        <Note kind={state === 'failed' ? 'warning' : 'info'} title={reason}>
          {remedy !== undefined && <p>{remedy}</p>}
        </Note>
      )}
      {addresses.length > 0 && (
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
      )}
    </Group>
  )
}
