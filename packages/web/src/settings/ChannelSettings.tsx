import type { Channel } from '@triode/api'
import { FaultNote, Note } from '../design/Note.tsx'
import { Spoken } from '../design/Spoken.tsx'
import { Switch } from '../design/Switch.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { channelName, channelReveals } from './channelName.ts'
import { DhtNodes } from './DhtNodes.tsx'
import { Group } from './Group.tsx'
import { whyWords, type Why } from './whyWords.ts'

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
  const { name, state, reveals, costly } = channel
  const set = useAct('setChannel')
  const known = channelReveals(t, name)
  return (
    <Group title={channelName(t, name)}>
      {/* Of a channel that these catalogs do not know the device tells, in English. */}
      {known === undefined ? (
        <p className="quiet">
          <Spoken text={reveals} isOurs={false} />
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
      <WhyNote why={channel} kind={state === 'failed' ? 'warning' : 'info'} />
      <FaultNote fault={set.error} act="setting" />
      <Addresses channel={channel} />
      <Ports channel={channel} />
      <DhtNodes channel={channel} />
    </Group>
  )
}

interface WhyNoteProps {
  readonly why: Why
  readonly kind: 'info' | 'warning'
  /** Of what it speaks, where that does not stand above. */
  readonly about?: string
}

function WhyNote({ why, kind, about }: WhyNoteProps) {
  const { t } = useTexts()
  const words = whyWords(t, why)
  if (words === undefined) return null
  const { reason, remedy, fromDevice } = words
  return (
    <Note
      kind={kind}
      title={<Spoken text={about === undefined ? reason : `${about}: ${reason}`} isOurs={!fromDevice} />}
    >
      {remedy !== undefined && (
        <p>
          <Spoken text={remedy} isOurs={!fromDevice} />
        </p>
      )}
    </Note>
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
      <FaultNote fault={set.error} act="setting" />
      {tcp.ports.map(({ family, state: is, by = '', address = '', ...why }) =>
        is === 'failed' ? (
          <WhyNote key={family} why={{ ...why, values: { family } }} about={family} kind="info" />
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
