import { ShieldAlert, ShieldCheck, ShieldQuestionMark } from 'lucide-react'
import type { Member } from '@triode/api'
import { useTexts } from '../i18n/context.ts'

const KINDS = {
  verified: { icon: ShieldCheck, look: 'good' },
  changed: { icon: ShieldAlert, look: 'danger' },
  partly: { icon: ShieldAlert, look: 'warning' },
  unverified: { icon: ShieldQuestionMark, look: '' },
} as const

/** Whether the keys of a member were compared: by icon and word, not by colour alone. */
export function VerificationBadge({ member }: { readonly member: Member }) {
  const { t } = useTexts()
  if (member.me) return null
  const kind = kindOf(member)
  const { icon: Icon, look } = KINDS[kind]
  return (
    <span className={`tag ${look}`}>
      <Icon size={14} aria-hidden />
      {t(`verification.${kind}`)}
    </span>
  )
}

function kindOf({ verified, changed, partly }: Member): keyof typeof KINDS {
  if (changed) return 'changed'
  if (verified) return 'verified'
  return partly ? 'partly' : 'unverified'
}
