import { useTexts } from '../i18n/context.ts'

/** What a list will look like, while it is on its way: said once to those who hear the page. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  const { t } = useTexts()
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{t('state.loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row" aria-hidden>
          <span className="skeleton-mark" />
          <span className="skeleton-words">
            <span className="skeleton-line" />
            <span className="skeleton-line" data-short />
          </span>
        </div>
      ))}
    </div>
  )
}
