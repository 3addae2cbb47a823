import { lazy, Suspense, useState } from 'react'
import { ShieldAlert } from 'lucide-react'
import type { Member } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from './memberName.ts'
import './keyWarning.css'

/** Opened by few: a chunk of its own, since this stands in every conversation. */
const VerifyDialog = lazy(async () => ({ default: (await import('./VerifyDialog.tsx')).VerifyDialog }))

export interface KeyWarningProps {
  readonly circle: string
  /** Whom it is about: those of a conversation; undefined: all of the circle. */
  readonly members?: readonly string[]
}

/** Says, where it can't be overlooked, whose keys are not the ones that were verified. Nothing while there is no such member. */
export function KeyWarning({ circle, members }: KeyWarningProps) {
  const known = useRoute('members', { circle })
  const changed = (known.data?.members ?? []).filter(
    (member) => member.changed && (members === undefined || members.includes(member.member)),
  )
  return changed.map((member) => <Changed key={member.member} member={member} />)
}

function Changed({ member }: { readonly member: Member }) {
  const { t } = useTexts()
  const [isOpen, setOpen] = useState(false)
  const name = useMemberName(member.circle)(member)
  return (
    <div className="key-warning" role="alert">
      <ShieldAlert size={22} aria-hidden />
      <div>
        <p className="note-title">{t('changed.title', { name })}</p>
        <p>{t('changed.text', { name })}</p>
      </div>
      <Button onPress={() => setOpen(true)}>{t('changed.action')}</Button>
      {isOpen && (
        <Suspense>
          <VerifyDialog member={member} isOpen onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}
