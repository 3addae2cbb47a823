import { useTexts } from '../i18n/context.ts'
import { useRoute } from '../device/queries.ts'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Composer } from '../composer/Composer.tsx'
import { Timeline } from './Timeline.tsx'

/** One conversation: what was said, and where one writes. */
export function Conversation({ id }: { readonly id: string }) {
  const { t } = useTexts()
  const { data, error } = useRoute('conversations', {})
  const found = data?.conversations.find(({ conversation }) => conversation === id)
  if (found === undefined) return error === null ? <Loading /> : <FaultNote fault={error} />
  const name = found.kind === 'self' ? t('list.self') : found.name
  return (
    <section className="conversation" aria-label={name}>
      <header className="conversation-head">
        <h1>{name}</h1>
      </header>
      <Timeline id={id} name={name} />
      <Composer id={id} name={name} />
    </section>
  )
}
