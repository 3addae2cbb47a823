import { memo, useMemo, useRef } from 'react'
import { MessagesSquare } from 'lucide-react'
import { ApiFault } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Empty } from '../design/Empty.tsx'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'
import { isMine, useActions } from './actions.ts'
import { MessageItem } from './MessageItem.tsx'
import { rowsOf } from './rows.ts'
import type { TimelineState, TimelineStore } from './store.ts'
import { ToNewest } from './ToNewest.tsx'
import { useFeedKeys, useWantedFocus } from './useFeedKeys.ts'
import { useReading } from './useReading.ts'
import { isAtEnd, useRows } from './useRows.ts'
import './timeline.css'
import './message.css'

export interface TimelineProps {
  readonly id: string
  readonly name: string
  readonly store: TimelineStore
  readonly state: TimelineState
  /** Undefined while nothing is being selected. */
  readonly selection: ReadonlySet<string> | undefined
}

/**
 * What was said, old to new: a feed (ARIA APG, "Feed Pattern"), since that is made for a list which loads more as one goes on, and leaves
 * links, code and players inside of each message to be read and used; options of a listbox would be flattened to their text. It is one stop of
 * Tab; arrows, Home and End, Page Up and Page Down move between messages, Enter opens what can be done with one.
 */
export const Timeline = memo(function Timeline({ id, name, store, state, selection }: TimelineProps) {
  const { t } = useTexts()
  const actions = useActions()
  const scroller = useRef<HTMLDivElement>(null)
  const { messages, firstNew, hasOlder } = state
  const rows = useMemo(() => rowsOf(messages, firstNew, hasOlder), [messages, firstNew, hasOlder])
  const lastMine = useMemo(
    () => messages.findLast((one) => isMine(one) && one.kind === 'text')?.id,
    [messages],
  )
  const feed = useFeedKeys({ rows, store, actions, isSelecting: selection !== undefined })
  const { virtualizer, items, measure, frame } = useRows({
    rows,
    store,
    state,
    scroller,
    active: feed.activeIndex,
  })
  useWantedFocus(feed.wanted, feed.activeIndex, scroller, virtualizer)
  useReading({ id, rows, state, virtualizer, scroller })
  return (
    <div className="timeline-frame">
      <div
        className="timeline"
        ref={scroller}
        onScroll={(event) => store.setFollows(isAtEnd(event.currentTarget))}
      >
        {state.isOpening && <Loading />}
        {!state.isOpening && rows.length === 0 && <Nothing store={store} state={state} />}
        <div
          className="feed"
          role="feed"
          aria-label={t('timeline.label', { name })}
          aria-busy={state.isOpening || state.isLoading !== undefined}
          ref={frame}
          onKeyDown={feed.onKeyDown}
          onFocus={feed.onFocus}
          onContextMenu={feed.onContextMenu}
          hidden={rows.length === 0}
        >
          {items.map(({ key, index }) => {
            const row = rows[index]
            if (row === undefined) return null
            const { message } = row
            return (
              <div key={key} className="row" data-index={index} ref={measure}>
                <MessageItem
                  message={message}
                  day={row.day}
                  startsGroup={row.startsGroup}
                  isFirstNew={row.isFirstNew}
                  isActive={index === feed.activeIndex}
                  isLastMine={message.id === lastMine}
                  isFlashing={message.id === state.flashing}
                  isUnfolded={state.unfolded.has(message.id)}
                  isSelected={selection?.has(message.id)}
                  place={index + 1}
                />
              </div>
            )
          })}
        </div>
      </div>
      {state.fault instanceof ApiFault && rows.length > 0 && (
        <div className="timeline-fault">
          <FaultNote fault={state.fault} act="look" />
        </div>
      )}
      <ToNewest store={store} state={state} />
    </div>
  )
})

interface NothingProps {
  readonly store: TimelineStore
  readonly state: TimelineState
}

function Nothing({ store, state }: NothingProps) {
  const { t } = useTexts()
  if (state.fault instanceof ApiFault)
    return (
      <div className="empty">
        <FaultNote fault={state.fault} act="look" />
        <Button onPress={() => void store.open()}>{t('action.retry')}</Button>
      </div>
    )
  return <Empty icon={MessagesSquare} title={t('timeline.empty.title')} text={t('timeline.empty.text')} />
}
