import type { Conversation } from '@triode/api'
import { Avatar } from '../design/Avatar.tsx'
import { go, PATHS } from '../app/route.ts'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'

/** Every conversation, the one with the newest message first. */
export function ConversationList({ chosen }: { readonly chosen: string | undefined }) {
  const { t } = useTexts()
  const { data } = useRoute('conversations', {})
  const sorted = (data?.conversations ?? []).toSorted((one, other) => newestAt(other) - newestAt(one))
  return (
    <nav className="list" aria-label={t('nav.conversations')}>
      <h1 className="list-title">{t('nav.conversations')}</h1>
      <ul>
        {sorted.map((conversation) => (
          <li key={conversation.conversation}>
            <Item conversation={conversation} isChosen={conversation.conversation === chosen} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

function newestAt({ lastMessage }: Conversation): number {
  return lastMessage?.at ?? 0
}

function Item({
  conversation,
  isChosen,
}: {
  readonly conversation: Conversation
  readonly isChosen: boolean
}) {
  const { t } = useTexts()
  const { conversation: id, kind, lastMessage, unread } = conversation
  const name = kind === 'self' ? t('list.self') : conversation.name
  return (
    <a
      className="list-item"
      href={PATHS.conversation(id)}
      aria-current={isChosen ? 'page' : undefined}
      onClick={(event) => {
        event.preventDefault()
        go(PATHS.conversation(id))
      }}
    >
      <Avatar id={id} name={name} shape={kind === 'direct' ? 'round' : 'square'} />
      <span className="list-words">
        <span className="list-name">{name}</span>
        <span className="list-last">{lastMessage?.text}</span>
      </span>
      {unread > 0 && (
        <span className="badge" aria-label={t('list.unread', { count: unread })}>
          {unread}
        </span>
      )}
    </a>
  )
}
