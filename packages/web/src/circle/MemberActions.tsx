import { useState } from 'react'
import { EllipsisVertical, LogIn, UserMinus, UserRoundCog, UserRoundX } from 'lucide-react'
import type { CircleDetail, Member } from '@triode/api'
import { MenuButton, type MenuChoice } from '../design/MenuButton.tsx'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { ChangeRole } from './ChangeRole.tsx'
import { GovernMember, type Deed } from './GovernMember.tsx'
import { mayGive, mayGovern } from './rights.ts'

/** What one may do to a member: nothing is offered that one may not. */
export function MemberActions({
  member,
  detail,
}: {
  readonly member: Member
  readonly detail: CircleDetail
}) {
  const { t } = useTexts()
  const [chosen, setChosen] = useState<Deed | 'role'>()
  const name = useMemberName(member.circle)(member)
  if (!mayGovern(detail.role, member.role)) return null
  const isSuspended = member.state === 'suspended'
  const choices: MenuChoice[] = [
    ...(mayGive(detail.role).length > 0
      ? [{ id: 'role', label: t('act.role'), icon: UserRoundCog, onAction: () => setChosen('role') }]
      : []),
    isSuspended
      ? { id: 'restore', label: t('act.restore'), icon: LogIn, onAction: () => setChosen('restoreMember') }
      : { id: 'suspend', label: t('act.suspend'), icon: UserMinus, onAction: () => setChosen('suspend') },
    {
      id: 'remove',
      label: t('act.remove'),
      icon: UserRoundX,
      isDanger: true,
      onAction: () => setChosen('remove'),
    },
  ]
  const close = () => setChosen(undefined)
  return (
    <>
      <MenuButton icon={EllipsisVertical} label={t('members.more', { name })} choices={choices} />
      {chosen === 'role' && <ChangeRole member={member} detail={detail} onClose={close} />}
      {chosen !== undefined && chosen !== 'role' && (
        <GovernMember deed={chosen} member={member} detail={detail} onClose={close} />
      )}
    </>
  )
}
