import { useState } from 'react'
import { Archive } from 'lucide-react'
import type { CircleDetail } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { useTexts } from '../i18n/context.ts'
import { SHORT_ID_LETTERS, useMemberName } from '../verify/memberName.ts'
import { mayInviteAs } from './rights.ts'
import { InvitePanel } from './InvitePanel.tsx'
import { useLooking } from './useLooking.ts'
import { useNow } from './useNow.ts'

const EVERY_MS = 10_000

/** Who keeps things for those who are away: how long, how much, and what of one's own. */
export function Keepers({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { circle, role, standing, keepers, device } = detail
  useLooking('circle', circle)
  const [isInviting, setInviting] = useState(false)
  const mayInvite = standing === undefined && mayInviteAs(role).includes('keeper')
  return (
    <div className="part">
      <p className="quiet">{t('keepers.text')}</p>
      {keepers.length === 0 && <p>{t('keepers.empty')}</p>}
      <ul className="entries">
        {keepers.map((keeper) => (
          <OneKeeper key={keeper.device} keeper={keeper} circle={circle} isSelf={keeper.device === device} />
        ))}
      </ul>
      {mayInvite && !isInviting && (
        <div className="ways">
          <Button onPress={() => setInviting(true)}>{t('keepers.invite')}</Button>
        </div>
      )}
      {mayInvite && isInviting && <InvitePanel circle={circle} roles={['keeper']} />}
    </div>
  )
}

type Keeper = CircleDetail['keepers'][number]

interface OneKeeperProps {
  readonly keeper: Keeper
  readonly circle: string
  readonly isSelf: boolean
}

function OneKeeper({ keeper, circle, isSelf }: OneKeeperProps) {
  const { t } = useTexts()
  const nameOf = useMemberName(circle)
  const { device, terms, held, full } = keeper
  return (
    <li className="entry">
      <Archive size={20} aria-hidden />
      <div className="entry-words">
        <h2 className="entry-title">
          <bdi>{nameOf(keeper)}</bdi>{' '}
          <bdi className="code small quiet" dir="ltr">
            {device.slice(0, SHORT_ID_LETTERS)}
          </bdi>
        </h2>
        {isSelf ? <p className="quiet">{t('keepers.self')}</p> : <Met keeper={keeper} />}
        {full === true && <p>{t('keepers.full')}</p>}
        {terms !== undefined && <Terms terms={terms} held={held} />}
      </div>
    </li>
  )
}

function Met({ keeper: { terms, seenAt } }: { readonly keeper: Keeper }) {
  const { t, formatRelative } = useTexts()
  const now = useNow(EVERY_MS)
  if (terms !== undefined)
    return (
      <p>
        <span className="tag good">{t('keepers.connected')}</span>
      </p>
    )
  const when = seenAt === undefined ? undefined : formatRelative(Math.min(seenAt, now), now)
  return (
    <p>
      <span className="tag">{t('network.down')}</span>{' '}
      {when === undefined ? t('keepers.never') : t('network.seen', { time: when })}
    </p>
  )
}

interface TermsProps {
  readonly terms: NonNullable<Keeper['terms']>
  readonly held: Keeper['held']
}

const HOUR_MS = 3_600_000

function Terms({ terms: { holdHours, memberBytes, fileBytes }, held }: TermsProps) {
  const { t, formatBytes, formatDuration } = useTexts()
  const facts = [
    [t('keepers.time'), formatDuration(holdHours * HOUR_MS)],
    [t('keepers.each'), formatBytes(memberBytes)],
    [t('keepers.file'), fileBytes === 0 ? t('keepers.file.none') : formatBytes(fileBytes)],
    ...(held === undefined ? [] : [[t('keepers.yours'), t('keepers.yours.count', { ...held })]]),
  ]
  return (
    <dl className="circle-facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
