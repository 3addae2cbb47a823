import type { Acted } from '@triode/api'
import { Note } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'

/** That an act waits until more agree. Nothing when it was done: one sees it. */
export function ActNote({ acted }: { readonly acted: Acted | undefined }) {
  const { t } = useTexts()
  if (acted === undefined || acted.done || acted.pending === undefined) return null
  const { agree, needed } = acted.pending
  return <Note title={t('pending.waits')}>{t('pending.agree', { agree, needed })}</Note>
}
