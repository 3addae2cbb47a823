import { useState } from 'react'
import { CalendarSearch, EllipsisVertical, Files, Search, Timer } from 'lucide-react'
import type { Conversation } from '@triode/api'
import { BackButton } from '../app/BackButton.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { MenuButton } from '../design/MenuButton.tsx'
import { useTexts } from '../i18n/context.ts'
import { ConversationAvatar } from '../list/ConversationAvatar.tsx'
import { DateDialog } from './DateDialog.tsx'
import { ExpiryDialog } from './ExpiryDialog.tsx'
import type { TimelineStore } from './store.ts'
import { useConversationCommands } from './useConversationCommands.ts'

export type Pane = 'search' | 'files' | undefined

export interface ConversationHeadProps {
  readonly conversation: Conversation
  readonly name: string
  readonly store: TimelineStore
  readonly pane: Pane
  readonly onPane: (pane: Pane) => void
}

export function ConversationHead({ conversation, name, store, pane, onPane }: ConversationHeadProps) {
  const { t } = useTexts()
  const [dialog, setDialog] = useState<'expiry' | 'date'>()
  const { conversation: id, expiresAfterMs } = conversation
  useConversationCommands(conversation, {
    search: () => onPane('search'),
    showFiles: () => onPane('files'),
    jumpToDate: () => setDialog('date'),
    setTimer: () => setDialog('expiry'),
  })
  const toggle = (which: Pane) => () => onPane(pane === which ? undefined : which)
  return (
    <header className="conversation-head">
      <BackButton />
      <ConversationAvatar conversation={conversation} name={name} size="small" />
      <div className="conversation-title">
        <h1 dir="auto">{name}</h1>
        <Subtitle conversation={conversation} onTimer={() => setDialog('expiry')} />
      </div>
      <IconButton
        icon={Search}
        label={t('search.title')}
        aria-expanded={pane === 'search'}
        onPress={toggle('search')}
      />
      <IconButton
        icon={Files}
        label={t('files.pane')}
        aria-expanded={pane === 'files'}
        onPress={toggle('files')}
      />
      <MenuButton
        icon={EllipsisVertical}
        label={t('conversation.menu')}
        choices={[
          { id: 'date', label: t('date.title'), icon: CalendarSearch, onAction: () => setDialog('date') },
          { id: 'expiry', label: t('expiry.title'), icon: Timer, onAction: () => setDialog('expiry') },
        ]}
      />
      {dialog === 'date' && <DateDialog store={store} onClose={() => setDialog(undefined)} />}
      {dialog === 'expiry' && (
        <ExpiryDialog id={id} current={expiresAfterMs} onClose={() => setDialog(undefined)} />
      )}
    </header>
  )
}

function Subtitle({
  conversation,
  onTimer,
}: {
  readonly conversation: Conversation
  readonly onTimer: () => void
}) {
  const { t, formatDuration } = useTexts()
  const { kind, members, expiresAfterMs } = conversation
  const isMany = kind === 'circle' || kind === 'room'
  return (
    <p className="conversation-about">
      {isMany && <span>{t('conversation.members', { count: members.length })}</span>}
      {expiresAfterMs !== undefined && (
        <button type="button" className="timer-chip" onClick={onTimer}>
          <Timer size={14} aria-hidden />
          {t('expiry.on', { duration: formatDuration(expiresAfterMs) })}
        </button>
      )}
    </p>
  )
}
