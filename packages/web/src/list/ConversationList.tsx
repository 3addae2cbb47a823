import { useMemo, useRef, useState } from 'react'
import { Archive, ArrowLeft, ArrowRight, MessagesSquare, Users } from 'lucide-react'
import { useLocale } from 'react-aria-components'
import type { Circle, Conversation } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { Empty } from '../design/Empty.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { FaultNote } from '../design/Note.tsx'
import { SearchBox } from '../design/SearchBox.tsx'
import { Skeleton } from '../design/Skeleton.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useCommand, useCommandList } from '../palette/useCommand.ts'
import { conversationName } from './conversationName.ts'
import './list.css'
import { inListOrder, neighbour } from './order.ts'
import { Rows } from './Rows.tsx'
import { useConversationActions } from './useConversationActions.ts'

export interface ConversationListProps {
  readonly circles: readonly Circle[]
  /** The circle that the list is narrowed to. */
  readonly circle: Circle | undefined
  readonly chosen: string | undefined
}

/** Conversations, the one with the newest message first; of one circle or all. */
export function ConversationList({ circles, circle, chosen }: ConversationListProps) {
  const { t } = useTexts()
  const { data, error } = useRoute('conversations', {})
  const [filter, setFilter] = useState('')
  const [isArchive, setArchive] = useState(false)
  const { direction } = useLocale()
  const order = useMemo(
    () =>
      inListOrder(data?.conversations ?? [], {
        circle: circle?.circle,
        archived: isArchive,
        filter,
        nameOf: (conversation) => conversationName(t, conversation),
      }),
    [data, circle, isArchive, filter, t],
  )
  useChosenCommands(data?.conversations.find(({ conversation }) => conversation === chosen))
  const search = useRef<HTMLInputElement>(null)
  useListCommands(order, chosen, () => search.current?.focus())
  const archived = data?.conversations.filter(
    (one) => one.archived && (circle === undefined || one.circle === circle.circle),
  )
  const title = isArchive ? t('list.archived') : (circle?.name ?? t('list.all'))
  return (
    <nav className="list" aria-label={t('list.label')}>
      <header className="list-head">
        {isArchive && (
          <IconButton
            icon={direction === 'rtl' ? ArrowRight : ArrowLeft}
            label={t('action.back')}
            onPress={() => setArchive(false)}
          />
        )}
        <h1 className="list-title">
          <bdi>{title}</bdi>
        </h1>
        {circle !== undefined && (
          <IconButton
            icon={Users}
            label={t('list.circle.details', { name: circle.name })}
            onPress={() => go(PATHS.circle(circle.circle))}
          />
        )}
      </header>
      <div className="list-search">
        <SearchBox label={t('list.filter')} value={filter} onChange={setFilter} inputRef={search} />
      </div>
      {data === undefined && (error === null ? <Skeleton /> : <FaultNote fault={error} act="look" />)}
      {data !== undefined && order.length === 0 && (
        <Nothing isFiltered={filter !== ''} isArchive={isArchive} />
      )}
      {order.length > 0 && (
        <Rows order={order} chosen={chosen} circles={circle === undefined ? circles : []} />
      )}
      {!isArchive && archived !== undefined && archived.length > 0 && (
        <div className="list-foot">
          <Button kind="bare" wide onPress={() => setArchive(true)}>
            <Archive size={16} aria-hidden />
            {t('list.archived.show', { count: archived.length })}
          </Button>
        </div>
      )}
    </nav>
  )
}

function Nothing({ isFiltered, isArchive }: { readonly isFiltered: boolean; readonly isArchive: boolean }) {
  const { t } = useTexts()
  if (isFiltered)
    return (
      <p className="list-none" role="status">
        {t('list.filter.none')}
      </p>
    )
  if (isArchive) return <Empty icon={Archive} title={t('list.archived.empty')} />
  return <Empty icon={MessagesSquare} title={t('list.empty.title')} text={t('list.empty.text')} />
}

function useListCommands(
  order: readonly Conversation[],
  chosen: string | undefined,
  startFilter: () => void,
): void {
  const { t } = useTexts()
  const step = (by: 1 | -1) => {
    const next = neighbour(order, chosen, by)
    if (next !== undefined) go(PATHS.conversation(next.conversation))
  }
  useCommand({
    id: 'list.previous',
    group: 'go',
    title: t('command.previous'),
    keys: 'Alt+ArrowUp',
    run: () => step(-1),
  })
  useCommand({
    id: 'list.next',
    group: 'go',
    title: t('command.next'),
    keys: 'Alt+ArrowDown',
    run: () => step(1),
  })
  useCommand({
    id: 'list.filter',
    group: 'go',
    title: t('command.filter'),
    keys: 'Mod+Shift+K',
    run: startFilter,
  })
}

/** What one can do with the conversation that is open, by name. */
function useChosenCommands(chosen: Conversation | undefined): void {
  const actionsOf = useConversationActions()
  const actions = chosen === undefined ? [] : actionsOf(chosen)
  useCommandList(
    actions.map(({ id, label, onAction }) => ({
      id: `conversation.${id}`,
      group: 'conversation',
      title: label,
      run: onAction,
    })),
  )
}
