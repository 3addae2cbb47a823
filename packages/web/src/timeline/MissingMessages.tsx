import { Note } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'
import { usePeople } from './people.ts'

/** So many are named. */
const MAX_NAMED = 3

/** That some of what these members wrote is not here, and from whom it comes. Nothing where it is not known of any. */
export function MissingMessages({ from }: { readonly from: readonly string[] }) {
  const { t, formatList } = useTexts()
  const { nameOf } = usePeople()
  if (from.length === 0) return null
  const names = from.slice(0, MAX_NAMED).map((member) => nameOf(member))
  const others = from.length - names.length
  return (
    <Note title={t('timeline.missing.title', { names: formatList(names), others })}>
      <p>{t('timeline.missing.text')}</p>
    </Note>
  )
}
