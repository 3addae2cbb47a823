import { UserPlus } from 'lucide-react'
import type { CircleDetail, Member } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { MemberRow } from './MemberRow.tsx'
import { Pending } from './Pending.tsx'
import { mayInviteAs, ROLES } from './rights.ts'

/** Who is in the circle, oneself first, then by role. */
export function Members({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { circle, role, standing } = detail
  const { data, error } = useRoute('members', { circle })
  if (data === undefined) return error === null ? <Loading /> : <FaultNote fault={error} act="look" />
  const isAlone = data.members.length < 2
  return (
    <div className="part">
      <Pending detail={detail} />
      {standing === undefined && mayInviteAs(role).length > 0 && (
        <div className="ways">
          <Button
            kind={isAlone ? 'primary' : 'plain'}
            onPress={() => go(PATHS.circlePart(circle, 'invitations'))}
          >
            <UserPlus size={18} aria-hidden />
            {t('members.invite')}
          </Button>
        </div>
      )}
      {isAlone && <p className="quiet">{t('members.alone')}</p>}
      <ul className="entries">
        {data.members.toSorted(byRank).map((member) => (
          <MemberRow key={member.member} member={member} detail={detail} />
        ))}
      </ul>
    </div>
  )
}

function byRank(one: Member, other: Member): number {
  if (one.me !== other.me) return one.me ? -1 : 1
  return rankOf(one) - rankOf(other)
}

function rankOf({ role }: Member): number {
  return ROLES.findIndex((one) => one === role)
}
