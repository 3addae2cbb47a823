import type { CircleDetail, Member } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { ActNote } from './ActNote.tsx'
import { Confirm } from './Confirm.tsx'

export type Deed = 'suspend' | 'restoreMember' | 'remove' | 'transfer'

export interface GovernMemberProps {
  readonly deed: Deed
  readonly member: Member
  readonly detail: CircleDetail
  readonly onClose: () => void
}

/** Asks, does it, and says when it waits for the others. */
export function GovernMember({ deed, member, detail, onClose }: GovernMemberProps) {
  const { t } = useTexts()
  const act = useAct(deed)
  const name = useMemberName(member.circle)(member)
  const run = () =>
    act.mutate(
      { member: member.member, circle: detail.circle },
      {
        onSuccess: (acted) => {
          if (acted.done) onClose()
        },
      },
    )
  if (act.data?.done === false)
    return (
      <Modal title={t(`act.${deed}.title`, { name })} isOpen onClose={onClose}>
        <ActNote acted={act.data} />
        <div className="dialog-actions">
          <Button onPress={onClose}>{t('action.close')}</Button>
        </div>
      </Modal>
    )
  return (
    <Confirm
      title={t(`act.${deed}.title`, { name })}
      action={t(`act.${deed}.do`)}
      {...(deed === 'transfer' && { typed: name })}
      fault={act.error}
      act="govern"
      isPending={act.isPending}
      onConfirm={run}
      onClose={onClose}
    >
      <p>{t(`act.${deed}.text`, { name })}</p>
    </Confirm>
  )
}
