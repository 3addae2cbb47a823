import type { Conversation, Message } from '@triode/api'
import { useTexts, type Texts } from '../i18n/context.ts'
import type { NameOf } from '../timeline/alikeNames.ts'
import { useNameOf } from '../verify/memberName.ts'
import type { Typing } from './useTyping.ts'

export interface LastLineProps {
  readonly conversation: Conversation
  readonly typing: Typing | undefined
}

/** What a conversation is about right now: who is writing, else what one began to write, else what was said last. */
export function LastLine({ conversation, typing }: LastLineProps) {
  const { t } = useTexts()
  const { draft, unsentEdit, lastMessage } = conversation
  const begun = draft?.text ?? unsentEdit?.text ?? ''
  const nameOf = useNameOf(conversation.circle)
  if (typing !== undefined)
    return (
      <span className="list-last list-typing">
        {t('list.typing', { name: nameOf(typing.member, typing.name) })}
      </span>
    )
  if (begun !== '')
    return (
      <span className="list-last">
        <span className="list-by list-draft">{t('list.draft')}</span>
        <bdi className="list-said">{firstLine(begun)}</bdi>
      </span>
    )
  if (lastMessage === undefined) return <span className="list-last">{t('list.nothing')}</span>
  return (
    <span className="list-last">
      <span className="list-by">{by(t, nameOf, lastMessage)}</span>
      <bdi className="list-said">{said(t, lastMessage)}</bdi>
    </span>
  )
}

/** Who said it; a line of the circle itself is nobody's. */
function by(t: Texts['t'], nameOf: NameOf, { state, fromName, from, kind }: Message): string {
  if (kind === 'system') return ''
  if (state !== 'received') return t('list.you')
  return t('list.by', { name: nameOf(from, fromName) })
}

function said(t: Texts['t'], { deleted, text, files }: Message): string {
  if (deleted) return t('list.deleted')
  return text === '' && files.length > 0 ? t('list.file', { count: files.length }) : firstLine(text)
}

/** More than a line is never seen; a megabyte would be laid out all the same. */
const MAX_SHOWN_CHARS = 160

function firstLine(text: string): string {
  return text.slice(0, MAX_SHOWN_CHARS).replaceAll(/\s+/gu, ' ')
}
