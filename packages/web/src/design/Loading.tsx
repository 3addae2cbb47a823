import { useTexts } from '../i18n/context.ts'

/** While something is on its way. */
export function Loading() {
  const { t } = useTexts()
  return (
    <div className="empty">
      <span className="spinner" role="progressbar" aria-label={t('state.loading')} />
    </div>
  )
}
