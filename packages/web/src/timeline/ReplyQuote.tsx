import { use } from 'react'
import type { Message } from '@triode/api'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { shownName } from '../files/shownName.ts'
import { plainText } from '../markdown/blocks.ts'
import { isMine, useActions } from './actions.ts'
import { usePeople } from './people.ts'
import { TabStopContext } from './tabStop.ts'

/** As much as two lines hold. */
const MAX_QUOTE_CHARS = 160

/** What the message answers; a press leads there. */
export function ReplyQuote({ id }: { readonly id: string }) {
  const { t } = useTexts()
  const { jumpTo, find } = useActions()
  const held = find(id)
  const { data = held, isError } = useRoute('message', { id }, { enabled: held === undefined })
  const tabIndex = use(TabStopContext) ? 0 : -1
  if (data === undefined)
    return <p className="quote-gone">{isError ? t('reply.gone') : t('state.loading')}</p>
  return (
    <button type="button" className="quote" tabIndex={tabIndex} onClick={() => jumpTo(id)}>
      <span className="visually-hidden">{t('reply.to')}</span>
      <Quoted message={data} />
    </button>
  )
}

/** Author and first words of a message. */
export function Quoted({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  const { nameOf } = usePeople()
  const who = isMine(message) ? t('message.me') : nameOf(message.from, message.fromName)
  return (
    <>
      <span className="quote-who" dir="auto">
        {who}
      </span>{' '}
      <span className="quote-text" dir="auto">
        {useSummary(message, MAX_QUOTE_CHARS)}
      </span>
    </>
  )
}

/** A message in one line. */
export function useSummary(message: Message, maxChars: number): string {
  const { t } = useTexts()
  if (message.deleted) return t('message.deleted')
  const [file] = message.files
  if (message.text !== '' || file === undefined) return plainText(message.text, maxChars)
  return message.files.length === 1 ? shownName(file.name) : t('files.count', { count: message.files.length })
}
