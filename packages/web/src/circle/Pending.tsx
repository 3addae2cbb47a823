import type { CircleDetail, PendingAct } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { mayGive } from './rights.ts'

/** Acts that wait until enough of the owners and admins agree. Nothing while there is none. */
export function Pending({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { data } = useRoute('pending', { circle: detail.circle })
  const acts = data?.pending ?? []
  if (acts.length === 0) return null
  return (
    <section className="card stack" aria-labelledby="pending-title">
      <h2 id="pending-title">{t('pending.title')}</h2>
      <ul className="entries">
        {acts.map((act) => (
          <PendingRow key={act.id} act={act} detail={detail} />
        ))}
      </ul>
    </section>
  )
}

function PendingRow({ act, detail }: { readonly act: PendingAct; readonly detail: CircleDetail }) {
  const { t, formatRelative } = useTexts()
  const approve = useAct('approve')
  const withdraw = useAct('withdraw')
  const { id, circle, by, byName, member, name, value, agree, needed, agreed, expires } = act
  const nameOf = useMemberName(circle)
  const about = member === undefined ? '' : nameOf({ member, name })
  const which = { circle, act: id }
  const isMine = by === detail.me
  const mayApprove = !isMine && !agreed && member !== detail.me && mayGive(detail.role).length > 0
  return (
    <li className="entry">
      <div className="entry-words">
        <p>
          <strong>{t('pending.act', { act: act.act, name: about, value: value ?? '' })}</strong>
        </p>
        <p className="small quiet">
          {t('pending.by', { name: isMine ? t('standing.you') : nameOf({ member: by, name: byName }) })}{' '}
          {t('pending.agree', { agree, needed })} {t('pending.until', { time: formatRelative(expires) })}
        </p>
        <FaultNote fault={approve.error ?? withdraw.error} act="govern" />
      </div>
      {mayApprove && (
        <Button onPress={() => approve.mutate(which)} isPending={approve.isPending}>
          {t('pending.approve')}
        </Button>
      )}
      {isMine && (
        <Button onPress={() => withdraw.mutate(which)} isPending={withdraw.isPending}>
          {t('pending.withdraw')}
        </Button>
      )}
    </li>
  )
}
