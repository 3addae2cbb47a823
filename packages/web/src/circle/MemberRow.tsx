import { useState } from 'react'
import { MessageSquare, ShieldCheck } from 'lucide-react'
import type { CircleDetail, Member } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Avatar } from '../design/Avatar.tsx'
import { Button } from '../design/Button.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { VerifyDialog } from '../verify/VerifyDialog.tsx'
import { MemberActions } from './MemberActions.tsx'
import { MemberDevices } from './MemberDevices.tsx'
import { mayReadCircle } from './rights.ts'
import { VerificationBadge } from './VerificationBadge.tsx'

/** One member: role, whether it is verified, where it is reached, and what one may do. */
export function MemberRow({ member, detail }: { readonly member: Member; readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const [isVerifying, setVerifying] = useState(false)
  const shown = useMemberName(member.circle)(member)
  const name = member.me ? t('members.you', { name: shown }) : shown
  const isActive = member.state === 'active'
  return (
    <li className="entry">
      <Avatar id={member.member} name={shown} />
      <div className="entry-words">
        <h2 className="entry-title">{name}</h2>
        <p className="badges">
          <span className="tag">{t('role.name', { role: member.role })}</span>
          <VerificationBadge member={member} />
          {!isActive && <span className="tag danger">{t('members.state', { state: member.state })}</span>}
          {!member.me && isActive && <Presence member={member} />}
        </p>
        <MemberDevices member={member} />
      </div>
      <div className="entry-actions">
        {!member.me && isActive && (
          <Button
            aria-label={t(member.verified ? 'members.verified.show' : 'members.verify.who', { name })}
            onPress={() => setVerifying(true)}
          >
            <ShieldCheck size={18} aria-hidden />
            {t(member.verified ? 'members.words' : 'members.verify')}
          </Button>
        )}
        {!member.me && isActive && mayReadCircle(member.role) && mayReadCircle(detail.role) && (
          <WriteTo member={member} name={name} />
        )}
        {!member.me && detail.standing === undefined && <MemberActions member={member} detail={detail} />}
      </div>
      {isVerifying && <VerifyDialog member={member} isOpen onClose={() => setVerifying(false)} />}
    </li>
  )
}

function Presence({ member }: { readonly member: Member }) {
  const { t, formatRelative } = useTexts()
  const online = member.devices.filter((device) => device.online).length
  if (online > 0) return <span className="tag good">{t('members.online')}</span>
  const lastSeenAt = Math.max(0, ...member.devices.map((device) => device.lastSeenAt ?? 0))
  return (
    <span className="tag">
      {lastSeenAt === 0 ? t('members.offline') : t('members.seen', { time: formatRelative(lastSeenAt) })}
    </span>
  )
}

/** To the conversation of two. */
function WriteTo({ member, name }: { readonly member: Member; readonly name: string }) {
  const { t } = useTexts()
  const find = useAct('resolve')
  return (
    <>
      <IconButton
        icon={MessageSquare}
        label={t('members.write', { name })}
        onPress={() =>
          find.mutate(
            { where: member.member },
            { onSuccess: ({ conversation }) => go(PATHS.conversation(conversation)) },
          )
        }
      />
      <FaultNote fault={find.error} act="look" />
    </>
  )
}
