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
  const known = useRoute('members', { circle }).data?.members ?? []
  const [comparing, compare] = useState<string>()
  const compared = known.find(({ member }) => member === comparing)
  const changed = known.filter(
    (member) => member.changed && (members === undefined || members.includes(member.member)),
  )
  return (
    <>
      {changed.map((member) => (
        <Changed key={member.member} member={member} onCompare={() => compare(member.member)} />
      ))}
      {/* It stands until one closes it: what it warned of is over before that. */}
      {compared !== undefined && (
        <Suspense>
          <VerifyDialog member={compared} isOpen onClose={() => compare(undefined)} />
        </Suspense>
      )}
    </>
  )
}

interface ChangedProps {
  readonly member: Member
  readonly onCompare: () => void
}

function Changed({ member, onCompare }: ChangedProps) {
  const { t } = useTexts()
  const name = useMemberName(member.circle)(member)
  return (
    <div className="key-warning" role="alert">
      <ShieldAlert size={22} aria-hidden />
      <div>
        <p className="note-title">{t('changed.title', { name })}</p>
        <p>{t('changed.text', { name })}</p>
      </div>
      <Button onPress={onCompare}>{t('changed.action')}</Button>
    </div>
  )
}
