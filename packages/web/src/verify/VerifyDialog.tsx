import type { Member } from '@triode/api'
import { Modal } from '../design/Modal.tsx'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from './memberName.ts'
import { VerifyMember } from './VerifyMember.tsx'

export interface VerifyDialogProps {
  readonly member: Member
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function VerifyDialog({ member, isOpen, onClose }: VerifyDialogProps) {
  const { t } = useTexts()
  const name = useMemberName(member.circle)(member)
  return (
    <Modal title={t('verify.title', { name })} isOpen={isOpen} onClose={onClose}>
      <VerifyMember member={member} />
    </Modal>
  )
}
