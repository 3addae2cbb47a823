import { memo, useState } from 'react'
import { BellOff, Pin } from 'lucide-react'
import type { Conversation } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { useTexts } from '../i18n/context.ts'
import { isoTime } from '../i18n/moment.ts'
import { ConversationAvatar } from './ConversationAvatar.tsx'
import { useConversationName } from './conversationName.ts'
import { ItemMenu } from './ItemMenu.tsx'
import { LastLine } from './LastLine.tsx'
import { isMuted } from './preferences.ts'
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
  const id = conversation.conversation
  const [isMenuOpen, setMenuOpen] = useState(false)
  const name = useConversationName(conversation)
  return (
    <div
      className="list-item-row"
      onContextMenu={(event) => {
        event.preventDefault()
        setMenuOpen(true)
      }}
    >
      <a
        className="list-item"
        href={PATHS.conversation(id)}
        data-conversation={id}
        data-unread={conversation.unread > 0 || conversation.markedUnread || undefined}
        aria-current={isChosen ? 'page' : undefined}
        tabIndex={isTabStop ? 0 : -1}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          go(PATHS.conversation(id))
        }}
      >
        <span className="list-mark">
          <ConversationAvatar conversation={conversation} name={name} />
          {isOnline && <span className="lamp list-lamp" />}
        </span>
        <span className="list-words">
          <span className="list-top">
            <bdi className="list-name">{name}</bdi>
            {isOnline && <span className="visually-hidden">{t('list.online')}</span>}
            <Marks conversation={conversation} />
            <When conversation={conversation} />
          </span>
          {circleName !== undefined && circleName !== name && <bdi className="list-circle">{circleName}</bdi>}
          <span className="list-bottom">
            <LastLine conversation={conversation} typing={typing} />
            <Unread conversation={conversation} />
          </span>
        </span>
      </a>
      <ItemMenu conversation={conversation} isOpen={isMenuOpen} onOpenChange={setMenuOpen} />
    </div>
  )
})

function Marks({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useTexts()
  return (
    <>
      {conversation.pinned && (
        <span className="list-sign">
          <Pin size={13} aria-hidden />
          <span className="visually-hidden">{t('list.pinned')}</span>
        </span>
      )}
      {isMuted(conversation) && (
        <span className="list-sign">
          <BellOff size={13} aria-hidden />
          <span className="visually-hidden">{t('list.muted')}</span>
        </span>
      )}
    </>
  )
}

function When({ conversation: { lastMessage } }: { readonly conversation: Conversation }) {
  const { formatShort, formatMoment } = useTexts()
  if (lastMessage === undefined) return null
  return (
    <time className="list-when" dateTime={isoTime(lastMessage.at)} title={formatMoment(lastMessage.at)}>
      {formatShort(lastMessage.at)}
    </time>
  )
}

function Unread({ conversation }: { readonly conversation: Conversation }) {
  const { t, formatNumber } = useTexts()
  const { unread, markedUnread } = conversation
  if (unread === 0)
    return markedUnread ? (
      <span className="list-marked">
        <span className="visually-hidden">{t('list.marked')}</span>
      </span>
    ) : null
  return (
    <span className="badge" data-quiet={isMuted(conversation) || undefined}>
      <span aria-hidden>{formatNumber(unread)}</span>
      <span className="visually-hidden">{t('list.unread', { count: unread })}</span>
    </span>
  )
}
