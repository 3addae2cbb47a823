import type { CircleDetail } from '@triode/api'
import { Note } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'

/** That one is out: since when, by whom, and what that means for what is here. */
export function Standing({ detail }: { readonly detail: CircleDetail }) {
  const { t, formatMoment } = useTexts()
  const nameOf = useMemberName(detail.circle)
  const { standing, me } = detail
  if (standing === undefined) return null
  const { state, by, byName, at, erased } = standing
  const who = by === me ? t('standing.you') : nameOf({ member: by, name: byName })
  return (
    <Note kind="warning" title={t(`standing.${state}`)}>
      <p>{t('standing.by', { who, date: formatMoment(at) })}</p>
      <p>{t(erased ? 'standing.erased' : `standing.${state}.means`)}</p>
    </Note>
  )
}
