import { useState, type SubmitEvent } from 'react'
import type { Acted, CircleDetail, Member } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Radios } from '../design/Radios.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { ActNote } from './ActNote.tsx'
import { isHigher, mayGive, type Role } from './rights.ts'

export interface ChangeRoleProps {
  readonly member: Member
  readonly detail: CircleDetail
  readonly onClose: () => void
}

/** Another role for a member, each with what it means. */
export function ChangeRole({ member, detail, onClose }: ChangeRoleProps) {
  const { t } = useTexts()
  const name = useMemberName(member.circle)(member)
  const roles = mayGive(detail.role).filter((role) => role !== 'keeper' || member.role === 'keeper')
  const [role, setRole] = useState<Role>(roles.find((one) => one === member.role) ?? 'member')
  const promote = useAct('promote')
  const demote = useAct('demote')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (role === member.role) return
    const act = isHigher(role, member.role) ? promote : demote
    const onSuccess = (acted: Acted) => {
      if (acted.done) onClose()
    }
    act.mutate({ member: member.member, circle: detail.circle, role }, { onSuccess })
  }
  return (
    <Modal title={t('act.role.title', { name })} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Radios
          label={t('invite.role')}
          choices={roles.map((id) => ({ id, label: `${t(`role.${id}`)}: ${t(`role.${id}.means`)}` }))}
          value={role}
          onChange={setRole}
        />
        <ActNote acted={promote.data ?? demote.data} />
        <FaultNote fault={promote.error ?? demote.error} act="govern" />
        <div className="dialog-actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button
            kind="primary"
            type="submit"
            isDisabled={role === member.role}
            isPending={promote.isPending || demote.isPending}
          >
            {t('act.role.do')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
