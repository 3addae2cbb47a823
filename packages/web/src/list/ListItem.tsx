import { memo } from 'react'
import type { Conversation } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Avatar } from '../design/Avatar.tsx'
import { useTexts } from '../i18n/context.ts'
import { conversationName } from './conversationName.ts'
import { LastLine } from './LastLine.tsx'
import type { Typing } from './useTyping.ts'

export interface ListItemProps {
  readonly conversation: Conversation
  /** Shown where the list holds several circles. */
  readonly circleName: string | undefined
  readonly isChosen: boolean
  /** The one that Tab leads to. */
  readonly isTabStop: boolean
  readonly isOnline: boolean
  readonly typing: Typing | undefined
}

/** One conversation in the list. Drawn again only where something of it changed: messages may stream in. */
export const ListItem = memo(function ListItem(props: ListItemProps) {
  const { conversation, circleName, isChosen, isTabStop, isOnline, typing } = props
  const { t } = useTexts()
  const { conversation: id, kind } = conversation
  const name = conversationName(t, conversation)
  return (
    <a
      className="list-item"
      href={PATHS.conversation(id)}
      data-conversation={id}
      data-unread={conversation.unread > 0 || undefined}
      aria-current={isChosen ? 'page' : undefined}
      tabIndex={isTabStop ? 0 : -1}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        go(PATHS.conversation(id))
      }}
    >
      <span className="list-mark">
        <Avatar id={conversation.member ?? id} name={name} shape={kind === 'direct' ? 'round' : 'square'} />
        {isOnline && <span className="lamp list-lamp" />}
      </span>
      <span className="list-words">
        <span className="list-top">
          <bdi className="list-name">{name}</bdi>
          {isOnline && <span className="visually-hidden">{t('list.online')}</span>}
          <When conversation={conversation} />
        </span>
        {circleName !== undefined && circleName !== name && <bdi className="list-circle">{circleName}</bdi>}
        <span className="list-bottom">
          <LastLine conversation={conversation} typing={typing} />
          <Unread count={conversation.unread} />
        </span>
      </span>
    </a>
  )
})

function When({ conversation: { lastMessage } }: { readonly conversation: Conversation }) {
  const { formatShort, formatMoment } = useTexts()
  if (lastMessage === undefined) return null
  return (
    <time
      className="list-when"
      dateTime={new Date(lastMessage.at).toISOString()}
      title={formatMoment(lastMessage.at)}
    >
      {formatShort(lastMessage.at)}
    </time>
  )
}

function Unread({ count }: { readonly count: number }) {
  const { t, formatNumber } = useTexts()
  if (count === 0) return null
  return (
    <span className="badge">
      <span aria-hidden>{formatNumber(count)}</span>
      <span className="visually-hidden">{t('list.unread', { count })}</span>
    </span>
  )
}
